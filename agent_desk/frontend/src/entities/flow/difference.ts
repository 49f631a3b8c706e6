/** One picture of two texts: the newer graph, with the steps that are gone still in their place. */
import type { FlowGraph, StepNode } from './graph'

export function pictureOf(older: FlowGraph, newer: FlowGraph, name: string): FlowGraph {
  const steps: StepNode[] = [...newer.steps]
  for (const [index, step] of older.steps.entries()) {
    if (newer.byName.has(step.name)) continue
    const above = older.steps.slice(0, index).findLast((one) => newer.byName.has(one.name))
    const at = above ? steps.findIndex((one) => one.name === above.name) + 1 : 0
    steps.splice(at, 0, step)
  }
  return { ...(newer.steps.length > 0 ? newer : older), name, first: newer.first ?? older.first, steps, byName: new Map(steps.map((step) => [step.name, step])) }
}
