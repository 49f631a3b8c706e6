/**
 * A flow's text read once: where its steps and fields stand. The text is the truth; everything else
 * (graph, panel, marks) is read from it, and every edit is a splice of it.
 */
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'

/** Plain data as the server reads it: all scalars are text, order is kept. */
export type Plain = string | Plain[] | Map<string, Plain>

export interface SyntaxMistake { message: string; line: number; from: number; to: number }

export interface Source {
  text: string
  doc: Document
  root: YAMLMap | null
  steps: YAMLMap | null
  mistakes: SyntaxMistake[]
}

export interface Span { from: number; to: number }

const WORDS: Record<string, string> = {
  DUPLICATE_KEY: '同一个名称写了两次，请删去一个',
  BAD_INDENT: '缩进不对，请与上下行对齐',
  TAB_AS_INDENT: '缩进里有制表符，请改用空格',
  MISSING_CHAR: '缺少引号或括号',
  BAD_ALIAS: '不支持 YAML 的 *引用，请把内容写全',
  MULTILINE_IMPLICIT_KEY: '名称不能换行，请检查冒号和引号',
}

/** The server refuses anchors and aliases; tags and directives mean nothing here. */
export function read(text: string): Source {
  const doc = parseDocument(text, { schema: 'failsafe', strict: true, uniqueKeys: true, logLevel: 'silent' }) as Document
  const root = isMap(doc.contents) ? doc.contents : null
  const mistakes = doc.errors.map((error) => ({
    message: `YAML 写法有误：${WORDS[error.code] ?? '请检查缩进、冒号后的空格和引号'}`,
    line: error.linePos?.[0].line ?? 1,
    from: Math.min(error.pos[0], text.length),
    to: Math.min(Math.max(error.pos[1], error.pos[0]), text.length),
  }))
  if (!root && mistakes.length === 0) mistakes.push({ message: '应以 flow:、title:、steps: 等项目开头', line: 1, from: 0, to: 0 })
  const steps = root ? valueOf(root, 'steps') : null
  return { text, doc, root, steps: isMap(steps) ? steps : null, mistakes }
}

export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value ?? '') : ''
}

export function pairOf(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  return map.items.find((pair) => keyOf(pair) === key) as Pair<Node, Node | null> | undefined
}

export function valueOf(map: YAMLMap, key: string): Node | null {
  return pairOf(map, key)?.value ?? null
}

export function plainOf(node: unknown): Plain {
  if (isMap(node)) return new Map(node.items.map((pair) => [keyOf(pair), plainOf(pair.value)]))
  if (isSeq(node)) return node.items.map(plainOf)
  return isScalar(node) ? String(node.value ?? '') : ''
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}

/** Where the written content ends, without blank lines and comments behind it. */
export function endOf(text: string, node: Node | null, otherwise: number): number {
  if (!node?.range) return otherwise
  const [from, to] = node.range
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last = node.items.at(-1) as Pair<Node, Node | null> | Node | undefined
    if (!last) return to
    return isMap(node) ? pairEnd(text, last as Pair<Node, Node | null>) : endOf(text, last as Node, to)
  }
  return Math.max(from, from + text.slice(from, to).trimEnd().length, otherwise)
}

export function pairEnd(text: string, pair: Pair<Node, Node | null>): number {
  const key = pair.key.range?.[1] ?? 0
  const colon = text.indexOf(':', key)
  return endOf(text, pair.value, colon < 0 ? key : colon + 1)
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** The beginning of the next line, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at)
}

export function lineOf(text: string, at: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index >= 0 && index < at; index = text.indexOf('\n', index + 1)) line += 1
  return line
}

/** Whether all keys of this map begin lines of their own, at one column: what splices can rely on. */
export function isBlock(text: string, map: YAMLMap): boolean {
  return !map.flow && map.items.every((pair) => {
    const at = startOf(pair.key as Node)
    return text.slice(lineStart(text, at), at).trim() === ''
  })
}

const COMMENT = /^([ \t]*)#/

/** A step's lines: the comment standing right above it, its content, comments indented below it. */
export function blockOf(text: string, pair: Pair<Node, Node | null>): Span {
  const key = startOf(pair.key)
  const column = columnOf(text, key)
  let from = lineStart(text, key)
  while (from > 0) {
    const above = lineStart(text, from - 1)
    const comment = COMMENT.exec(text.slice(above, from))
    if (!comment || (comment[1] ?? '').length > column) break
    from = above
  }
  let to = lineEnd(text, pairEnd(text, pair))
  while (to < text.length) {
    const comment = COMMENT.exec(text.slice(to, lineEnd(text, to)))
    if (!comment || (comment[1] ?? '').length <= column) break
    to = lineEnd(text, to)
  }
  return { from, to }
}
