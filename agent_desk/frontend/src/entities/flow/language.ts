/**
 * What the editor knows of the flow language: where each kind of step can lead. The kinds and their
 * fields come from the server's schema; only the rule of the unwritten `next` stands here, because
 * a schema cannot say it (ivr_flows/language: `ways`).
 */

export interface KindWays {
  /** The way that means the step below when it is not written; null: this kind never falls through. */
  main: string | null
  /** Other fields with one target each. */
  singles: string[]
  /** Fields that are tables of targets. */
  tables: string[]
  /** Fields that are tables of things with a `next` of their own (the intents of `listen`). */
  nested: string[]
}

export type Language = ReadonlyMap<string, KindWays>

/** Fields that stand in for the main way: `found`, left out, means `next`. */
export const STANDS_FOR_NEXT: ReadonlySet<string> = new Set(['found', 'otherwise'])

/** Cases that leave nothing over for `otherwise` (ivr_flows/language/telling.py). */
export const WHOLE_CASES: Readonly<Record<string, readonly string[]>> = {
  hours: ['open', 'closed', 'holiday'],
  switch: ['on', 'off'],
  transfer: ['allowed', 'refused'],
}

export const UNKNOWN_KIND: KindWays = { main: 'next', singles: [], tables: [], nested: [] }

/** Kinds that end a flow or wait for a key have no way to the step below. */
const NEVER_BELOW: ReadonlySet<string> = new Set(['menu', 'listen', 'to_agent', 'transfer', 'back', 'hang_up'])

export function waysOf(language: Language, kind: string): KindWays {
  return language.get(kind) ?? UNKNOWN_KIND
}

/** Built from fields as the schema marks them. */
export function kindWays(kind: string, singles: string[], tables: string[], nested: string[] = []): KindWays {
  const below = singles.includes('next') && !NEVER_BELOW.has(kind)
  const main = !below ? null : singles.includes('otherwise') ? 'otherwise' : 'next'
  return { main, singles: singles.filter((field) => field !== 'next' && field !== main), tables, nested }
}
