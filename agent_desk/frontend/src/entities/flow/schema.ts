/** The server's JSON schema of the flow language, turned into the panel's fields and the ways of each kind. */
import type { Language } from './language'
import { kindWays } from './language'

export interface JsonSchema {
  $ref?: string
  const?: unknown
  title?: string
  description?: string
  type?: string
  enum?: string[]
  anyOf?: JsonSchema[]
  default?: unknown
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  propertyNames?: JsonSchema
  /** What a part names: a step, a flow, a queue, a variable. */
  'x-refers'?: string
  'x-choices'?: Record<string, string>
}

/** GET /flows/schema. */
export interface KindSchema { kind: string; title: string; description: string; properties: Record<string, JsonSchema>; required: string[] }
export interface FlowSchema { kinds: KindSchema[]; head: KindSchema; definitions: Record<string, JsonSchema> }

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

const KEY_PATTERN = '^[1-9*#]$'

function resolved(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  if (schema.$ref) {
    const { $ref, ...own } = schema
    return { ...resolved(defs[$ref.replace('#/$defs/', '')] ?? {}, defs), ...own }
  }
  const real = schema.anyOf?.filter((one) => one.type !== 'null') ?? []
  if (real.length === 0) return schema
  return { ...resolved(real[0] as JsonSchema, defs), ...schema, anyOf: undefined }
}

function valuesOf(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema | undefined {
  const values = Object.values(schema.patternProperties ?? {})[0] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
  return values && resolved(values, defs)
}

function widgetOf(name: string, schema: JsonSchema, defs: Record<string, JsonSchema>): Widget {
  const refers = schema['x-refers']
  if (refers === 'step') return schema.type === 'object' ? 'steps' : 'step'
  if (refers === 'flow' || refers === 'queue') return refers
  if (name === 'text') return 'prompt'
  if (schema.enum) return 'choice'
  if (schema.pattern === KEY_PATTERN) return 'key'
  if (schema.type === 'boolean') return 'yes'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'array') return schema.items && resolved(schema.items, defs).type === 'string' ? 'list' : 'written'
  if (schema.type !== 'object') return 'line'
  const values = valuesOf(schema, defs)
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
    choices: (schema.enum ?? []).map((value) => ({ value, label: schema['x-choices']?.[value] ?? value })),
    keyPattern: keyPatternOf(schema),
    pattern: schema.pattern ?? '',
    minLength: schema.minLength ?? 0,
    maxLength: schema.maxLength ?? 0,
    minimum: schema.minimum ?? null,
    maximum: schema.maximum ?? null,
  }
}

function kindOf(written: KindSchema, defs: Record<string, JsonSchema>): Kind {
  const fields = Object.entries(written.properties).filter(([, part]) => part.type !== 'null')
  return {
    kind: written.kind,
    title: written.title,
    description: written.description,
    fields: fields.map(([name, part]) => fieldOf(name, part, written.required.includes(name), defs)),
  }
}

/** Kinds in the order of the schema. */
export function kindsOf(schema: FlowSchema): Kind[] {
  return schema.kinds.map((kind) => kindOf(kind, schema.definitions))
}

/** The lines above the steps: title, who answers on 0, mistakes allowed. */
export function headOf(schema: FlowSchema): Kind {
  return kindOf(schema.head, schema.definitions)
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
