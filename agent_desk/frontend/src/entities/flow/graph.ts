/** The graph of one flow, drawn from its text: steps, ways on with the unwritten `next`, sub-flows. */
import { isMap } from 'yaml'
import type { Node, Pair } from 'yaml'

import type { Language } from './language'
import { STANDS_FOR_NEXT, waysOf, WHOLE_CASES } from './language'
import { tidy } from './scalars'
import { blockOf, keyOf, lineOf, plainOf, startOf } from './source'
import type { Plain, Source } from './source'

export interface Way {
  /** `next`, `none`, or `keys.1`. */
  id: string
  field: string
  /** The row of a table field. */
  key: string | null
  target: string | null
  /** Not written: the step below follows. */
  implicit: boolean
}

export interface StepNode {
  name: string
  kind: string
  title: string
  text: string
  /** The sub-flow this step walks. */
  subflow: string | null
  ways: Way[]
  data: Map<string, Plain>
  line: number
  from: number
  to: number
}

export interface FlowGraph {
  name: string
  title: string
  person: { skill: string; priority: string }
  first: string | null
  steps: StepNode[]
  byName: Map<string, StepNode>
}

export function textAt(data: Plain | undefined, key: string): string {
  const value = data instanceof Map ? data.get(key) : undefined
  return typeof value === 'string' ? value : ''
}

export function graphOf(source: Source, language: Language): FlowGraph {
  const root = source.root ? plainOf(source.root) : new Map<string, Plain>()
  const person = root instanceof Map ? root.get('person') : undefined
  const pairs = (source.steps?.items ?? []) as Pair<Node, Node | null>[]
  const steps = pairs.map((pair, index) => stepNode(source, pair, pairs[index + 1], language))
  return {
    name: textAt(root, 'flow'),
    title: textAt(root, 'title'),
    person: { skill: textAt(person, 'skill'), priority: textAt(person, 'priority') },
    first: steps[0]?.name ?? null,
    steps,
    byName: new Map(steps.map((step) => [step.name, step])),
  }
}

function stepNode(source: Source, pair: Pair<Node, Node | null>, below: Pair | undefined, language: Language): StepNode {
  const data = isMap(pair.value) ? plainOf(pair.value) as Map<string, Plain> : new Map<string, Plain>()
  const kind = textAt(data, 'do')
  return {
    name: keyOf(pair),
    kind,
    title: textAt(data, 'title'),
    text: tidy(textAt(data, 'text')),
    subflow: kind === 'subflow' ? textAt(data, 'flow') || null : null,
    ways: wayList(data, kind, below ? keyOf(below) : null, language),
    data,
    line: lineOf(source.text, startOf(pair.key)),
    ...blockOf(source.text, pair),
  }
}

/** Tables first, as written; then the other ways; the main one last, where the caller goes on. */
export function wayList(data: Map<string, Plain>, kind: string, below: string | null, language: Language): Way[] {
  const { main, singles, tables } = waysOf(language, kind)
  const ways: Way[] = []
  for (const field of tables) {
    const table = data.get(field)
    if (!(table instanceof Map)) continue
    for (const [key, target] of table)
      ways.push({ id: `${field}.${key}`, field, key, target: typeof target === 'string' && target ? target : null, implicit: false })
  }
  for (const field of singles) {
    const target = textAt(data, field) || null
    if (target || !STANDS_FOR_NEXT.has(field)) ways.push({ id: field, field, key: null, target, implicit: false })
  }
  if (main && !coversAll(data) && !textAt(data, 'found')) {
    const written = textAt(data, main) || textAt(data, 'next')
    const field = main !== 'next' && !textAt(data, main) && textAt(data, 'next') ? 'next' : main
    ways.push({ id: field, field, key: null, target: written || below, implicit: !written })
  }
  return ways
}

function coversAll(data: Map<string, Plain>): boolean {
  const whole = WHOLE_CASES[textAt(data, 'on')]
  const cases = data.get('cases')
  return whole !== undefined && cases instanceof Map && cases.size === whole.length && whole.every((value) => cases.has(value))
}

/** Which step a place of the text belongs to. */
export function stepAt(graph: FlowGraph, offset: number): StepNode | null {
  return graph.steps.find((step) => offset >= step.from && offset < step.to) ?? null
}
