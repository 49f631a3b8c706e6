import { describe, expect, it } from 'vitest'

import type { ImportJob } from '@/shared/api/types'

import { isMoving, progressOf, toneOf } from './importWords'

const job = (changes: Partial<ImportJob>): ImportJob => ({ state: 'uploaded', rows: 0, done: 0, loaded: 0, ...changes }) as ImportJob

describe('an import in words', () => {
  it('counts rows while the file is looked through, without pretending to know the end', () => {
    expect(progressOf(job({ done: 1500 }))).toEqual({ words: '已检查 1500 行', percent: null })
  })

  it('tells how much of the rows is behind it while it loads', () => {
    expect(progressOf(job({ state: 'wanted', rows: 2000, done: 500, loaded: 480 })).percent).toBe(25)
  })

  it('moves only while the worker has to do', () => {
    expect(['uploaded', 'wanted', 'checked', 'loaded'].map((state) => isMoving(job({ state })))).toEqual([true, true, false, false])
    expect(toneOf(job({ state: 'failed' }))).toBe('bad')
  })
})
