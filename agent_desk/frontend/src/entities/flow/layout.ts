/**
 * Where the steps stand, from left to right: sizes are known beforehand, so that nothing jumps.
 * Dagre untangles a flow of a usual size; for hundreds of ways it takes seconds, a tree a moment.
 */
import dagre from '@dagrejs/dagre'

import type { FlowGraph, StepNode } from './graph'

export const CARD_WIDTH = 236
const HEAD = 34
const TEXT = 44
const ROW = 24
const FOOT = 8
const GAP = 26
const COLUMN_GAP = 76
const UNTANGLED = 110

export interface Placed { x: number; y: number; height: number }
type Onward = [from: string, to: string][]

export interface Layout {
  places: Map<string, Placed>
  /** Ways that lead back (`step/way id`): drawn only when one looks at them. */
  back: Set<string>
}

export function cardHeight(step: StepNode): number {
  return HEAD + TEXT + step.ways.length * ROW + FOOT
}

/** What the picture's lines depend on; the same shape needs no new layout. */
export function shapeOf(graph: FlowGraph): string {
  return JSON.stringify(graph.steps.map((step) => [step.name, step.ways.map((way) => [way.id, way.target, way.implicit])]))
}

export function layoutOf(graph: FlowGraph): Layout {
  const back = backWays(graph)
  const onward: Onward = graph.steps.flatMap((step) => step.ways
    .filter((way) => way.target && way.target !== step.name && graph.byName.has(way.target) && !back.has(`${step.name}/${way.id}`))
    .map((way): [string, string] => [step.name, way.target as string]))
  return { back, places: onward.length > UNTANGLED ? asTree(graph, onward) : untangled(graph, onward) }
}

function untangled(graph: FlowGraph, onward: Onward): Map<string, Placed> {
  const drawn = new dagre.graphlib.Graph({ multigraph: false, compound: false })
  drawn.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: COLUMN_GAP, marginx: 20, marginy: 20 })
  drawn.setDefaultEdgeLabel(() => ({}))
  for (const step of graph.steps) drawn.setNode(step.name, { width: CARD_WIDTH, height: cardHeight(step) })
  for (const [from, to] of onward) drawn.setEdge(from, to)
  dagre.layout(drawn)
  return new Map(graph.steps.map((step) => {
    const { x, y, height } = drawn.node(step.name) as { x: number; y: number; height: number }
    return [step.name, { x: x - CARD_WIDTH / 2, y: y - height / 2, height }]
  }))
}

/** Each step beside the step that leads to it from farthest away; all other ways then lead to the right too. */
function asTree(graph: FlowGraph, onward: Onward): Map<string, Placed> {
  const { parent, column } = farthest(graph, onward)
  const children = new Map<string, string[]>()
  for (const [child, of] of parent) children.set(of, [...(children.get(of) ?? []), child])
  const places = new Map<string, Placed>()
  const bottom: number[] = []

  function place(name: string): number {
    const step = graph.byName.get(name) as StepNode
    const below = (children.get(name) ?? []).map(place)
    const [height, at] = [cardHeight(step), column.get(name) ?? 0]
    const middle = below.length > 0 ? ((below[0] ?? 0) + (below.at(-1) ?? 0)) / 2 - height / 2 : 0
    const y = Math.max(middle, bottom[at] ?? 0)
    bottom[at] = y + height + GAP
    places.set(name, { x: at * (CARD_WIDTH + COLUMN_GAP), y, height })
    return y + height / 2
  }

  for (const step of graph.steps) if (!parent.has(step.name)) place(step.name)
  return places
}

function farthest(graph: FlowGraph, onward: Onward): { parent: Map<string, string>; column: Map<string, number> } {
  const from = new Map<string, string[]>()
  const awaited = new Map<string, number>()
  for (const [one, other] of onward) {
    from.set(one, [...(from.get(one) ?? []), other])
    awaited.set(other, (awaited.get(other) ?? 0) + 1)
  }
  const parent = new Map<string, string>()
  const column = new Map<string, number>()
  const ready = graph.steps.map((step) => step.name).filter((name) => !awaited.has(name))
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    for (const target of from.get(name) ?? []) {
      const left = (awaited.get(target) ?? 0) - 1
      awaited.set(target, left)
      if (left > 0) continue
      parent.set(target, name)
      column.set(target, (column.get(name) ?? 0) + 1)
      ready.push(target)
    }
  }
  return { parent, column }
}

/** Depth first from the first step, in the order written: a way to a step that is still under way leads back. */
function backWays(graph: FlowGraph): Set<string> {
  const back = new Set<string>()
  const state = new Map<string, 'under way' | 'done'>()
  for (const start of graph.steps) {
    if (state.has(start.name)) continue
    const path: { step: StepNode; next: number }[] = [{ step: start, next: 0 }]
    state.set(start.name, 'under way')
    while (path.length > 0) {
      const here = path.at(-1) as { step: StepNode; next: number }
      const way = here.step.ways[here.next++]
      if (!way) {
        state.set(here.step.name, 'done')
        path.pop()
        continue
      }
      const target = way.target ? graph.byName.get(way.target) : undefined
      if (!target) continue
      const seen = state.get(target.name)
      if (seen === 'under way') back.add(`${here.step.name}/${way.id}`)
      else if (!seen) {
        state.set(target.name, 'under way')
        path.push({ step: target, next: 0 })
      }
    }
  }
  return back
}
