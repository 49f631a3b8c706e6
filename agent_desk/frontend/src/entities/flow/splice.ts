/**
 * Setting one value of a flow's text. Only the characters of that value change; comments, order and
 * manner of writing elsewhere stay. Each splice is read back and proven; where a text is written
 * too unusually for it, the yaml library's document writes it anew, comments kept.
 */
import { isMap, isScalar } from 'yaml'
import type { Node, Pair, Scalar, YAMLMap } from 'yaml'

import { blockPair, flowPair, folded, mayFold, scalar, tidy } from './scalars'
import type { Value } from './scalars'
import { columnOf, isBlock, lineEnd, lineStart, pairEnd, pairOf, plainOf, read, startOf } from './source'
import type { Plain, Source } from './source'

export type Path = string[]
type Entry = Pair<Node, Node | null>

/** The text with the value at this path; null when the text has mistakes of syntax or no such place. */
export function setAt(text: string, path: Path, value: Value): string | null {
  return edited(text, path, value)
}

/** The text without what stands at this path. */
export function removeAt(text: string, path: Path): string | null {
  return edited(text, path, undefined)
}

function edited(text: string, path: Path, value: Value | undefined): string | null {
  const source = read(text)
  if (!source.root || source.mistakes.length > 0 || path.length === 0) return null
  const wanted = changed(plainOf(source.root), path, value)
  if (wanted === null) return null
  const spliced = value === undefined ? removed(source, path) : placed(source, path, value)
  if (spliced !== null && says(spliced, wanted)) return spliced
  const rewritten = throughDocument(source, path, value)
  return says(rewritten, wanted) ? rewritten : null
}

export function says(text: string, wanted: Plain): boolean {
  const source = read(text)
  return source.mistakes.length === 0 && canonical(plainOf(source.root)) === canonical(wanted)
}

function canonical(data: Plain): string {
  return JSON.stringify(data, (_key, part: unknown) => {
    if (part instanceof Map) return ['map', ...part.entries()]
    return typeof part === 'string' ? tidy(part) : part
  })
}

function asPlain(value: Value): Plain {
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, asPlain(part)]))
  if (Array.isArray(value)) return value.map(asPlain)
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

/** The data as it shall be; null when there is nothing to remove. */
function changed(data: Plain, path: Path, value: Value | undefined): Plain | null {
  const [key, ...rest] = path as [string, ...string[]]
  const here = data instanceof Map ? new Map(data) : new Map<string, Plain>()
  if (value === undefined && !here.has(key)) return null
  if (rest.length === 0) {
    if (value === undefined) here.delete(key)
    else here.set(key, asPlain(value))
    return here
  }
  const inner = changed(here.get(key) ?? new Map(), rest, value)
  if (inner === null) return null
  here.set(key, inner)
  return here
}

function placed(source: Source, path: Path, value: Value): string | null {
  let map = source.root as YAMLMap
  let depth = 0
  for (; depth < path.length - 1; depth++) {
    const below = pairOf(map, path[depth] as string)?.value
    if (!isMap(below) || below.items.length === 0) break
    map = below
  }
  const key = path[depth] as string
  const whole = path.slice(depth + 1).reduceRight<Value>((inner, name) => new Map([[name, inner]]), value)
  const pair = pairOf(map, key)
  // Names of fields stand at the top, in `person` and in a step; deeper ones are data.
  const field = depth === 0 || depth === 2 || path[0] !== 'steps'
  if (!pair) return inserted(source.text, map, key, whole, field)
  if (isScalar(pair.value) && pair.value.source !== '' && !(whole instanceof Map) && !Array.isArray(whole))
    return scalarReplaced(source.text, map, pair, whole)
  return pairReplaced(source.text, map, pair, key, whole, field)
}

function scalarReplaced(text: string, map: YAMLMap, pair: Entry, value: string | number | boolean): string {
  const node = pair.value as Scalar
  const [from, to] = node.range as [number, number, number]
  const block = node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL'
  const inFlow = map.flow === true
  const words = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
  const after = text.slice(from, to).endsWith('\n') ? '\n' : ''
  if (block && mayFold(words)) {
    const [, ...lines] = text.slice(from, to).trimEnd().split('\n')
    const indent = (/^ */.exec(lines[0] ?? '') as RegExpExecArray)[0].length || columnOf(text, startOf(pair.key)) + 2
    return text.slice(0, from) + folded(words, indent, lines.map((line) => line.trim())) + after + text.slice(to)
  }
  const plain = node.type === 'PLAIN' && scalar(words, { flow: inFlow, field: true }) === words
  const written = plain && /^[\d.]+$/.test(String(node.value)) ? words : scalar(value, { flow: inFlow })
  const line = text.slice(lineStart(text, startOf(pair.key)), from)
  if (!inFlow && mayFold(words) && (line + written).length > 60)
    return text.slice(0, from) + folded(words, columnOf(text, startOf(pair.key)) + 2) + after + text.slice(to)
  const kept = node.type === 'QUOTE_DOUBLE' && typeof value !== 'number' ? JSON.stringify(words) : written
  return text.slice(0, from) + (kept.length < written.length ? written : kept) + after + text.slice(to)
}

function pairReplaced(text: string, map: YAMLMap, pair: Entry, key: string, value: Value, field: boolean): string | null {
  const from = startOf(pair.key)
  const to = pairEnd(text, pair)
  if (map.flow) return text.slice(0, from) + flowPair(key, value, field) + text.slice(to)
  if (!isBlock(text, map)) return null
  return text.slice(0, lineStart(text, from)) + blockPair(key, value, columnOf(text, from), field) + text.slice(lineEnd(text, to))
}

function inserted(text: string, map: YAMLMap, key: string, value: Value, field: boolean): string | null {
  const last = map.items.at(-1) as Entry | undefined
  if (map.flow) {
    const at = last ? pairEnd(text, last) : startOf(map) + 1
    return text.slice(0, at) + (last ? ', ' : '') + flowPair(key, value, field) + text.slice(at)
  }
  if (!last || !isBlock(text, map)) return null
  const at = lineEnd(text, pairEnd(text, last))
  const gap = text[at - 1] === '\n' ? '' : '\n'
  return text.slice(0, at) + gap + blockPair(key, value, columnOf(text, startOf(last.key)), field) + text.slice(at)
}

function removed(source: Source, path: Path): string | null {
  const { text } = source
  let map = source.root as YAMLMap
  let holder: Entry | undefined
  for (const name of path.slice(0, -1)) {
    holder = pairOf(map, name)
    if (!isMap(holder?.value)) return null
    map = holder.value
  }
  const index = map.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === path.at(-1))
  const pair = map.items[index] as Entry
  if (map.flow) return flowPairRemoved(text, map, index)
  if (!isBlock(text, map)) return null
  if (map.items.length > 1) return text.slice(0, lineStart(text, startOf(pair.key))) + text.slice(lineEnd(text, pairEnd(text, pair)))
  if (!holder) return null
  const colon = text.indexOf(':', holder.key.range?.[1] ?? 0) + 1
  return `${text.slice(0, colon)} {}${text.slice(colon, lineStart(text, startOf(pair.key)))}${text.slice(lineEnd(text, pairEnd(text, pair)))}`
}

function flowPairRemoved(text: string, map: YAMLMap, index: number): string {
  const pair = map.items[index] as Entry
  const before = map.items[index - 1] as Entry | undefined
  const behind = map.items[index + 1] as Entry | undefined
  const from = before ? pairEnd(text, before) : startOf(pair.key)
  const to = before || !behind ? pairEnd(text, pair) : startOf(behind.key)
  return text.slice(0, from) + text.slice(to)
}

function throughDocument(source: Source, path: Path, value: Value | undefined): string {
  const doc = source.doc.clone()
  if (value === undefined) doc.deleteIn(path)
  else doc.setIn(path, doc.createNode(asPlain(value)))
  return doc.toString({ lineWidth: 0 })
}
