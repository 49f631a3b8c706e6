/** Values written as YAML the way the shipped flows are: quotes only where they are needed, long prompts folded. */
export type Value = string | number | boolean | Value[] | Map<string, Value>

export interface Manner { flow: boolean; /** A field's own name (`on`, `next`) needs no quotes, a key or a number does. */ field?: boolean }

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/
const INLINE = 100
const FOLDED = 92
const BREAK_AFTER = /[，。；、！？：]/
const SPECIAL_WORD = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/

export function columns(text: string): number {
  let width = 0
  for (const char of text) width += WIDE.test(char) ? 2 : 1
  return width
}

/** One line, as the prompt is spoken: a folded line leaves a blank that Chinese does not have. */
export function tidy(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(' ').replace(/(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])/g, '')
}

function mayBePlain(text: string, manner: Manner): boolean {
  if (!text || text !== text.trim() || /[\n\r\t]/.test(text) || UNPRINTABLE.test(text)) return false
  if (/^[-?:,[\]{}#&*!|>'"%@`=<]/.test(text) || /:(?:\s|$)|\s#/.test(text) || text.startsWith('...')) return false
  if (manner.flow && /[,[\]{}:]/.test(text)) return false
  return manner.field === true || !(SPECIAL_WORD.test(text) || /^[+.\d]/.test(text))
}

export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function scalar(value: string | number | boolean, manner: Manner): string {
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : value
  return mayBePlain(text, manner) ? text : quoted(text)
}

function flowText(value: Value): string {
  if (value instanceof Map) return `{${[...value].map(([key, part]) => `${scalar(key, { flow: true })}: ${flowText(part)}`).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  return scalar(value, { flow: true })
}

function cut(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  let whole = 0
  for (const char of text) {
    line += char
    if (BREAK_AFTER.test(char)) whole = line.length
    if (columns(line) >= width && whole > 0 && whole < line.length) {
      lines.push(line.slice(0, whole))
      line = line.slice(whole)
      whole = BREAK_AFTER.test(line.at(-1) ?? '') ? line.length : 0
    }
  }
  if (line) lines.push(line)
  return lines.every((part) => part === part.trim() && part !== '') ? lines : [text]
}

/** The lines of a folded prompt; those of the old form that still stand are kept as they are. */
export function foldedLines(text: string, old: string[], width = FOLDED): string[] {
  const head: string[] = []
  let rest = text
  for (const line of old) {
    if (!line || rest.length <= line.length || !rest.startsWith(line)) break
    head.push(line)
    rest = rest.slice(line.length)
  }
  const tail: string[] = []
  for (const line of old.slice(head.length).reverse()) {
    if (!line || rest.length <= line.length || !rest.endsWith(line)) break
    tail.unshift(line)
    rest = rest.slice(0, -line.length)
  }
  // A line may only begin and end where the blank of folding falls away again.
  const lines = [...head, ...cut(rest, width), ...tail]
  const fits = lines.every((line) => line === line.trim() && line !== '') && tidy(lines.join(' ')) === tidy(text)
  return fits ? lines : cut(text, width)
}

export function folded(text: string, indent: number, old: string[] = []): string {
  const pad = ' '.repeat(indent)
  return `>-\n${foldedLines(text, old, Math.max(40, FOLDED - indent)).map((line) => pad + line).join('\n')}`
}

export function mayFold(text: string): boolean {
  return !/[\n\r\t]/.test(text) && !UNPRINTABLE.test(text) && text === text.trim() && text !== '' && cut(text, FOLDED).length > 1
    && tidy(cut(text, FOLDED).join(' ')) === tidy(text)
}

/** `key: value` in block style; `indent` is the key's column. */
export function blockPair(key: string, value: Value, indent: number, field: boolean): string {
  const name = scalar(key, { flow: false, field })
  const pad = ' '.repeat(indent)
  if (value instanceof Map || Array.isArray(value)) {
    const line = `${pad}${name}: ${flowText(value)}`
    if (Array.isArray(value) || value.size === 0 || columns(line) <= INLINE) return `${line}\n`
    return `${pad}${name}:\n${[...value].map(([inner, part]) => blockPair(inner, part, indent + 2, false)).join('')}`
  }
  const line = `${pad}${name}: ${scalar(value, { flow: false, field: typeof value !== 'string' })}`
  if (typeof value === 'string' && columns(line) > INLINE && mayFold(value)) return `${pad}${name}: ${folded(value, indent + 2)}\n`
  return `${line}\n`
}

export function flowPair(key: string, value: Value, field: boolean): string {
  return `${scalar(key, { flow: true, field })}: ${flowText(value)}`
}
