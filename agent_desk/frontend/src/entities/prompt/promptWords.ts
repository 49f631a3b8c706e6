/** How a phrase of the menu is named on screen. */
import type { Prompt } from '@/shared/api/types'

export function placeOf(prompt: Prompt): string {
  if (prompt.uses.length === 0) return '数字、字母和日期'
  return prompt.uses.map((use) => (use.flow ? `${use.flow} · ${use.step || '通用用语'}` : `电话系统 · ${use.step.replace('named/', '')}`)).join('，')
}

/** What the server takes; browsers name the same kinds differently. */
export const ACCEPTED = '.wav,.mp3,.m4a,.ogg,.flac,.webm'

const TYPES: Record<string, string> = { wav: 'audio/wav', mp3: 'audio/mpeg', m4a: 'audio/mp4', ogg: 'audio/ogg', flac: 'audio/flac', webm: 'audio/webm' }

/** The file with the type its name says, where the browser knows none. */
export function typed(file: File): Blob {
  const ending = file.name.split('.').pop()?.toLowerCase() ?? ''
  return file.type.startsWith('audio/') ? file : new Blob([file], { type: TYPES[ending] ?? file.type })
}
