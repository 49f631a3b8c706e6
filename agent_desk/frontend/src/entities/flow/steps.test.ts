import { describe, expect, it } from 'vitest'

import { graphOf } from './graph'
import type { FlowGraph } from './graph'
import { createHistory } from './history'
import { layoutOf, shapeOf } from './layout'
import { dice, fixture, LANGUAGE, longFlow, shippedFlows } from './shipped.testing'
import { read } from './source'
import { setAt } from './splice'
import { addStep, connect, copyStep, deleteStep, freeName, moveStep, pasteSteps, renameStep, stepNames } from './steps'

const FLOWS = shippedFlows()
const MAIN = fixture('menu')
const PROGRESS = fixture('progress')

function graph(text: string): FlowGraph {
  return graphOf(read(text), LANGUAGE)
}

function ways(text: string): Record<string, Record<string, string | null>> {
  return Object.fromEntries(graph(text).steps.map((step) => [step.name, Object.fromEntries(step.ways.map((way) => [way.id, way.target]))]))
}

function comments(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(#.*)$/gm)].map((match) => match[1] as string)
}

describe('the graph of a text', () => {
  it('knows written and unwritten ways, sub-flows and who answers on 0', () => {
    const main = graph(MAIN)
    expect(main.person).toEqual({ skill: 'common', priority: '' })
    expect(main.first).toBe('announcement')
    expect(ways(MAIN).announcement).toEqual({ none: null, next: 'direct_mode' })
    expect(ways(MAIN).direct_mode).toEqual({ 'cases.on': 'straight', 'cases.off': 'who_calls' })
    expect(ways(MAIN).who_calls).toEqual({ 'cases.direct': 'straight', 'cases.truck_driver': 'drivers', otherwise: 'main' })
    expect(ways(MAIN).main).not.toHaveProperty('next')
    expect(main.byName.get('etc')?.subflow).toBe('etc')
    expect(ways(PROGRESS).ask_by_phone).toEqual({ finished: 'finished', not_found: 'not_found', next: 'open' })
    expect(main.byName.get('road_clear')?.ways[0]).toMatchObject({ target: 'road_end', implicit: true })
  })

  it('is drawn from half-typed text without a crash', () => {
    for (const text of ['', 'steps:', 'steps: 3', 'flow: x\nsteps:\n  a:\n  b: 3\n  c: {do: menu, keys: [1]}\n  d:\n    keys: {"1": {x: y}}\n', '- a', 'a: &b c\nd: *b'])
      expect(graph(text).steps.length).toBeLessThan(5)
    expect(read('flow: "x').mistakes[0]?.message).toContain('YAML')
  })

  it('is laid out with every step in a place of its own and loops told apart', () => {
    const { places, back } = layoutOf(graph(MAIN))
    expect(new Set([...places.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(stepNames(MAIN).length)
    expect(back).toEqual(new Set(['road_end/keys.9', 'road_end/keys.*', 'etc/next', 'lost_property/next', 'progress/next', 'other_services/next']))
    expect(shapeOf(graph(MAIN))).toBe(shapeOf(graph(MAIN.replace('目前没有', '现在没有'))))
  })
})

describe('editing steps', () => {
  it('adds one below another: the way falls into it and on', () => {
    const text = addStep(MAIN, '封路', new Map([['do', 'say'], ['text', '今天封路。']]), 'road_clear') as string
    expect(text).toContain('    text: 目前没有收到高速公路管制和封闭的消息。\n  封路:\n    do: say\n    text: 今天封路。\n  road_end:')
    expect(ways(text)).toMatchObject({ road_clear: { next: '封路' }, 封路: { next: 'road_end' } })
  })

  it('adds at the end in the manner of the author', () => {
    expect(addStep(PROGRESS, 'x', new Map([['do', 'back']]))).toContain('  leave: {do: back}\n\n  x:\n    do: back\n'.replace('\n\n', '\n'))
    expect(addStep(MAIN, 'main', new Map([['do', 'back']]))).toBeNull()
    expect(addStep(MAIN, 'a b', new Map([['do', 'back']]))).toBeNull()
  })

  it('deletes one with its own comment and leads its callers to where it led', () => {
    const text = deleteStep(MAIN, 'who_calls', LANGUAGE) as string
    expect(comments(text)).toEqual(comments(MAIN).filter((comment) => !comment.includes('选择过人工')))
    const led = deleteStep(MAIN, 'road_clear', LANGUAGE) as string
    expect(ways(led).road).toEqual({ none: 'road_end', next: 'road_end' })
    const cut = deleteStep(MAIN, 'complaint', LANGUAGE) as string
    expect(cut).not.toContain('"3": complaint')
    expect(deleteStep('flow: a\nsteps:\n  b: {do: back}\n', 'b', LANGUAGE)).toBeNull()
  })

  it('renames with every reference and nothing else', () => {
    const text = renameStep(MAIN, 'road', '路况', LANGUAGE) as string
    expect(text.match(/路况\b|路况$/gm)?.length).toBeGreaterThan(0)
    expect(ways(text)).toMatchObject({ main: { 'keys.1': '路况' }, road_end: { 'keys.9': '路况' } })
    expect(text).toContain('what: road_notices')
    expect(renameStep(MAIN, 'road', 'main', LANGUAGE)).toBeNull()
    expect(renameStep(MAIN, 'road', 'a: b', LANGUAGE)).toBeNull()
  })

  it('connects and disconnects', () => {
    expect(ways(connect(MAIN, 'road', ['none'], 'main') as string).road?.none).toBe('main')
    expect(ways(connect(MAIN, 'road', ['none'], null) as string).road?.none).toBeNull()
    expect(connect(MAIN, 'nobody', ['next'], 'main')).toBeNull()
  })

  it('copies a step with its comment into another flow under a free name', () => {
    const clip = copyStep(MAIN, 'who_calls') as string
    expect(clip.startsWith('who_calls:              # 选择过人工')).toBe(true)
    const pasted = pasteSteps(PROGRESS, clip, 'number') as { text: string; names: string[] }
    expect(pasted.names).toEqual(['who_calls'])
    expect(pasteSteps(MAIN, clip, 'main')?.names).toEqual(['who_calls_2'])
    expect(comments(pasted.text).length).toBe(comments(PROGRESS).length + 1)
    expect(pasteSteps(MAIN, 'just words', null)).toBeNull()
    expect(pasteSteps(MAIN, 'a: 1', null)).toBeNull()
  })

  it('moves a step and every way stays what it was', () => {
    for (const [name, after] of [['road_clear', 'drivers'], ['main', null], ['announcement', 'etc'], ['drivers', 'announcement']] as const) {
      const moved = moveStep(MAIN, name, after, LANGUAGE) as string
      expect(ways(moved)).toEqual(ways(MAIN))
      expect(comments(moved).sort()).toEqual(comments(MAIN).sort())
    }
  })

  it('follows the ways of a step that hears words: each intent its own, or the one of the step', () => {
    const text = 'flow: a\ntitle: t\nsteps:\n  ask:\n    do: listen\n    text: 请说。\n    keys: {"1": x}\n    intents:\n      road: {title: 路况, phrases: [路况], next: x}\n      etc:\n        title: ETC\n        phrases: [发票]\n  y: {do: back}\n  x: {do: back}\n'
    expect(ways(text).ask).toEqual({ 'intents.road.next': 'x', 'intents.etc.next': 'y', 'keys.1': 'x' })
    const renamed = renameStep(text, 'x', 'z', LANGUAGE) as string
    expect(ways(renamed).ask).toEqual({ 'intents.road.next': 'z', 'intents.etc.next': 'y', 'keys.1': 'z' })
    expect(ways(connect(text, 'ask', ['intents', 'etc', 'next'], 'x') as string).ask).toMatchObject({ 'intents.etc.next': 'x' })
    expect(ways(moveStep(text, 'x', 'ask', LANGUAGE) as string)).toEqual({ ...ways(text), ask: { 'intents.road.next': 'x', 'intents.etc.next': 'y', 'keys.1': 'x' } })
    expect(ways(connect(text, 'ask', ['next'], 'x') as string).ask).toMatchObject({ 'intents.etc.next': 'x' })
  })

  it('finds free names', () => {
    expect([freeName(MAIN, 'road'), freeName(MAIN, 'x y'), freeName(MAIN, '')]).toEqual(['road_2', 'x_y', 'step'])
  })
})

describe('random edits', () => {
  const PROMPTS = ['好。', '请按1: 然后#键', '一二三四五六七八九十，'.repeat(9), '"引号"与{order_no}', 'on', '- a', '  空白  ', 'a'.repeat(150)]

  it.each(Array.from({ length: 40 }, (_unused, seed) => seed))('never break the text and never lose a comment elsewhere (seed %i)', (seed) => {
    const roll = dice(seed)
    const names = [...FLOWS.keys()]
    let text = FLOWS.get(names[roll(names.length)] as string) as string
    let clip = ''
    for (let round = 0; round < 25; round++) {
      const steps = stepNames(text)
      const any = (): string => steps[roll(steps.length)] as string
      const step = any()
      const before = comments(text)
      const own = comments(copyStep(text, step) ?? '')
      const edits: (() => string | null)[] = [
        () => addStep(text, freeName(text, any()), new Map([['do', 'say'], ['text', PROMPTS[roll(PROMPTS.length)] as string]]), roll(3) ? any() : null),
        () => deleteStep(text, step, LANGUAGE),
        () => renameStep(text, step, freeName(text, roll(2) ? '新步骤' : 'on'), LANGUAGE),
        () => setAt(text, ['steps', step, roll(2) ? 'text' : 'title'], PROMPTS[roll(PROMPTS.length)] as string),
        () => connect(text, step, roll(2) ? ['next'] : ['keys', String(1 + roll(9))], any()),
        () => connect(text, step, ['next'], null),
        () => { clip = copyStep(text, step) ?? clip; return clip ? (pasteSteps(text, clip, roll(2) ? any() : null)?.text ?? null) : null },
        () => moveStep(text, step, roll(4) ? any() : null, LANGUAGE),
      ]
      const kind = roll(edits.length)
      const after = edits[kind]?.() ?? null
      if (after === null) continue
      expect(read(after).mistakes).toEqual([])
      const kept = comments(after)
      const lost = before.filter((comment) => !kept.includes(comment))
      expect(lost.filter((comment) => !(kind === 1 && own.includes(comment)))).toEqual([])
      graph(after)
      text = after
    }
  })

  it('leave a text alone when what was done is undone', () => {
    const history = createHistory(MAIN)
    const roll = dice(7)
    for (let round = 0; round < 30; round++) {
      const names = stepNames(history.text)
      history.write(renameStep(history.text, names[roll(names.length)] as string, freeName(history.text, 'x'), LANGUAGE) ?? history.text, '', round)
    }
    while (history.canUndo) history.undo()
    expect(history.text).toBe(MAIN)
  })
})

describe('the history', () => {
  it('takes a burst of typing back at once, other edits one by one, and forgets what was undone when writing on', () => {
    const history = createHistory('a')
    history.write('ab', 'type', 0)
    history.write('abc', 'type', 100)
    history.write('abcd', 'steps.x.text', 200)
    expect(history.undo()).toBe('abc')
    expect(history.undo()).toBe('a')
    expect(history.redo()).toBe('abc')
    history.write('z', 'type', 300)
    expect(history.canRedo).toBe(false)
    expect(history.undo()).toBe('abc')
  })
})

describe('a flow of two hundred steps', () => {
  it('is read, drawn and edited', () => {
    const text = longFlow(200)
    const drawn = graph(text)
    expect(drawn.steps).toHaveLength(200)
    const places = [...layoutOf(drawn).places.values()].sort((one, other) => one.x - other.x || one.y - other.y)
    expect(places).toHaveLength(200)
    for (const [index, place] of places.entries()) {
      const above = places[index - 1]
      if (above?.x === place.x) expect(place.y).toBeGreaterThanOrEqual(above.y + above.height)
    }
    const renamed = renameStep(text, 'step_100', '中间', LANGUAGE) as string
    expect(ways(renamed).step_99?.['keys.1']).toBe('中间')
  })
})
