/** The server's JSON schema of the flow language, turned into the panel's fields and the ways of each kind. */
import type { Language } from './language'
import { kindWays } from './language'

export interface JsonSchema {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  const?: unknown
  title?: string
  description?: string
  type?: string
  enum?: string[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  default?: unknown
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minProperties?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  propertyNames?: JsonSchema
  discriminator?: { mapping?: Record<string, string> }
  'x-values'?: Record<string, string>
}

/** How a field is filled in. */
export type Widget = 'prompt' | 'line' | 'number' | 'yes' | 'choice' | 'key' | 'step' | 'flow' | 'queue' | 'steps' | 'words' | 'list' | 'intents' | 'written'

export interface Field {
  name: string
  title: string
  description: string
  widget: Widget
  required: boolean
  whole: boolean
  default: string
  choices: { value: string; label: string }[]
  /** What a table's keys may be; empty: anything. */
  keyPattern: string
  pattern: string
  minLength: number
  maxLength: number
  minimum: number | null
  maximum: number | null
}

export interface Kind { kind: string; title: string; description: string; fields: Field[] }

const STEP_PATTERN = '^\\w{1,64}$'
const KEY_PATTERN = '^[1-9*#]$'
/** Names of other things than steps, written like them. */
const NOT_STEPS: ReadonlySet<string> = new Set(['flow', 'question'])

function resolved(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  if (schema.$ref) {
    const { $ref, ...own } = schema
    return { ...resolved(defs[$ref.replace('#/$defs/', '')] ?? {}, defs), ...own }
  }
  const real = schema.anyOf?.filter((one) => one.type !== 'null') ?? []
  if (real.length === 0) return schema
  return { ...resolved(real[0] as JsonSchema, defs), ...schema, anyOf: undefined }
}

function isStep(name: string, schema: JsonSchema | undefined): boolean {
  return schema?.pattern === STEP_PATTERN && !NOT_STEPS.has(name)
}

function valuesOf(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema | undefined {
  const values = Object.values(schema.patternProperties ?? {})[0] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
  return values && resolved(values, defs)
}

function widgetOf(name: string, schema: JsonSchema, defs: Record<string, JsonSchema>): Widget {
  if (isStep(name, schema)) return 'step'
  if (name === 'flow') return 'flow'
  if (name === 'skill') return 'queue'
  if (name === 'text') return 'prompt'
  if (schema.enum) return 'choice'
  if (schema.pattern === KEY_PATTERN) return 'key'
  if (schema.type === 'boolean') return 'yes'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'array') return schema.items && resolved(schema.items, defs).type === 'string' ? 'list' : 'written'
  if (schema.type !== 'object') return 'line'
  const values = valuesOf(schema, defs)
  if (isStep('', values)) return 'steps'
  if (values?.type === 'string') return 'words'
  return values?.properties?.phrases && values.properties.next ? 'intents' : 'written'
}

function keyPatternOf(schema: JsonSchema): string {
  return Object.keys(schema.patternProperties ?? {})[0] ?? schema.propertyNames?.pattern ?? ''
}

function fieldOf(name: string, raw: JsonSchema, required: boolean, defs: Record<string, JsonSchema>): Field {
  const schema = resolved(raw, defs)
  return {
    name,
    title: schema.title ?? name,
    description: schema.description ?? '',
    widget: widgetOf(name, schema, defs),
    required,
    whole: schema.type === 'integer',
    default: schema.default === null || schema.default === undefined ? '' : String(schema.default === true ? 'yes' : schema.default === false ? 'no' : schema.default),
    choices: (schema.enum ?? []).map((value) => ({ value, label: schema['x-values']?.[value] ?? value })),
    keyPattern: keyPatternOf(schema),
    pattern: schema.pattern ?? '',
    minLength: schema.minLength ?? 0,
    maxLength: schema.maxLength ?? 0,
    minimum: schema.minimum ?? null,
    maximum: schema.maximum ?? null,
  }
}

/** Kinds in the order of the schema. */
export function kindsOf(schema: JsonSchema): Kind[] {
  const defs = schema.$defs ?? {}
  const kinds = (schema.oneOf ?? []).map((one) => resolved(one, defs))
  return kinds.map((one) => ({
    kind: String(one.properties?.do?.const ?? ''),
    title: one.title ?? '',
    description: one.description ?? '',
    fields: Object.entries(one.properties ?? {})
      .filter(([name, field]) => name !== 'do' && field.type !== 'null')
      .map(([name, field]) => fieldOf(name, field, one.required?.includes(name) ?? false, defs)),
  }))
}

export function languageOf(kinds: Kind[]): Language {
  const named = (kind: Kind, widget: Widget): string[] => kind.fields.filter((field) => field.widget === widget).map((field) => field.name)
  return new Map(kinds.map((kind) => [kind.kind, kindWays(kind.kind, named(kind, 'step'), named(kind, 'steps'), named(kind, 'intents'))]))
}

/** What is wrong with what is typed into a field, before the server says it; empty: nothing. */
export function complaint(field: Field, value: string): string {
  if (value === '') return field.required ? '必填' : ''
  if (field.widget === 'number') {
    const number = Number(value)
    if (!Number.isFinite(number) || (field.whole && !Number.isInteger(number))) return field.whole ? '应是整数' : '应是数字'
    if (field.minimum !== null && number < field.minimum) return `至少 ${field.minimum}`
    if (field.maximum !== null && number > field.maximum) return `至多 ${field.maximum}`
    return ''
  }
  if (field.maxLength && value.length > field.maxLength) return `至多 ${field.maxLength} 字，现有 ${value.length} 字`
  if (value.length < field.minLength) return '不能空着'
  if (field.widget === 'line' && field.pattern && !new RegExp(field.pattern.replace('\\w', '\\p{L}\\p{N}_'), 'u').test(value)) return '写法不合要求'
  return ''
}
