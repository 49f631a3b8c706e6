/** How a phrase of the menu is named on screen. */
import type { Prompt } from '@/shared/api/types'

/** Places named at most; a phrase that every flow says needs no list of flows. */
const NAMED = 3

export function placeOf(prompt: Prompt): string {
  if (prompt.uses.length === 0) return '数字、字母和日期'
  const steps = prompt.uses.filter((use) => use.step).map((use) => (use.flow ? `${use.flow} · ${use.step}` : `电话系统 · ${use.step.replace('named/', '')}`))
  const common = prompt.uses.some((use) => !use.step) ? ['各流程通用'] : []
  const places = [...common, ...steps]
  return places.length <= NAMED ? places.join('，') : `${places.slice(0, NAMED).join('，')} 等 ${places.length} 处`
}

/** What the server takes; browsers name the same kinds differently. */
export const ACCEPTED = '.wav,.mp3,.m4a,.ogg,.flac,.webm'

const TYPES: Record<string, string> = { wav: 'audio/wav', mp3: 'audio/mpeg', m4a: 'audio/mp4', ogg: 'audio/ogg', flac: 'audio/flac', webm: 'audio/webm' }

/** The file with the type its name says, where the browser knows none. */
export function typed(file: File): Blob {
  const ending = file.name.split('.').pop()?.toLowerCase() ?? ''
  return file.type.startsWith('audio/') ? file : new Blob([file], { type: TYPES[ending] ?? file.type })
}
