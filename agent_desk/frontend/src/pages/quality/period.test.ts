import { describe, expect, it } from 'vitest'

import { lastDayOf, lastDays, lastMonth } from './period'

describe('periods in days of Shanghai', () => {
  it('knows the month before, over the new year and while it is still yesterday in UTC', () => {
    expect(lastMonth(new Date('2026-12-31T16:30:00Z'))).toEqual(['2026-12-01', '2026-12-31'])
    expect(lastMonth(new Date('2026-03-10T04:00:00Z'))).toEqual(['2026-02-01', '2026-02-28'])
  })

  it('counts today among the last days', () => {
    expect(lastDays(new Date('2026-11-28T20:00:00Z'), 7)).toEqual(['2026-11-23', '2026-11-29'])
  })

  it('shows the last day of a period, not the day after', () => {
    expect(lastDayOf('2026-12-01T00:00:00.000+08:00')).toBe('2026-11-30')
  })
})
