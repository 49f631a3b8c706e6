import { describe, expect, it } from 'vitest'

import type { Sheet } from '@/shared/api/types'

import { emptyRow, findingsOf, holds, wordOf } from './sheets'

const column = (name: string, type: Sheet['columns'][number]['type'], options: { value: string; label: string }[] = []): Sheet['columns'][number] =>
  ({ name, label: name, type, required: false, options })
const when = column('when', 'choices', [{ value: 'intake', label: '受理登记' }, { value: 'reply', label: '承办回复' }])
const sheet: Sheet = { name: 'rules', label: '规则', single: false, columns: [column('name', 'text'), when, column('on', 'flag'), column('number', 'number')] }

describe('a sheet of a catalogue', () => {
  it('begins a row with what each column holds least', () => {
    expect(emptyRow(sheet)).toEqual({ name: '', when: [], on: false, number: 0 })
  })

  it('says cells in the words of their options', () => {
    expect(wordOf(when, ['intake', 'reply'])).toBe('受理登记、承办回复')
    expect(wordOf(column('on', 'flag'), true)).toBe('是')
  })

  it('finds rows by what a person reads, not by codes', () => {
    const row = { ...emptyRow(sheet), when: ['reply'] }
    expect(holds(sheet, row, '承办')).toBe(true)
    expect(holds(sheet, row, 'reply')).toBe(false)
  })

  it('puts a finding at its cell', () => {
    expect(findingsOf([{ field: 'rules.1.name', message: '必填' }, { field: 'rules.10.name', message: '重复' }], 'rules', 1)).toEqual({ name: '必填' })
  })
})
