/** A year as months of weeks that begin on Monday, each day with what the calendar says of it. */
import type { CalendarYear } from '@/shared/api/types'

export interface DayCell { day: string; number: number; tone: 'off' | 'weekend' | 'made-up' | ''; title: string }
export interface Month { name: string; cells: (DayCell | null)[] }

export function monthsOf(year: CalendarYear): Month[] {
  const known = new Map(year.days.map((one) => [one.day, one]))
  return Array.from({ length: 12 }, (_, month) => {
    const first = new Date(Date.UTC(year.year, month, 1))
    const length = new Date(Date.UTC(year.year, month + 1, 0)).getUTCDate()
    const lead = (first.getUTCDay() + 6) % 7
    const cells: (DayCell | null)[] = Array.from({ length: lead }, () => null)
    for (let number = 1; number <= length; number++) {
      const day = new Date(Date.UTC(year.year, month, number)).toISOString().slice(0, 10)
      const one = known.get(day)
      const weekend = (lead + number - 1) % 7 >= 5
      const tone = one ? (one.working ? 'made-up' : 'off') : weekend ? 'weekend' : ''
      cells.push({ day, number, tone, title: one ? `${one.kind}${one.name ? `（${one.name}）` : ''}${one.source ? ` ${one.source}` : ''}` : weekend ? '周末' : '工作日' })
    }
    return { name: `${month + 1}月`, cells }
  })
}
