/** The order as it is being written down, and what is plainly missing before it is sent. */
import type { Finding } from '@/shared/api/http'
import type { Catalogue, NewOrder, Order } from '@/shared/api/types'
import { countHan, MIN_HAN } from '@/shared/format/han'

export type Then = NewOrder['then']
export type OrderDraft = Required<Omit<NewOrder, 'call_key'>>

export const THENS: { value: Exclude<Then, 'draft'>; label: string; hint: string }[] = [
  { value: 'instant', label: '即时答复', hint: '当场答复来电人，工单即办结' },
  { value: 'handle', label: '转办', hint: '审核分类后 24 小时内转承办单位' },
  { value: 'reject', label: '不予受理', hint: '告知来电人理由' },
  { value: 'escalate', label: '上报', hint: '跨区域或无法转办，报上级中心' },
]

export function emptyDraft(regionCode: string): OrderDraft {
  return {
    kind: 'consult', domain: '', topic: '', sub_item: '', third_level: '',
    region_code: regionCode, channel: 'phone',
    caller_number: '', caller_name: '', caller_title: '', complainant_type: 'public', caller_group: '', confidential: false,
    place: '', object: '', content: '', reason: '', extra: {}, priority: 'normal', tags: [],
    then: 'instant', result: '', reject_code: '', reject_reason: '', told: false, escalate_to: '省级12328热线中心',
  }
}

/** What the caller said in the menu, as far as it fits the form; a topic only where the tree has it once. */
export function learnedDraft(learned: Record<string, string>, domains: Catalogue['domains']): Partial<OrderDraft> {
  const kind = (['consult', 'complaint', 'suggestion'] as const).find((known) => known === learned.kind)
  const word = learned.topic ?? ''
  const places = domains.flatMap((domain) => domain.topics.flatMap((topic) => [
    ...(topic.name === word ? [{ domain: domain.name, topic: topic.name, sub_item: '' }] : []),
    ...topic.sub_items.filter((item) => item.name === word).map((item) => ({ domain: domain.name, topic: topic.name, sub_item: item.name })),
  ]))
  return { ...(kind ? { kind, then: kind === 'consult' ? 'instant' : 'handle' } : {}), ...(places.length === 1 ? places[0] : {}) }
}

/** An order that is written already, as a draft to correct. */
export function draftOf(order: Order): OrderDraft {
  const blank = emptyDraft(order.region_code)
  const kept = Object.fromEntries(Object.keys(blank).filter((name) => name in order).map((name) => [name, order[name as keyof Order]]))
  return { ...blank, ...(kept as Partial<OrderDraft>), extra: { ...(order.extra as Record<string, string>) } }
}

/** What the form can see by itself; the server checks all of it again, and the wording besides. */
export function checkDraft(draft: OrderDraft): Finding[] {
  const findings: Finding[] = []
  const need = (field: string, value: unknown, message: string): void => {
    if (!value) findings.push({ field, message })
  }
  const enoughHan = (field: string, text: string, what: string): void => {
    if (countHan(text) < MIN_HAN) findings.push({ field, message: `${what}至少 ${MIN_HAN} 个汉字` })
  }
  need('domain', draft.domain, '请选择业务分类')
  need('region_code', draft.region_code, '请选择所属地区')
  enoughHan('content', draft.content, '诉求内容')
  if (draft.kind === 'complaint') {
    need('object', draft.object.trim(), '投诉须有明确的对象')
    need('reason', draft.reason.trim(), '投诉须写明事实和理由')
  }
  if (draft.then === 'instant') enoughHan('result', draft.result, '答复内容')
  if (draft.then === 'reject') {
    need('reject_code', draft.reject_code, '请选择不予受理的情形')
    need('reject_reason', draft.reject_reason.trim(), '请写明理由')
    need('told', draft.told, '须当场告知来电人理由')
  }
  if (draft.then === 'escalate') {
    need('escalate_to', draft.escalate_to.trim(), '请写明上报给谁')
    need('reject_reason', draft.reject_reason.trim(), '请写明上报理由')
  }
  return findings
}

export const isNumber = (text: string): boolean => /^\+?[0-9]+$/.test(text)

/** What goes to the server: no extra field that belongs to another topic, no masked number. */
export function toNewOrder(draft: OrderDraft, callKey: string, wanted: string[]): NewOrder {
  const extra = Object.fromEntries(
    Object.entries(draft.extra).filter(([name, value]) => wanted.includes(name) && value.trim() !== ''),
  )
  return {
    ...draft,
    extra,
    // Masked or not a number at all (a SIP name): the server takes the call's own.
    caller_number: isNumber(draft.caller_number) ? draft.caller_number : '',
    call_key: callKey || null,
    result: draft.then === 'instant' ? draft.result : '',
    reject_code: draft.then === 'reject' ? draft.reject_code : '',
    reject_reason: draft.then === 'reject' || draft.then === 'escalate' ? draft.reject_reason : '',
    told: draft.then === 'reject' && draft.told,
  }
}
