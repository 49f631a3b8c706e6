/** Units in the order of their tree, each with how deep it stands. */
import type { HandlingUnit } from '@/shared/api/types'

export interface UnitLine { unit: HandlingUnit; depth: number }

const DEEPEST = 20

/** Every unit once; one whose parent is not among them stands at the top. */
export function treeOf(units: HandlingUnit[]): UnitLine[] {
  const ids = new Set(units.map((unit) => unit.id))
  const parentOf = (unit: HandlingUnit): number => (unit.parent_id !== null && ids.has(unit.parent_id) ? unit.parent_id : 0)
  const lines: UnitLine[] = []

  function walk(parent: number, depth: number): void {
    const children = units.filter((unit) => parentOf(unit) === parent).toSorted((one, other) => one.code.localeCompare(other.code))
    for (const unit of children) {
      lines.push({ unit, depth })
      if (depth < DEEPEST) walk(unit.id, depth + 1)
    }
  }

  walk(0, 0)
  return lines
}
