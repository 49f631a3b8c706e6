/** Rows of a catalogue's sheet while they are edited: cells in words, empty rows, what was changed. */
import type { CatalogueWhole, Sheet, SheetColumn } from '@/shared/api/types'

export type Rows = CatalogueWhole['rows']
export type Row = NonNullable<Rows[string]>[number]
export type Cell = Row[string]

const EMPTIES: Partial<Record<SheetColumn['type'], Cell>> = { flag: false, number: 0 }

/** A cell of a row, or what its column holds least. */
export function cellOf(row: Row, column: SheetColumn): Cell {
  return row[column.name] ?? (column.type === 'choices' ? [] : (EMPTIES[column.type] ?? ''))
}

export function emptyRow(sheet: Sheet): Row {
  return Object.fromEntries(sheet.columns.map((column) => [column.name, cellOf({}, column)]))
}

/** A cell as a person reads it. */
export function wordOf(column: SheetColumn, cell: Cell | undefined): string {
  if (cell === undefined) return ''
  if (typeof cell === 'boolean') return cell ? '是' : '否'
  const label = (value: string): string => column.options.find((option) => option.value === value)?.label ?? value
  return Array.isArray(cell) ? cell.map(label).join('、') : label(String(cell))
}

/** Where the typed words stand in any cell. */
export function holds(sheet: Sheet, row: Row, words: string): boolean {
  return words === '' || sheet.columns.some((column) => wordOf(column, row[column.name]).includes(words))
}

/** The findings of a row's cells by column: `entries.3.topic`. */
export function findingsOf(findings: { field: string; message: string }[], sheet: string, index: number): Record<string, string> {
  const start = `${sheet}.${index}.`
  return Object.fromEntries(findings.filter((one) => one.field.startsWith(start)).map((one) => [one.field.slice(start.length), one.message]))
}
