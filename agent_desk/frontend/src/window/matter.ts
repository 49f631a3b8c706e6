/** The form in three steps: what each asks, what is wrong with it, where a finding of the server belongs. */
import type { Finding } from '@/shared/api/http'
import type { PublicMatter } from '@/shared/api/types'
import { countHan, MIN_HAN } from '@/shared/format/han'

import type { Kind } from './place'

export type Errors = Partial<Record<string, string>>

const STEP_OF: Record<string, number> = {
  content: 1, photos: 1, photo: 1, place: 2, object: 2, reason: 2, name: 3, title: 3, phone: 3,
  caller_name: 3, caller_title: 3, caller_number: 3,
}
const FORM_NAME: Record<string, string> = { caller_name: 'name', caller_title: 'title', caller_number: 'phone' }

/** With the photos that were sent, none at first. */
export type Filled = PublicMatter & { photos: string[] }

export function blank(kind: Kind): Filled {
  return {
    key: crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''),
    channel: 'web', kind, content: '', phone: '', object: '', reason: '', place: '', name: '', title: '', confidential: false, photos: [],
  }
}

export function problemsOf(step: number, matter: PublicMatter): Errors {
  const errors: Errors = {}
  if (step === 1 && countHan(matter.content) < MIN_HAN)
    errors.content = `请至少写${String(MIN_HAN)}个字，现在是${String(countHan(matter.content))}个字`
  if (step === 2 && matter.kind === 'complaint') {
    if (!matter.object?.trim()) errors.object = '请写明投诉谁：车牌号、线路或单位名称'
    if (!matter.reason?.trim()) errors.reason = '请写明为什么投诉，希望怎样解决'
  }
  if (step === 3 && !/^1[3-9]\d{9}$/.test(matter.phone.replace(/[\s-]/g, '')))
    errors.phone = '请填写11位手机号码，用来查进度和收短信'
  return errors
}

/** What the server found, by field, and the first step that has one. */
export function sorted(findings: Finding[]): { errors: Errors; step: number } {
  const errors: Errors = {}
  let step = 3
  for (const one of findings) {
    errors[FORM_NAME[one.field] ?? one.field] ??= one.message
    step = Math.min(step, STEP_OF[one.field] ?? 3)
  }
  return { errors, step }
}
