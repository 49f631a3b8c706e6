/** What a new step begins with: the fields its kind requires, filled with something that can be mended. */
import type { Plain } from './source'
import type { Value } from './scalars'
import type { Field, Kind } from './schema'

export interface Around { target: string; otherFlow: string }

function beginning(field: Field, around: Around): Value {
  switch (field.widget) {
    case 'prompt': return '请填写要说的话。'
    case 'number': return field.minimum ?? 1
    case 'yes': return 'no'
    case 'choice': return field.choices[0]?.value ?? ''
    case 'key': return '1'
    case 'step': return around.target
    case 'steps': return new Map([[field.keyPattern === '^[1-9*#]$' ? '1' : 'on', around.target]])
    case 'words': return new Map([['1', '答案']])
    case 'intents': return new Map<string, Value>([['意图', new Map<string, Value>([['title', '要办的事'], ['phrases', ['要说的话']]])]])
    case 'flow': return around.otherFlow
    case 'list': return ['要说的话']
    default: return field.pattern.startsWith('^[0-9]') ? '12328' : field.pattern.startsWith('^[a-z]') ? 'answer' : field.title
  }
}

export function newStep(kind: Kind, around: Around): Map<string, Value> {
  return new Map<string, Value>([['do', kind.kind], ...kind.fields.filter((field) => field.required).map((field): [string, Value] => [field.name, beginning(field, around)])])
}

/** What must go and what must come when a step becomes another kind. */
export function asKind(data: Map<string, Plain>, kind: Kind, around: Around): { gone: string[]; come: [string, Value][] } {
  const known = new Set(['do', ...kind.fields.map((field) => field.name)])
  return {
    gone: [...data.keys()].filter((name) => !known.has(name)),
    come: [...newStep(kind, around)].filter(([name]) => name === 'do' || !data.has(name)),
  }
}

export function newFlow(name: string, title: string): string {
  return `flow: ${/^\d/.test(name) ? `"${name}"` : name}\ntitle: ${JSON.stringify(title).slice(1, -1) === title && !/[:#]/.test(title) ? title : JSON.stringify(title)}\nperson: {skill: common}\n\nsteps:\n  begin:\n    do: say\n    text: 请填写要说的话。\n  leave: {do: back}\n`
}
