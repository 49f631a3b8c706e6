/** Edits of whole steps, text to text: add, delete, rename, connect, copy, paste, move. Ways stay what they were. */
import type { Node, Pair, YAMLMap } from 'yaml'
import { isMap, isScalar } from 'yaml'

import { graphOf } from './graph'
import type { StepNode } from './graph'
import type { Language } from './language'
import { waysOf } from './language'
import { blockPair, scalar } from './scalars'
import type { Value } from './scalars'
import { blockOf, columnOf, isBlock, keyOf, pairOf, plainOf, read, startOf } from './source'
import type { Source } from './source'
import { removeAt, says, setAt } from './splice'

export const STEP_NAME = /^[\p{L}\p{N}_]{1,64}$/u

type Entry = Pair<Node, Node | null>

/** The steps of a text that splices can work on; null when they are written in one line or the text is broken. */
function stepsOf(text: string): (Source & { entries: Entry[] }) | null {
  const source = read(text)
  if (source.mistakes.length > 0 || !source.steps || source.steps.items.length === 0 || !isBlock(text, source.steps)) return null
  return { ...source, entries: source.steps.items as Entry[] }
}

export function stepNames(text: string): string[] {
  return (read(text).steps?.items ?? []).map(keyOf)
}

/** `road` → `road_2`, `road_3` …: a name nobody has yet. */
export function freeName(text: string, wanted: string): string {
  const taken = new Set(stepNames(text))
  const base = (wanted.replace(/[^\p{L}\p{N}_]/gu, '_') || 'step').slice(0, 56)
  if (!taken.has(base)) return base
  const stem = base.replace(/_\d+$/, '')
  for (let number = 2; ; number++) if (!taken.has(`${stem}_${number}`)) return `${stem}_${number}`
}

/** A new step below `after` (null: at the end). */
export function addStep(text: string, name: string, fields: Map<string, Value>, after: string | null = null): string | null {
  const source = stepsOf(text)
  if (!source || !STEP_NAME.test(name) || source.entries.some((entry) => keyOf(entry) === name)) return null
  const column = columnOf(text, startOf((source.entries[0] as Entry).key))
  const pad = ' '.repeat(column)
  const lines = [...fields].map(([field, value]) => blockPair(field, value, column + 2, true)).join('')
  return insertBlock(source, `${pad}${scalar(name, { flow: false })}:\n${lines}`, after)
}

function insertBlock(source: Source & { entries: Entry[] }, block: string, after: string | null): string | null {
  const { text, entries } = source
  const above = after === null ? entries.at(-1) : entries.find((entry) => keyOf(entry) === after)
  if (!above) return null
  const at = blockOf(text, above).to
  const end = text.slice(0, at).endsWith('\n') ? '' : '\n'
  const airy = /^[ \t]*\n/.test(text.slice(at)) || (at >= text.trimEnd().length && isAiry(source))
  return text.slice(0, at) + end + (airy ? '\n' : '') + block + text.slice(at)
}

/** Whether this author leaves blank lines between steps. */
function isAiry({ text, entries }: Source & { entries: Entry[] }): boolean {
  const last = entries.at(-1)
  return last !== undefined && entries.length > 1 && /\n[ \t]*\n$/.test(text.slice(0, blockOf(text, last).from))
}

/** Away with a step; what led to it leads where it led, or is taken out of the text when it led to several. */
export function deleteStep(text: string, name: string, language: Language): string | null {
  const source = stepsOf(text)
  if (!source || source.entries.length < 2) return null
  const graph = graphOf(source, language)
  const step = graph.byName.get(name)
  if (!step) return null
  const onward = step.ways.filter((way) => way.target && way.target !== name)
  const follower = onward.length === 1 ? (onward[0]?.target ?? null) : null
  let after: string | null = text
  for (const other of graph.steps) {
    if (other.name === name) continue
    for (const way of other.ways) {
      if (way.target !== name || way.implicit || after === null) continue
      const path = ['steps', other.name, ...way.path]
      // Several ways may be written in one place: it is changed once.
      after = follower ? setAt(after, path, follower) : (removeAt(after, path) ?? after)
    }
  }
  if (after === null) return null
  const index = graph.steps.indexOf(step)
  const above = graph.steps[index - 1]
  const below = graph.steps[index + 1]?.name ?? null
  for (const fell of above?.ways.filter((way) => way.implicit) ?? [])
    if (above && follower && follower !== below && after !== null) after = setAt(after, ['steps', above.name, ...fell.path], follower)
  return after === null ? null : cutBlock(after, name)
}

function cutBlock(text: string, name: string): string | null {
  const source = stepsOf(text)
  const entry = source?.entries.find((pair) => keyOf(pair) === name)
  if (!source || !entry) return null
  const { from, to } = blockOf(text, entry)
  const before = text.slice(0, from)
  const behind = text.slice(to)
  // The blank line above goes with the step, so that no two stand together.
  const airy = /\n[ \t]*\n$/.test(before) && (/^[ \t]*\n/.test(behind) || behind === '')
  const rest = airy ? before.replace(/\n[ \t]*\n$/, '\n') + behind : before + behind
  const wanted = plainOf(source.root)
  const steps = wanted instanceof Map ? wanted.get('steps') : undefined
  if (steps instanceof Map) steps.delete(name)
  return says(rest, wanted) ? rest : null
}

/** A new name, and the new name wherever the old one was meant. */
export function renameStep(text: string, from: string, to: string, language: Language): string | null {
  const source = read(text)
  if (source.mistakes.length > 0 || !source.steps || !STEP_NAME.test(to) || stepNames(text).includes(to)) return null
  const entry = pairOf(source.steps, from)
  if (!entry?.key.range) return null
  const changes: { from: number; to: number; words: string }[] = [
    { from: entry.key.range[0], to: entry.key.range[1], words: scalar(to, { flow: source.steps.flow === true }) },
  ]
  for (const pair of source.steps.items) {
    if (!isMap(pair.value)) continue
    const kind = String(valueText(pair.value, 'do'))
    const { singles, tables, nested } = waysOf(language, kind)
    for (const inner of pair.value.items) {
      const field = keyOf(inner)
      if ((field === 'next' || field === 'otherwise' || singles.includes(field)) && refersTo(inner, from)) changes.push(reference(inner, to, pair.value.flow))
      if (tables.includes(field) && isMap(inner.value))
        for (const row of inner.value.items) if (refersTo(row, from)) changes.push(reference(row, to, inner.value.flow))
      if (nested.includes(field) && isMap(inner.value))
        for (const row of inner.value.items)
          for (const part of isMap(row.value) ? row.value.items : [])
            if (keyOf(part) === 'next' && refersTo(part, from)) changes.push(reference(part, to, (row.value as YAMLMap).flow))
    }
  }
  const renamed = changes.sort((one, other) => other.from - one.from)
    .reduce((written, change) => written.slice(0, change.from) + change.words + written.slice(change.to), text)
  return read(renamed).mistakes.length === 0 && stepNames(renamed).includes(to) ? renamed : null
}

function valueText(map: unknown, key: string): string {
  const value = isMap(map) ? pairOf(map, key)?.value : null
  return isScalar(value) ? String(value.value ?? '') : ''
}

function refersTo(pair: Pair, name: string): boolean {
  return isScalar(pair.value) && String(pair.value.value) === name && (pair.value.type === 'PLAIN' || String(pair.value.type).startsWith('QUOTE'))
}

function reference(pair: Pair, to: string, flow: boolean | undefined): { from: number; to: number; words: string } {
  const [from, end] = (pair.value as Node).range as [number, number, number]
  return { from, to: end, words: scalar(to, { flow: flow === true }) }
}

/** A way leads to this step from now on; null takes the way out of the text. */
export function connect(text: string, step: string, way: string[], target: string | null): string | null {
  const path = ['steps', step, ...way]
  if (!stepNames(text).includes(step)) return null
  return target === null ? removeAt(text, path) : setAt(text, path, target)
}

/** A step as text of its own, for the clipboard: no indentation, its comments with it. */
export function copyStep(text: string, name: string): string | null {
  const source = stepsOf(text)
  const entry = source?.entries.find((pair) => keyOf(pair) === name)
  if (!source || !entry) return null
  const { from, to } = blockOf(text, entry)
  const column = columnOf(text, startOf(entry.key))
  return text.slice(from, to).split('\n').map((line) => (line.slice(0, column).trim() === '' ? line.slice(column) : line.trimStart())).join('\n').trimEnd() + '\n'
}

/** Copied steps below `after` under names of their own; references stay what they were. */
export function pasteSteps(text: string, clip: string, after: string | null): { text: string; names: string[] } | null {
  const copied = read(clip.replace(/\r\n?/g, '\n'))
  if (copied.mistakes.length > 0 || !copied.root || copied.root.items.length === 0) return null
  if (!copied.root.items.every((pair) => isMap(pair.value) && valueText(pair.value, 'do') !== '' && isBlock(copied.text, copied.root as never))) return null
  let pasted: string | null = text
  const names: string[] = []
  for (const entry of copied.root.items as Entry[]) {
    const source: (Source & { entries: Entry[] }) | null = pasted === null ? null : stepsOf(pasted)
    if (!source) return null
    const name = freeName(source.text, keyOf(entry))
    const { from, to } = blockOf(copied.text, entry)
    const keyFrom = startOf(entry.key)
    const block = copied.text.slice(from, keyFrom) + scalar(name, { flow: false }) + copied.text.slice(entry.key.range?.[1] ?? keyFrom, to)
    const pad = ' '.repeat(columnOf(source.text, startOf((source.entries[0] as Entry).key)))
    const indented = block.trimEnd().split('\n').map((line) => (line.trim() ? pad + line : '')).join('\n')
    pasted = insertBlock(source, `${indented}\n`, names.at(-1) ?? after)
    names.push(name)
  }
  return pasted !== null && names.every((name) => stepNames(pasted).includes(name)) ? { text: pasted, names } : null
}

/** Another place in the text; where ways relied on the order they are written out first. */
export function moveStep(text: string, name: string, after: string | null, language: Language): string | null {
  const source = stepsOf(text)
  if (!source || name === after) return null
  const steps = graphOf(source, language).steps
  const index = steps.findIndex((step) => step.name === name)
  const place = after === null ? -1 : steps.findIndex((step) => step.name === after)
  if (index < 0 || (after !== null && place < 0)) return null
  if (place === index - 1) return text
  const affected = new Set([steps[index], steps[index - 1], steps[place]].filter((step): step is StepNode => step !== undefined))
  let pinned: string | null = text
  for (const step of affected) {
    for (const fell of step.ways.filter((way) => way.implicit && way.target))
      if (pinned !== null) pinned = setAt(pinned, ['steps', step.name, ...fell.path], fell.target as string)
  }
  if (pinned === null) return null
  return moveBlock(pinned, name, after)
}

function moveBlock(text: string, name: string, after: string | null): string | null {
  const source = stepsOf(text)
  const entry = source?.entries.find((pair) => keyOf(pair) === name)
  if (!source || !entry) return null
  const { from, to } = blockOf(text, entry)
  const block = text.slice(from, to).replace(/\n?$/, '\n')
  const rest = cutBlock(text, name)
  const left = rest === null ? null : stepsOf(rest)
  if (!left || rest === null) return null
  if (after !== null) return insertBlock(left, block, after)
  const first = blockOf(rest, left.entries[0] as Entry).from
  const moved = rest.slice(0, first) + block + (isAiry(left) ? '\n' : '') + rest.slice(first)
  return read(moved).mistakes.length === 0 ? moved : null
}
