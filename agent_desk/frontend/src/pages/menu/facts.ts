/** The world of a simulated call as a form, and as the server takes it. */
import type { SimulatedFacts } from '@/shared/api/types'

export interface FactsFields {
  caller: string
  at: Date | null
  hours: string
  switches: string[]
  groups: string[]
  announcement: string
  roads: string
  transfers: string[]
  failing: boolean
  deaf: boolean
}

export function plainFacts(): FactsFields {
  return { caller: '13800000000', at: null, hours: 'open', switches: [], groups: [], announcement: '', roads: '', transfers: [], failing: false, deaf: false }
}

/** Only what differs from a plain day is said, so that a recorded test says what matters. */
export function factsOf(form: FactsFields): SimulatedFacts {
  const facts: SimulatedFacts = {}
  if (/^\d+$/.test(form.caller) && form.caller !== '13800000000') facts.caller = form.caller
  if (form.at) facts.at = form.at.toISOString()
  if (form.hours !== 'open') facts.hours = { centre: form.hours as 'closed' | 'holiday' }
  for (const name of ['switches', 'groups', 'transfers'] as const) if (form[name].length > 0) facts[name] = [...form[name]]
  if (form.announcement.trim()) facts.announcement = form.announcement.trim()
  const roads = form.roads.split('\n').map((line) => line.trim()).filter(Boolean)
  if (roads.length > 0) facts.road_notices = roads
  if (form.failing) facts.failing = true
  if (form.deaf) facts.deaf = true
  return facts
}

/** In words, for the list of tests. */
export function factsInWords(facts: SimulatedFacts): string {
  const words: string[] = []
  if (facts.announcement) words.push(`公告“${facts.announcement}”`)
  if (facts.road_notices?.length) words.push(`${facts.road_notices.length} 条路况`)
  if (facts.switches?.length) words.push(`开关 ${facts.switches.join('、')}`)
  if (facts.groups?.length) words.push(`分组 ${facts.groups.join('、')}`)
  if (facts.transfers?.length) words.push(`可转接 ${facts.transfers.join('、')}`)
  if (facts.orders?.length) words.push(`${facts.orders.length} 件工单`)
  if (Object.values(facts.hours ?? {}).some((one) => one !== 'open')) words.push('非工作时间')
  if (facts.failing) words.push('业务系统故障')
  if (facts.deaf) words.push('语音识别不可用')
  return words.join('；') || '平常日'
}
