import { describe, expect, it } from 'vitest'

import { fixture } from './shipped.testing'
import { plainOf, read } from './source'
import { removeAt, setAt } from './splice'

const MAIN = fixture('menu')

/** Lines of `after` that are not in `before`, and the other way round. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  return { gone: old.filter((line) => !fresh.includes(line)), come: fresh.filter((line) => !old.includes(line)) }
}

describe('setting a value of a flow', () => {
  it('changes one line and leaves comments, blank lines and quotes elsewhere alone', () => {
    const text = setAt(MAIN, ['steps', 'road_clear', 'text'], '目前没有管制。') as string
    expect(difference(MAIN, text)).toEqual({ gone: ['    text: 目前没有收到高速公路管制和封闭的消息。'], come: ['    text: 目前没有管制。'] })
  })

  it('keeps the lines of a folded prompt that still stand', () => {
    const before = '水上遇险请按8，人工服务请按0。查路况请按1，ETC请按2，投诉举报请按3，意见建议请按4，'
    const text = setAt(MAIN, ['steps', 'main', 'text'], `${before}丢东西请按5，查工单进度请按6，铁路、民航、邮政和高速救援请按7，重听请按9。`) as string
    expect(difference(MAIN, text).gone).toHaveLength(1)
    expect(text).toContain(`      ${before}\n`)
  })

  it('adds a key to a table written on lines and to one written in braces, quoted as a key', () => {
    expect(setAt(MAIN, ['steps', 'main', 'keys', '*'], 'road')).toContain('      "8": distress\n      "*": road\n')
    expect(setAt(MAIN, ['steps', 'road_end', 'keys', '1'], 'etc')).toContain('keys: {"9": road, "*": main, "1": etc}')
  })

  it('changes a target in place', () => {
    const text = setAt(MAIN, ['steps', 'direct_mode', 'cases', 'off'], 'main') as string
    expect(text).toContain('cases: {"on": straight, "off": main}')
    expect(difference(MAIN, text).come).toHaveLength(1)
  })

  it('adds a field below the others and makes a table that was not there', () => {
    expect(setAt(MAIN, ['steps', 'announcement', 'next'], 'main')).toContain('    what: announcement\n    next: main\n')
    expect(setAt(MAIN, ['steps', 'straight', 'cases', 'on'], 'main')).toContain('    skill: common\n    cases: {"on": main}\n')
  })

  it('takes a field out, and one row of a table, from lines and from braces', () => {
    expect(removeAt(MAIN, ['steps', 'road', 'next'])).not.toContain('next: road_end')
    expect(removeAt(MAIN, ['steps', 'road_end', 'keys', '9'])).toContain('keys: {"*": main}')
    expect(removeAt(MAIN, ['steps', 'who_calls', 'cases', 'truck_driver'])).toContain('cases: {direct: straight}')
    const one = 'flow: a\nsteps:\n  b:\n    keys:\n      "1": b  # only\n    do: menu\n'
    expect(removeAt(one, ['steps', 'b', 'keys', '1'])).toContain('    keys: {}\n    do: menu')
  })

  it('writes numbers plain, words that YAML would misread quoted, and texts that need it escaped', () => {
    expect(setAt(MAIN, ['steps', 'drivers', 'priority'], 50)).toContain('    priority: 50\n')
    expect(setAt(MAIN, ['steps', 'distress', 'number'], '12306')).toContain('number: "12306"')
    expect(setAt(MAIN, ['steps', 'straight', 'text'], '提示: 请#稍候 "好"')).toContain('text: "提示: 请#稍候 \\"好\\""')
    expect(setAt(MAIN, ['steps', 'straight', 'note'], 'no')).toContain('note: "no"')
  })

  it('keeps the comment behind a value', () => {
    const text = 'flow: a\nsteps:\n  b:\n    do: say   # why\n    text: x # 旧\n'
    expect(setAt(text, ['steps', 'b', 'text'], '新')).toBe('flow: a\nsteps:\n  b:\n    do: say   # why\n    text: 新 # 旧\n')
  })

  it('writes through the document where the text is one long line, and still changes only the data asked for', () => {
    const text = '{flow: a, title: t, steps: {b: {do: say, text: x}}} # kept\n'
    const after = setAt(text, ['steps', 'b', 'text'], 'z') as string
    expect(after).toBe('{flow: a, title: t, steps: {b: {do: say, text: z}}} # kept\n')
    expect(plainOf(read(removeAt(text, ['title']) as string).root)).not.toHaveProperty('title')
  })

  it('refuses a text with mistakes of syntax and a place that is not there', () => {
    expect(setAt('flow: "a\nsteps:', ['title'], 'x')).toBeNull()
    expect(setAt('', ['title'], 'x')).toBeNull()
    expect(removeAt(MAIN, ['steps', 'main', 'next'])).toBeNull()
  })
})
