/** Where callers went, as the sankey picture wants it: a stream from left to right, rings cut open. */
import type { MenuStepFigure } from '@/shared/api/types'

export interface SankeyNode { name: string; label: string; isEnd: boolean }
export interface SankeyLink { source: string; target: string; value: number }
export interface Sankey { nodes: SankeyNode[]; links: SankeyLink[] }

export const ENDS: Record<string, string> = {
  person: '转人工', transfer: '转外部电话', message: '留言', hang_up: '听完结束', gone: '来电人挂机', failure: '故障转人工',
}

/** Thinner streams are left out: they would be hairs. */
const THINNEST = 0.002

interface Edge { from: string; to: string; times: number }

function keyOf(flow: string, step: string): string {
  return flow ? `${flow}/${step}` : `end:${step}`
}

function edgesOf(steps: readonly MenuStepFigure[]): Edge[] {
  const sums = new Map<string, Edge>()
  for (const step of steps)
    for (const way of step.ways) {
      const from = keyOf(step.flow, step.step)
      const to = keyOf(way.to_flow, way.to_step)
      if (from === to) continue
      const edge = sums.get(`${from}\n${to}`) ?? { from, to, times: 0 }
      sums.set(`${from}\n${to}`, { ...edge, times: edge.times + way.times })
    }
  return [...sums.values()].sort((one, other) => other.times - one.times)
}

/** Whether `to` already leads to `from`: the link would close a ring. */
function closesRing(next: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([to])
  const open = [to]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === from) return true
    for (const following of next.get(at) ?? []) if (!seen.has(following)) { seen.add(following); open.push(following) }
  }
  return false
}

/** The thickest streams first, so that what goes back (to the main menu) is what is cut. */
export function sankeyOf(steps: readonly MenuStepFigure[], titleOf: (flow: string, step: string) => string): Sankey {
  const edges = edgesOf(steps)
  const most = edges[0]?.times ?? 0
  const next = new Map<string, string[]>()
  const links: SankeyLink[] = []
  for (const edge of edges) {
    if (edge.times < most * THINNEST || closesRing(next, edge.from, edge.to)) continue
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to])
    links.push({ source: edge.from, target: edge.to, value: edge.times })
  }
  const names = new Set(links.flatMap((link) => [link.source, link.target]))
  return { links, nodes: [...names].map((name) => nodeOf(name, titleOf)) }
}

function nodeOf(name: string, titleOf: (flow: string, step: string) => string): SankeyNode {
  if (name.startsWith('end:')) return { name, label: ENDS[name.slice(4)] ?? name.slice(4), isEnd: true }
  const cut = name.indexOf('/')
  return { name, label: titleOf(name.slice(0, cut), name.slice(cut + 1)), isEnd: false }
}
