/** Steps and ways as the graph library wants them: cards with all they show, edges with where they begin and end. */
import type { Edge, Node } from '@vue-flow/core'

import { lookOf } from '@/entities/flow/flowWords'
import type { KindLook } from '@/entities/flow/flowWords'
import type { FlowGraph, StepNode, Way } from '@/entities/flow/graph'
import { textAt } from '@/entities/flow/graph'
import { CARD_WIDTH } from '@/entities/flow/layout'
import type { Layout } from '@/entities/flow/layout'

export interface WayRow extends Way { shown: string; isKey: boolean; isBack: boolean; lost: boolean }

/** What callers did at a step: how many came, what share of them hung up or fled to a person. */
export interface Traffic { times: number; lost: number }

export interface CardData {
  step: StepNode
  look: KindLook
  summary: string
  ways: WayRow[]
  mistakes: string[]
  chosen: boolean
  change: string
  traffic: Traffic | null
  isFirst: boolean
  fieldTitles: ReadonlyMap<string, string>
}

export interface Shown {
  chosen: string | null
  /** Mistakes by step. */
  marks: ReadonlyMap<string, string[]>
  /** Changes by step, in a picture of differences. */
  changes: ReadonlyMap<string, string>
  traffic: ReadonlyMap<string, Traffic>
  kindTitles: ReadonlyMap<string, string>
  fieldTitles: ReadonlyMap<string, string>
}

const SUMMARIES = ['text', 'flow', 'topic', 'what', 'number', 'skill', 'of'] as const

function summaryOf(step: StepNode): string {
  if (step.text) return step.text
  if (step.kind === 'branch') return [textAt(step.data, 'on'), textAt(step.data, 'of')].filter(Boolean).join(' · ')
  return SUMMARIES.map((field) => textAt(step.data, field)).filter(Boolean).join(' · ') || textAt(step.data, 'note')
}

function rowOf(step: StepNode, way: Way, graph: FlowGraph, layout: Layout): WayRow {
  const target = way.target ? graph.byName.get(way.target) : undefined
  return {
    ...way,
    shown: !way.target ? (way.implicit ? '没有下一步' : '未写') : target ? (target.title || target.name) : `没有“${way.target}”`,
    isKey: way.field === 'keys',
    isBack: layout.back.has(`${step.name}/${way.id}`),
    lost: way.target !== null && !target,
  }
}

/** What each card shows; the graph library does not hold it, so that a changed word moves nothing. */
export function cardsOf(graph: FlowGraph, layout: Layout, shown: Shown): Map<string, CardData> {
  return new Map(graph.steps.map((step) => [step.name, {
    step, look: lookOf(step.kind, shown.kindTitles), summary: summaryOf(step), ways: step.ways.map((way) => rowOf(step, way, graph, layout)),
    mistakes: shown.marks.get(step.name) ?? [], chosen: step.name === shown.chosen, change: shown.changes.get(step.name) ?? '', traffic: shown.traffic.get(step.name) ?? null,
    isFirst: step.name === graph.first, fieldTitles: shown.fieldTitles,
  }]))
}

export function nodesOf(layout: Layout): Node[] {
  return [...layout.places].map(([id, place]) => ({ id, type: 'step', position: { x: place.x, y: place.y }, width: CARD_WIDTH, height: place.height }))
}

/** Ways that lead back are drawn only at the chosen step: drawn all at once they hide the rest. */
export function edgesOf(graph: FlowGraph, layout: Layout, chosen: string | null): Edge[] {
  return graph.steps.flatMap((step) => step.ways
    .filter((way) => way.target && graph.byName.has(way.target))
    .filter((way) => !layout.back.has(`${step.name}/${way.id}`) || step.name === chosen || way.target === chosen)
    .map((way) => {
      const touched = step.name === chosen || way.target === chosen
      const back = layout.back.has(`${step.name}/${way.id}`)
      return {
        id: `${step.name}/${way.id}`, source: step.name, sourceHandle: way.id, target: way.target as string, targetHandle: 'in',
        class: [touched ? 'touched' : '', back ? 'leads-back' : '', way.implicit ? 'falls' : ''].filter(Boolean).join(' '),
        zIndex: touched ? 1 : 0,
      }
    }))
}
