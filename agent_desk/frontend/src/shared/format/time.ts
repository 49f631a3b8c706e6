/** Moments and lengths of time as the hotline writes them; a day is a day in Shanghai. */

const ZONE = 'Asia/Shanghai'

const full = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit',
  hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
})

function parts(iso: string): Record<string, string> {
  return Object.fromEntries(full.formatToParts(new Date(iso)).map((part) => [part.type, part.value]))
}

/** 2026-11-28 19:04 */
export function moment(iso: string | null | undefined): string {
  if (!iso) return '—'
  const p = parts(iso)
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`
}

/** A limit that ends with a day is the end of that day: 2026-11-30 24:00, not 2026-12-01 00:00. */
export function limit(iso: string | null | undefined): string {
  if (!iso) return '—'
  const p = parts(iso)
  if (p.hour !== '00' || p.minute !== '00') return moment(iso)
  return `${day(new Date(new Date(iso).getTime() - 1000).toISOString())} 24:00`
}

/** 11-28 19:04, for lists where the year is plain. */
export function shortMoment(iso: string | null | undefined): string {
  return iso ? moment(iso).slice(5) : '—'
}

/** 19:04:31 */
export function clockTime(iso: string | null | undefined): string {
  if (!iso) return '—'
  const p = parts(iso)
  return `${p.hour}:${p.minute}:${p.second}`
}

/** 2026-11-28 */
export function day(iso: string | null | undefined): string {
  return iso ? moment(iso).slice(0, 10) : '—'
}

/** 3:07, or 1:02:09 from an hour on. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '—'
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** 还剩 2 天 3 小时 / 已超 40 分钟 */
export function remaining(due: string, now: number): string {
  const ms = new Date(due).getTime() - now
  const minutes = Math.floor(Math.abs(ms) / 60_000)
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor(minutes / 60) % 24
  const text = days > 0 ? `${days} 天 ${hours} 小时` : hours > 0 ? `${hours} 小时 ${minutes % 60} 分` : `${minutes} 分钟`
  return ms >= 0 ? `还剩 ${text}` : `已超 ${text}`
}
