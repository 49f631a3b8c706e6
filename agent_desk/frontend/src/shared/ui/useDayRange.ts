/** A range of days in the filters; a day is a day in Shanghai, the range ends with its last moment. */
import { computed } from 'vue'
import type { ComputedRef, WritableComputedRef } from 'vue'

export interface DayRange {
  /** For the date picker. */
  range: WritableComputedRef<[string, string] | null>
  /** For the server. */
  moments: ComputedRef<{ from: string; to: string }>
}

export function useDayRange(filters: { from: string; to: string }): DayRange {
  return {
    range: computed<[string, string] | null>({
      get(): [string, string] | null { return filters.from ? [filters.from, filters.to] : null },
      set(days: [string, string] | null) {
        filters.from = days?.[0] ?? ''
        filters.to = days?.[1] ?? ''
      },
    }),
    moments: computed(() => ({
      from: filters.from && `${filters.from}T00:00:00+08:00`,
      to: filters.to && `${filters.to}T23:59:59.999+08:00`,
    })),
  }
}
