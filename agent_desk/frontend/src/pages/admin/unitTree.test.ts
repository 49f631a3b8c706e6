import { describe, expect, it } from 'vitest'

import type { HandlingUnit } from '@/shared/api/types'

import { treeOf } from './unitTree'

const unit = (id: number, code: string, parent_id: number | null): HandlingUnit => ({ id, code, parent_id }) as HandlingUnit

describe('the tree of units', () => {
  it('puts units under their parents, by code', () => {
    const lines = treeOf([unit(3, 'C', 1), unit(2, 'B', 1), unit(1, 'A', null), unit(4, 'D', 2)])
    expect(lines.map((line) => `${line.depth}${line.unit.code}`)).toEqual(['0A', '1B', '2D', '1C'])
  })

  it('loses none whose parent is on another page', () => {
    expect(treeOf([unit(5, 'E', 99)]).map((line) => line.depth)).toEqual([0])
  })
})
