/** Two texts line by line: what only one of them has, with a little around it. */
export interface ChangedLine { of: 'both' | 'gone' | 'come' | 'gap'; text: string }

const AROUND = 2
const LONGEST = 4000

function common(one: string[], other: string[]): [number, number][] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0
  for (let row = one.length - 1; row >= 0; row--)
    for (let column = other.length - 1; column >= 0; column--)
      (lengths[row] as Uint16Array)[column] = one[row] === other[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  const pairs: [number, number][] = []
  for (let row = 0, column = 0; row < one.length && column < other.length;) {
    if (one[row] === other[column]) pairs.push([row++, column++])
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1
    else column += 1
  }
  return pairs
}

export function changedLines(older: string, newer: string): ChangedLine[] {
  const one = older.split('\n').slice(0, LONGEST)
  const other = newer.split('\n').slice(0, LONGEST)
  const all: ChangedLine[] = []
  let [row, column] = [0, 0]
  for (const [nextRow, nextColumn] of [...common(one, other), [one.length, other.length] as [number, number]]) {
    for (; row < nextRow; row++) all.push({ of: 'gone', text: one[row] as string })
    for (; column < nextColumn; column++) all.push({ of: 'come', text: other[column] as string })
    if (row < one.length) all.push({ of: 'both', text: one[row] as string })
    row += 1
    column += 1
  }
  const near = all.map((_line, index) => all.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((line) => line.of !== 'both'))
  return all.flatMap((line, index) => (near[index] ? [line] : near[index - 1] ? [{ of: 'gap' as const, text: '…' }] : []))
}
