import { describe, expect, it } from 'vitest'

import { complaint, kindsOf, languageOf } from './schema'
import type { FlowSchema } from './schema'

const SCHEMA: FlowSchema = {
  kinds: [
    {
      kind: 'menu', title: '按键菜单', description: '等一个键', required: ['text', 'keys'],
      properties: {
        text: { type: 'string', minLength: 1, maxLength: 2000, title: '说的话' },
        next: { anyOf: [{ pattern: '^\\w{1,64}$', type: 'string' }, { type: 'null' }], default: null, title: '下一步', 'x-refers': 'step' },
        keys: { type: 'object', patternProperties: { '^[1-9*#]$': { type: 'string', pattern: '^\\w{1,64}$' } }, title: '按键', 'x-refers': 'step' },
        repeat: { anyOf: [{ pattern: '^[1-9*#]$', type: 'string' }, { type: 'null' }], default: null, title: '重听键' },
        wait: { type: 'number', minimum: 1, maximum: 30, default: 5, title: '等待秒数' },
      },
    },
    {
      kind: 'digits', title: '输入数字', description: '', required: ['min', 'sets'],
      properties: {
        min: { type: 'integer', minimum: 1, maximum: 32, title: '最少位数' },
        sets: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,63}$', title: '存入变量' },
        read_as: { $ref: '#/$defs/ReadAs', default: 'digits', title: '怎样念', 'x-choices': { digits: '逐位念' } },
        sensitive: { type: 'boolean', default: false, title: '保密' },
        empty: { anyOf: [{ type: 'string' }, { type: 'null' }], 'x-refers': 'step', title: '只按井号' },
        next: { anyOf: [{ type: 'string' }, { type: 'null' }], 'x-refers': 'step', title: '下一步' },
      },
    },
    {
      kind: 'listen', title: '听话', description: '', required: [],
      properties: {
        next: { anyOf: [{ type: 'string' }, { type: 'null' }], 'x-refers': 'step', title: '下一步' },
        intents: { type: 'object', patternProperties: { '^\\w{1,64}$': { $ref: '#/$defs/Intent' } }, title: '意图' },
      },
    },
    { kind: 'back', title: '返回', description: '', required: [], properties: { next: { type: 'null', title: '下一步', 'x-refers': 'step' } } },
  ],
  head: { kind: '', title: '', description: '', required: [], properties: {} },
  definitions: { ReadAs: { type: 'string', enum: ['digits', 'date'] }, Intent: { type: 'object', properties: { phrases: {}, next: {} } } },
}

const kinds = kindsOf(SCHEMA)
const field = (kind: string, name: string) => {
  const found = kinds.find((one) => one.kind === kind)?.fields.find((one) => one.name === name)
  if (!found) throw new Error(`${kind}.${name}`)
  return found
}

describe('the schema as a panel', () => {
  it('offers for each field what fits it', () => {
    expect(kinds[0]?.fields.map((one) => [one.name, one.widget])).toEqual([['text', 'prompt'], ['next', 'step'], ['keys', 'steps'], ['repeat', 'key'], ['wait', 'number']])
    expect(kinds[1]?.fields.map((one) => one.widget)).toEqual(['number', 'line', 'choice', 'yes', 'step', 'step'])
    expect(field('digits', 'read_as').choices).toEqual([{ value: 'digits', label: '逐位念' }, { value: 'date', label: 'date' }])
    expect(field('listen', 'intents').widget).toBe('intents')
    expect(kinds[3]?.fields).toEqual([])
  })

  it('knows the ways of each kind', () => {
    const language = languageOf(kinds)
    expect(language.get('menu')).toEqual({ main: null, singles: [], tables: ['keys'], nested: [] })
    expect(language.get('digits')).toEqual({ main: 'next', singles: ['empty'], tables: [], nested: [] })
    expect(language.get('listen')).toEqual({ main: null, singles: [], tables: [], nested: ['intents'] })
    expect(language.get('back')).toEqual({ main: null, singles: [], tables: [], nested: [] })
  })

  it('says what is wrong before the server does', () => {
    expect(complaint(field('digits', 'min'), '40')).toBe('至多 32')
    expect(complaint(field('digits', 'min'), '1.5')).toBe('应是整数')
    expect(complaint(field('digits', 'min'), '')).toBe('必填')
    expect(complaint(field('digits', 'sets'), '1a')).toBe('写法不合要求')
    expect(complaint(field('menu', 'text'), '好'.repeat(2001))).toContain('2001')
    expect(complaint(field('menu', 'wait'), '2.5')).toBe('')
  })
})
