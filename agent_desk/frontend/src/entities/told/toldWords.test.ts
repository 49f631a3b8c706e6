import { describe, expect, it } from 'vitest'

import type { Told } from '@/shared/api/types'

import { lastMoment, toneOf, toWhom } from './toldWords'

const told: Told = {
  id: 1, order_no: '1', kind: '受理', recipient: '来电人', unit: '', means: '短信', number: '138****5678', text: '',
  parts: 1, state: 'sent', state_label: '已发送', reason: '', at: 'a', sent_at: null, receipt_at: null, may_send_again: false,
}

describe('a notice in words', () => {
  it('names the unit rather than its sort, and the hidden number', () => {
    expect(toWhom(told)).toBe('来电人 138****5678')
    expect(toWhom({ ...told, recipient: '承办单位', unit: '市公交集团', number: '' })).toBe('市公交集团')
  })

  it('tells the last moment that is known', () => {
    expect(lastMoment(told)).toBe('a')
    expect(lastMoment({ ...told, sent_at: 'b' })).toBe('b')
    expect(lastMoment({ ...told, sent_at: 'b', receipt_at: 'c' })).toBe('c')
  })

  it('warns of what did not arrive and does not alarm about what was left out on purpose', () => {
    expect(['delivered', 'unknown', 'failed', 'skipped'].map(toneOf)).toEqual(['good', 'warn', 'bad', 'grey'])
  })
})
