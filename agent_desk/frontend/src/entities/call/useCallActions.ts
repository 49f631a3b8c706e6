/** What an agent asks of the server for a call: transfers, consultation, distress, calling out, listening. */
import type { Started } from '@/shared/api/types'
import { useApi, useSoftphone } from '@/shared/keys'

export type TargetKind = 'seat' | 'queue' | 'outside'
export interface Target { to: TargetKind; target: string }
export type ListenMode = 'listen' | 'whisper' | 'barge'

export interface CallActions {
  transfer: (key: string, target: Target) => Promise<void>
  consult: (key: string, target: Target) => Promise<void>
  complete: (key: string) => Promise<void>
  cancel: (key: string) => Promise<void>
  conference: (key: string) => Promise<void>
  distress: (key: string) => Promise<void>
  /** For a desk phone, whose handset the page cannot reach. */
  hangUp: (key: string) => Promise<void>
  callOut: (number: string, purpose: string, orderNo: string | null) => Promise<Started>
  listen: (key: string, mode: ListenMode) => Promise<void>
}

export function useCallActions(): CallActions {
  const api = useApi()
  const softphone = useSoftphone()
  const at = (key: string, what: string): string => `/calls/${encodeURIComponent(key)}/${what}`

  return {
    transfer: (key, target) => api.post(at(key, 'transfer'), target),
    consult: (key, target) => api.post(at(key, 'consult'), target),
    complete: (key) => api.post(at(key, 'consult/complete')),
    cancel: (key) => api.post(at(key, 'consult/cancel')),
    conference: (key) => api.post(at(key, 'consult/conference')),
    distress: (key) => api.post(at(key, 'distress')),
    hangUp: (key) => api.post(at(key, 'hang-up')),
    callOut(number, purpose, orderNo) {
      softphone.expectOwnCall()
      return api.post<Started>('/calls', { number, purpose, order_no: orderNo })
    },
    listen(key, mode) {
      softphone.expectOwnCall()
      return api.post(at(key, 'listen'), { mode })
    },
  }
}
