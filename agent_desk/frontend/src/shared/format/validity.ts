/** How long something is told: so many hours from now, or until a moment. */
export interface Validity { hours: number; until: Date | null }

/** `hours` 0 means that the moment counts. */
export const HOURS = [2, 4, 8]

export const freshValidity = (): Validity => ({ hours: 4, until: null })

/** The end as the server wants it; null when a moment is asked for and none is chosen. */
export function endOf(validity: Validity, now: number): string | null {
  if (validity.hours > 0) return new Date(now + validity.hours * 3_600_000).toISOString()
  return validity.until?.toISOString() ?? null
}
