/** The graph of one flow, drawn from its text: steps, ways on with the unwritten `next`, sub-flows. */
import { isMap } from 'yaml'
import type { Node, Pair } from 'yaml'

import type { Language } from './language'
import { STANDS_FOR_NEXT, waysOf, WHOLE_CASES } from './language'
import { tidy } from './scalars'
import { blockOf, keyOf, lineOf, plainOf, startOf } from './source'
import type { Plain, Source } from './source'

export interface Way {
  /** `next`, `none`, `keys.1`, `intents.road.next`. */
  id: string
  /** Where in the step the target is written, or would be. */
  path: string[]
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
  /** Mistakes allowed at one step; empty: the language's own number. */
  mistakes: string
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
    mistakes: textAt(root, 'mistakes'),
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

function way(path: string[], target: string | null, implicit = false): Way {
  return { id: path.join('.'), path, field: path[0] ?? '', key: path[1] ?? null, target, implicit }
}

/** Tables first, as written; then the other ways; the main one last, where the caller goes on. */
export function wayList(data: Map<string, Plain>, kind: string, below: string | null, language: Language): Way[] {
  const { main, singles, tables, nested } = waysOf(language, kind)
  const next = textAt(data, 'next')
  const rows = (field: string): [string, Plain][] => {
    const table = data.get(field)
    return table instanceof Map ? [...table] : []
  }
  const ways = [
    ...nested.flatMap((field) => rows(field).map(([key, row]) => {
      const own = textAt(row, 'next')
      return own || !next ? way([field, key, 'next'], own || below, !own) : { ...way(['next'], next), id: `${field}.${key}.next`, field, key }
    })),
    ...tables.flatMap((field) => rows(field).map(([key, target]) => way([field, key], typeof target === 'string' && target ? target : null))),
    ...singles.filter((field) => textAt(data, field) || !STANDS_FOR_NEXT.has(field)).map((field) => way([field], textAt(data, field) || null)),
  ]
  if (main && !coversAll(data) && !textAt(data, 'found')) {
    const own = textAt(data, main)
    ways.push(way([!own && next ? 'next' : main], own || next || below, !own && !next))
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
