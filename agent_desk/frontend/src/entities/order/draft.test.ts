import { describe, expect, it } from 'vitest'

import { checkDraft, emptyDraft, toNewOrder } from './draft'

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

  it('sends no field of another topic and no masked number', () => {
    const draft = { ...emptyDraft('210100'), caller_number: '139****0000', extra: { plate: '辽A12345', card_no: '1' } }
    const sent = toNewOrder(draft, 'key', ['plate'])
    expect(sent.extra).toEqual({ plate: '辽A12345' })
    expect(sent.caller_number).toBe('')
  })
})
