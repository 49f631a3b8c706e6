import { describe, expect, it } from 'vitest'

import type { Catalogue } from '@/shared/api/types'

import { checkDraft, emptyDraft, learnedDraft, toNewOrder } from './draft'

const TWENTY = '司机在火车站拒绝打表并索要高价还中途甩客请'

function fields(changes: object): string[] {
  return checkDraft({ ...emptyDraft('210100'), domain: '城市客运', content: TWENTY, result: TWENTY, ...changes })
    .map((finding) => finding.field)
}

describe('the draft of an order', () => {
  it('is complete as an instantly answered consultation with twenty characters in content and answer', () => {
    expect(fields({})).toEqual([])
  })

  it('counts Han characters only: digits, letters and signs do not fill a record', () => {
    expect(fields({ content: '1234567890，，，，，，，，，，ABCDEFG司机' })).toEqual(['content'])
  })

  it('asks a complaint for its object and its facts', () => {
    expect(fields({ kind: 'complaint', then: 'handle' })).toEqual(['object', 'reason'])
  })

  it('asks a refusal for code, reason and that the caller was told, and not for an answer', () => {
    expect(fields({ then: 'reject', result: '' })).toEqual(['reject_code', 'reject_reason', 'told'])
  })

  it('takes kind and topic from what the caller said in the menu, a topic only where it is clear', () => {
    const sub = (name: string) => ({ name, third_levels: [] })
    const domains = [{ name: '城市客运', topics: [{ name: '巡游出租汽车', sub_items: [sub('拒载'), sub('服务态度')] }, { name: '公交', sub_items: [sub('服务态度')] }] }] as unknown as Catalogue['domains']
    expect(learnedDraft({ kind: 'complaint', topic: '巡游出租汽车' }, domains)).toEqual({ kind: 'complaint', then: 'handle', domain: '城市客运', topic: '巡游出租汽车', sub_item: '' })
    expect(learnedDraft({ topic: '拒载' }, domains)).toEqual({ domain: '城市客运', topic: '巡游出租汽车', sub_item: '拒载' })
    expect(learnedDraft({ kind: 'anything', topic: '服务态度' }, domains)).toEqual({})
  })

  it('sends no field of another topic and no masked number', () => {
    const draft = { ...emptyDraft('210100'), caller_number: '139****0000', extra: { plate: '辽A12345', card_no: '1' } }
    const sent = toNewOrder(draft, 'key', ['plate'])
    expect(sent.extra).toEqual({ plate: '辽A12345' })
    expect(sent.caller_number).toBe('')
  })
})
