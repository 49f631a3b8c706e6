import { describe, expect, it } from 'vitest'

import { placeOf, typed } from './promptWords'

const prompt = { hash: 'a', text: '您好', uses: [], is_person: false, speaker: '', recorded_at: null, seconds: 1 }

describe('the places of a phrase', () => {
  it('names flow and step, the exchange’s own sounds, and pieces of values', () => {
    expect(placeOf({ ...prompt, uses: [{ flow: '12328', step: 'main' }, { flow: 'etc', step: '' }] })).toBe('各流程通用，12328 · main')
    expect(placeOf({ ...prompt, uses: [{ flow: '', step: 'named/closed' }] })).toBe('电话系统 · closed')
    const steps = ['a', 'b', 'c', 'd'].map((step) => ({ flow: 'm', step }))
    expect(placeOf({ ...prompt, uses: steps })).toBe('m · a，m · b，m · c 等 4 处')
    expect(placeOf(prompt)).toBe('数字、字母和日期')
  })
})

describe('the kind of a file', () => {
  it('is taken from its name where the browser knows none', () => {
    expect(typed(new File(['x'], '问候.M4A')).type).toBe('audio/mp4')
    expect(typed(new File(['x'], 'a.wav', { type: 'audio/x-wav' })).type).toBe('audio/x-wav')
    expect(typed(new File(['x'], 'a.exe')).type).toBe('')
  })
})
