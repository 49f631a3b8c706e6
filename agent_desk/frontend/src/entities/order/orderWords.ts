/** The words and tones of an order's codes. */
import type { Tone } from '@/shared/ui/Pill.vue'

export const KINDS = [
  { value: 'consult', label: '信息咨询' },
  { value: 'complaint', label: '投诉举报' },
  { value: 'suggestion', label: '意见建议' },
] as const

export type Kind = (typeof KINDS)[number]['value']

export function kindWord(kind: string): string {
  return KINDS.find((one) => one.value === kind)?.label ?? kind
}

export function kindTone(kind: string): Tone {
  return kind === 'complaint' ? 'warn' : kind === 'suggestion' ? 'violet' : 'blue'
}

export const PRIORITIES = [
  { value: 'normal', label: '普通' },
  { value: 'urgent', label: '紧急' },
  { value: 'safety', label: '安全生产' },
] as const

export function priorityWord(priority: string): string {
  return PRIORITIES.find((one) => one.value === priority)?.label ?? priority
}

export function stateTone(state: string): Tone {
  if (['closed', 'archived', 'reviewed_ok', 'revisited'].includes(state)) return 'good'
  if (['rejected', 'withdrawn', 'merged'].includes(state)) return 'grey'
  if (['return_requested', 'rework', 'review_failed', 'coordination'].includes(state)) return 'bad'
  if (['draft', 'pending_review', 'extension_requested'].includes(state)) return 'warn'
  return 'blue'
}
