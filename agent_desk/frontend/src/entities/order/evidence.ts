/** What an entry of an order's history proves, in words. Codes without a word here stay in the API. */
import type { CatalogueStore } from '@/shared/catalogue/catalogue'
import type { HistoryEntry } from '@/shared/api/types'
import { moment } from '@/shared/format/time'

const NAMES: Record<string, string> = {
  channel: '渠道', call_key: '通话', call_keys: '通话', source_system: '来源系统', source_no: '来源编号',
  ground_zh: '延期理由', working_days: '工作日', liable: '退单责任', code: '情形', told: '已告知来电人', returned_to: '退回',
  told_by: '告知方式', caller_opinion: '诉求人意见', target: '对象', type: '方式', fault: '问题', rating: '评价', means: '评价方式',
  master: '主工单', other: '关联工单', close_mode: '办结方式', unit: '承办单位', unit_name: '承办单位', responsible_person: '责任人',
  direct: '直派', due_at: '时限', basis: '依据', result: '结果', seed: '抽样种子', share: '抽样比例', calendar: '日历版本', asked_by: '提出人',
  before: '原', after: '改为', talk_seconds: '通话秒数', efficiency: '工作效率', reply: '回复情况', outcome: '处理结果', satisfaction: '满意程度',
}

function words(name: string, value: unknown, catalogue: CatalogueStore): string {
  if (value === true) return '是'
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string').join('、')
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  const text = String(value)
  if (name === 'channel') return catalogue.word('channels', text)
  if (name === 'rating' || name === 'satisfaction') return catalogue.word('ratings', text)
  if (name === 'code') return catalogue.word('reject_codes', text)
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return moment(text)
  return text
}

export function evidenceWords(entry: HistoryEntry, catalogue: CatalogueStore): [string, string][] {
  const { answers, ...rest } = entry.evidence as Record<string, unknown>
  const flat = { ...rest, ...(typeof answers === 'object' ? answers : {}) }
  return Object.entries(flat)
    .map(([name, value]): [string, string] => [NAMES[name] ?? '', words(name, value, catalogue)])
    .filter(([name, value]) => name && value)
}
