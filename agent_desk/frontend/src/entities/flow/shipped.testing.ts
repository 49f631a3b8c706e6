/** The shipped flows and a random editor, for the tests of the pure modules. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Language } from './language'
import { kindWays } from './language'

const FOLDER = fileURLToPath(new URL('../../../../../ivr_flows/shipped/', import.meta.url))

export function shippedFlows(): Map<string, string> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))
  return new Map(names.map((name) => [name.replace('.yaml', ''), readFileSync(FOLDER + name, 'utf8')]))
}

/** Flows that do not change with the shipped ones, for tests that name their steps. */
export function fixture(name: 'menu' | 'progress'): string {
  return readFileSync(fileURLToPath(new URL(`./fixtures/${name}.yaml`, import.meta.url)), 'utf8')
}

export const LANGUAGE: Language = new Map([
  ['say', kindWays('say', ['next'], [])],
  ['menu', kindWays('menu', ['next'], ['keys'])],
  ['listen', kindWays('listen', ['next'], ['keys'], ['intents'])],
  ['choose', kindWays('choose', ['next'], [])],
  ['digits', kindWays('digits', ['next', 'empty'], [])],
  ['query_order', kindWays('query_order', ['next', 'found', 'finished', 'not_found'], [])],
  ['lookup', kindWays('lookup', ['next', 'none'], [])],
  ['branch', kindWays('branch', ['next', 'otherwise'], ['cases'])],
  ['record_message', kindWays('record_message', ['next'], [])],
  ['survey', kindWays('survey', ['next'], [])],
  ['subflow', kindWays('subflow', ['next'], [])],
  ['offer_message', kindWays('offer_message', ['next'], [])],
  ['to_agent', kindWays('to_agent', [], [])],
  ['transfer', kindWays('transfer', ['refused'], [])],
  ['back', kindWays('back', [], [])],
  ['hang_up', kindWays('hang_up', [], [])],
])

/** Numbers from a seed, the same in every run (mulberry32). */
export function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** A long flow: `count` menus, each leading on and somewhere else. */
export function longFlow(count: number): string {
  const steps = Array.from({ length: count }, (_unused, index) => [
    `  step_${index}:                # 第 ${index} 步`,
    '    do: menu',
    `    text: 请按键选择第${index}项服务内容，人工服务请按0，重听请按9。`,
    `    keys: {"1": step_${(index + 1) % count}, "2": step_${(index * 7 + 3) % count}, "3": step_${(index * 3 + 1) % count}}`,
    '    repeat: "9"',
  ].join('\n'))
  return `# 长流程\nflow: long\ntitle: 长流程\nperson: {skill: common}\nsteps:\n${steps.join('\n\n')}\n`
}
