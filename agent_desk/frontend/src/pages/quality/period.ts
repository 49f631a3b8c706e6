/** Periods of the quality pages, in days of Shanghai. */
const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000

function dayOf(time: number): string {
  return new Date(time + SHANGHAI_MS).toISOString().slice(0, 10)
}

/** The first and last day of the month before. */
export function lastMonth(now: Date): [string, string] {
  const here = new Date(now.getTime() + SHANGHAI_MS)
  const first = Date.UTC(here.getUTCFullYear(), here.getUTCMonth() - 1, 1)
  const last = Date.UTC(here.getUTCFullYear(), here.getUTCMonth(), 0)
  return [new Date(first).toISOString().slice(0, 10), new Date(last).toISOString().slice(0, 10)]
}

/** The last so many days, today included. */
export function lastDays(now: Date, days: number): [string, string] {
  return [dayOf(now.getTime() - (days - 1) * DAY_MS), dayOf(now.getTime())]
}

/** The day that a period ended with; the server keeps the moment after its last. */
export function lastDayOf(until: string): string {
  return dayOf(new Date(until).getTime() - 1)
}
