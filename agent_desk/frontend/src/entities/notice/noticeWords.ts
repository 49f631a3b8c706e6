/** The words of a road notice: its kinds, what is usually said, and the sentence a caller hears. */
import type { Tone } from '@/shared/ui/Pill.vue'

export interface NoticeKind { value: string; label: string; tone: Tone; usual: string }

export const KINDS: NoticeKind[] = [
  { value: 'closure', label: '封闭', tone: 'bad', usual: '禁止通行，请提前绕行。' },
  { value: 'control', label: '临时管制', tone: 'warn', usual: '实行临时交通管制，请按现场指挥通行。' },
  { value: 'congestion', label: '拥堵', tone: 'warn', usual: '车流量大，行驶缓慢，请保持车距。' },
  { value: 'works', label: '施工', tone: 'blue', usual: '占用部分车道，请减速慢行。' },
  { value: 'detour', label: '绕行', tone: 'blue', usual: '请按现场标志绕行。' },
  { value: 'restored', label: '恢复通行', tone: 'good', usual: '已恢复正常通行。' },
]

export interface NoticeDraft { kind: string; road: string; from: string; to: string; direction: string; region: string; text: string }
export interface Road { number: string; name: string }

export const toneOf = (kind: string): Tone => KINDS.find((one) => one.value === kind)?.tone ?? 'grey'

export function blankNotice(): NoticeDraft {
  return { kind: 'closure', road: '', from: '', to: '', direction: '双向', region: '', text: KINDS[0]?.usual ?? '' }
}

/** Changes the kind; words that nobody touched follow it. */
export function withKind(draft: NoticeDraft, kind: string): NoticeDraft {
  const untouched = draft.text.trim() === '' || KINDS.some((one) => one.usual === draft.text)
  const usual = KINDS.find((one) => one.value === kind)?.usual ?? ''
  return { ...draft, kind, text: untouched ? usual : draft.text }
}

/** G1 京哈高速 → its number and its name. */
export function partsOfRoad(road: string): { road_no: string; road_name: string } {
  const match = /^([GSXYZ]\d{1,5})\s*(.*)$/i.exec(road.trim())
  return match ? { road_no: (match[1] ?? '').toUpperCase(), road_name: match[2] ?? '' } : { road_no: '', road_name: road.trim() }
}

/** Roads for what is typed: 1, g1, 京哈 all find G1 京哈高速, the shortest number first. */
export function roadsFor(typed: string, roads: Road[]): { value: string }[] {
  const wanted = typed.trim().toUpperCase().replace(/\s+/g, '')
  const digits = /^\d+$/.test(wanted)
  const fits = (road: Road): boolean =>
    digits ? road.number.slice(1).startsWith(wanted) : `${road.number}${road.name}`.includes(wanted) || road.number.startsWith(wanted)
  return roads.filter(fits)
    .toSorted((one, other) => one.number.length - other.number.length || one.number.localeCompare(other.number))
    .slice(0, 12)
    .map((road) => ({ value: `${road.number} ${road.name}` }))
}

/** 沈阳, 四平 → 沈阳至四平段; one end alone is the place itself. */
export function sectionOf(draft: Pick<NoticeDraft, 'from' | 'to'>): string {
  const [from, to] = [draft.from.trim(), draft.to.trim()]
  return from && to ? `${from}至${to}段` : from || to
}

/** What the direction may be, with the ends of the section in it. */
export function directionsOf(draft: Pick<NoticeDraft, 'from' | 'to'>): string[] {
  return ['双向', ...[draft.to, draft.from].map((end) => end.trim()).filter(Boolean).map((end) => `往${end}方向`)]
}

/** What a caller hears, before it is saved. */
export function sentenceOf(draft: NoticeDraft): string {
  const { road_no, road_name } = partsOfRoad(draft.road)
  const kind = KINDS.find((one) => one.value === draft.kind)?.label ?? ''
  return [`${road_no}${road_name}`, sectionOf(draft), draft.direction.trim(), kind].filter(Boolean).join('，') + `。${draft.text}`
}
