import { describe, expect, it } from 'vitest'

import type { MenuStepFigure } from '@/shared/api/types'

import { sankeyOf } from './sankey'

function step(name: string, ways: [string, string, number][], kind = 'menu'): MenuStepFigure {
  return {
    flow: 'm', step: name, kind, times: 0, seconds_average: 0, mistakes: 0, gone: 0, to_person: 0,
    ways: ways.map(([to_flow, to_step, times]) => ({ outcome: '', to_flow, to_step, times })),
  }
}

const titleOf = (flow: string, name: string): string => `${flow}·${name}`

describe('the stream of callers', () => {
  it('cuts the way back, not the way on', () => {
    const found = sankeyOf([step('main', [['m', 'road', 90], ['', 'person', 10]]), step('road', [['m', 'main', 30], ['', 'gone', 60]])], titleOf)
    expect(found.links).toEqual([
      { source: 'm/main', target: 'm/road', value: 90 },
      { source: 'm/road', target: 'end:gone', value: 60 },
      { source: 'm/main', target: 'end:person', value: 10 },
    ])
    expect(found.nodes.find((node) => node.name === 'end:person')).toEqual({ name: 'end:person', label: '转人工', isEnd: true })
  })

  it('adds up ways to one place, leaves out repeats of a step and hairs', () => {
    const found = sankeyOf([step('main', [['m', 'a', 600], ['m', 'a', 400], ['m', 'main', 50], ['', 'gone', 1]])], titleOf)
    expect(found.links).toEqual([{ source: 'm/main', target: 'm/a', value: 1000 }])
  })

  it('passes through what neither asks nor tells, a step of its own or two in a row', () => {
    const found = sankeyOf([
      step('start', [['m', 'hours', 80]]),
      step('hours', [['m', 'who', 60], ['', 'person', 20]], 'branch'),
      step('who', [['m', 'main', 60]], 'branch'),
      step('main', [['', 'gone', 50], ['', 'person', 10]]),
    ], titleOf)
    expect(found.links).toEqual([
      { source: 'm/start', target: 'm/main', value: 60 },
      { source: 'm/main', target: 'end:gone', value: 50 },
      { source: 'm/start', target: 'end:person', value: 20 },
      { source: 'm/main', target: 'end:person', value: 10 },
    ])
  })

  it('never has a ring, whatever callers did', () => {
    const names = ['a', 'b', 'c', 'd']
    const steps = names.map((name, index) => step(name, names.map((to, other) => ['m', to, (index * 7 + other * 3) % 11 + 1])))
    const { links } = sankeyOf(steps, titleOf)
    const ranks = new Map<string, number>()
    for (let round = 0; round < 5; round++)
      for (const link of links) ranks.set(link.target, Math.max(ranks.get(link.target) ?? 0, (ranks.get(link.source) ?? 0) + 1))
    expect(Math.max(...ranks.values())).toBeLessThan(names.length)
  })

  it('is empty where nobody called', () => {
    expect(sankeyOf([], titleOf)).toEqual({ nodes: [], links: [] })
  })
})
