/** The ways to say an intent of a listen step: read from a flow's text, and one more added to it. */
import { isMap, isSeq } from 'yaml'
import type { Node } from 'yaml'

import { scalar } from './scalars'
import { columnOf, endOf, lineEnd, lineStart, pairOf, plainOf, read, startOf } from './source'
import type { Plain } from './source'
import { says, setAt } from './splice'

export interface SaidIntent { name: string; title: string; phrases: string[] }

function below(data: Plain | undefined, key: string): Plain | undefined {
  return data instanceof Map ? data.get(key) : undefined
}

const word = (data: Plain | undefined): string => (typeof data === 'string' ? data : '')

/** What a step may understand; empty where it listens for nothing of its own. */
export function intentsOf(text: string, step: string): SaidIntent[] {
  const intents = below(below(below(plainOf(read(text).root), 'steps'), step), 'intents')
  if (!(intents instanceof Map)) return []
  return [...intents].map(([name, intent]) => {
    const phrases = below(intent, 'phrases')
    return { name, title: word(below(intent, 'title')) || name, phrases: Array.isArray(phrases) ? phrases.map(word) : [] }
  })
}

/** The same sentence, however it is punctuated. */
export function bare(phrase: string): string {
  return phrase.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '').toUpperCase()
}

/** The text with one more way to say it; comments and all else stay. Null: not possible here, or known already. */
export function withPhrase(text: string, step: string, intent: string, phrase: string): string | null {
  const found = intentsOf(text, step).find((one) => one.name === intent)
  if (!found || bare(phrase) === '' || found.phrases.some((one) => bare(one) === bare(phrase))) return null
  const path = ['steps', step, 'intents', intent, 'phrases']
  const rewritten = setAt(text, path, [...found.phrases, phrase])
  if (rewritten === null) return null
  const spliced = added(text, path, phrase)
  return spliced !== null && says(spliced, plainOf(read(rewritten).root)) ? spliced : rewritten
}

function added(text: string, path: string[], phrase: string): string | null {
  let node: Node | null | undefined = read(text).root
  for (const key of path) node = isMap(node) ? pairOf(node, key)?.value : null
  if (!isSeq(node)) return null
  const last = node.items.at(-1) as Node | undefined
  if (!last) return null
  const end = endOf(text, last, startOf(last))
  const written = scalar(phrase, { flow: node.flow === true })
  if (node.flow) return `${text.slice(0, end)}, ${written}${text.slice(end)}`
  const line = text.slice(lineStart(text, startOf(last)), startOf(last))
  if (!/^ *- *$/.test(line)) return null
  const at = lineEnd(text, end)
  const gap = text[at - 1] === '\n' ? '' : '\n'
  return `${text.slice(0, at)}${gap}${' '.repeat(columnOf(text, startOf(last)) - line.trimStart().length)}- ${written}\n${text.slice(at)}`
}

/** The intent with the phrase most like these words, for whoever chooses; '' when none shares a sign. */
export function likeliest(intents: SaidIntent[], said: string): string {
  const signs = new Set(bare(said))
  let best = { name: '', likeness: 0 }
  for (const intent of intents)
    for (const phrase of intent.phrases) {
      const others = new Set(bare(phrase))
      const shared = [...others].filter((sign) => signs.has(sign)).length
      const likeness = shared / (signs.size + others.size - shared || 1)
      if (likeness > best.likeness) best = { name: intent.name, likeness }
    }
  return best.name
}
