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
  return steps.flatMap((step) => step.ways.map((way) => ({ from: keyOf(step.flow, step.step), to: keyOf(way.to_flow, way.to_step), times: way.times })))
}

/** Steps that neither ask nor tell anything: a stream passes through them unseen. */
const UNSEEN = new Set(['branch', 'subflow', 'back'])

/** Who came to an unseen step went on as everybody there did. */
function withoutUnseen(edges: readonly Edge[], unseen: ReadonlySet<string>): Edge[] {
  let kept = [...edges]
  for (const name of unseen) {
    const into = kept.filter((edge) => edge.to === name)
    const out = kept.filter((edge) => edge.from === name)
    const all = out.reduce((sum, edge) => sum + edge.times, 0)
    kept = kept.filter((edge) => edge.to !== name && edge.from !== name)
    for (const before of into)
      for (const after of out) kept.push({ from: before.from, to: after.to, times: (before.times * after.times) / all })
  }
  return summed(kept)
}

function summed(edges: readonly Edge[]): Edge[] {
  const sums = new Map<string, Edge>()
  for (const edge of edges) {
    if (edge.from === edge.to) continue
    const name = `${edge.from}\n${edge.to}`
    sums.set(name, { ...edge, times: (sums.get(name)?.times ?? 0) + edge.times })
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
  const unseen = new Set(steps.filter((step) => UNSEEN.has(step.kind)).map((step) => keyOf(step.flow, step.step)))
  const edges = withoutUnseen(edgesOf(steps), unseen)
  const most = edges[0]?.times ?? 0
  const next = new Map<string, string[]>()
  const links: SankeyLink[] = []
  for (const edge of edges) {
    if (edge.times < most * THINNEST || closesRing(next, edge.from, edge.to)) continue
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to])
    links.push({ source: edge.from, target: edge.to, value: Math.max(1, Math.round(edge.times)) })
  }
  const names = new Set(links.flatMap((link) => [link.source, link.target]))
  return { links, nodes: [...names].map((name) => nodeOf(name, titleOf)) }
}

function nodeOf(name: string, titleOf: (flow: string, step: string) => string): SankeyNode {
  if (name.startsWith('end:')) return { name, label: ENDS[name.slice(4)] ?? name.slice(4), isEnd: true }
  const cut = name.indexOf('/')
  return { name, label: titleOf(name.slice(0, cut), name.slice(cut + 1)), isEnd: false }
}
