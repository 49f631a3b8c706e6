/** 通知: the tone of a notice's state and to whom it went, in words. */
import type { Told } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/Pill.vue'

export function toneOf(state: string): Tone {
  if (state === 'delivered' || state === 'shown') return 'good'
  if (state === 'sent' || state === 'sending' || state === 'waiting') return 'blue'
  if (state === 'unknown' || state === 'undelivered') return 'warn'
  return state === 'failed' ? 'bad' : 'grey'
}

/** 来电人 138****5678 / 市公交集团 */
export function toWhom(one: Told): string {
  return [one.unit || one.recipient, one.number].filter(Boolean).join(' ')
}

/** The last moment that is known of it: receipt, sending, writing. */
export function lastMoment(one: Told): string {
  return one.receipt_at ?? one.sent_at ?? one.at
}
