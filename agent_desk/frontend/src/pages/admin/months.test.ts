import { describe, expect, it } from 'vitest'

import type { CalendarYear } from '@/shared/api/types'

import { monthsOf } from './months'

const year = { year: 2026, days: [
  { day: '2026-02-14', kind: '调休上班', working: true, name: '春节', source: '' },
  { day: '2026-02-17', kind: '放假', working: false, name: '春节', source: '' },
] } as unknown as CalendarYear

describe('a year of the calendar', () => {
  it('begins its weeks on Monday: 1 February 2026 is a Sunday', () => {
    expect(monthsOf(year)[1]?.cells.findIndex((cell) => cell?.number === 1)).toBe(6)
  })

  it('marks days off, working Saturdays and plain weekends apart', () => {
    const tones = Object.fromEntries((monthsOf(year)[1]?.cells ?? []).filter((cell) => cell !== null).map((cell) => [cell.number, cell.tone]))
    expect([tones[14], tones[17], tones[15], tones[18]]).toEqual(['made-up', 'off', 'weekend', ''])
  })

  it('has every day once, leap years too', () => {
    const days = monthsOf({ ...year, year: 2028 }).flatMap((month) => month.cells).filter((cell) => cell !== null)
    expect(days.length).toBe(366)
  })
})
