/** Days in Asia/Shanghai, as the server counts them. */
export const SPANS = [{ days: 1, label: '今天' }, { days: 7, label: '近7天' }, { days: 30, label: '近30天' }, { days: 365, label: '近一年' }]

export function dayBefore(days: number): string {
  return new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10)
}
