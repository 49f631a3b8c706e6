/** A draft that survives a reload of the tab, one for each call. */
import { onScopeDispose, reactive, watch } from 'vue'

import { emptyDraft } from './draft'
import type { OrderDraft } from './draft'

const REGION = 'order-region'
const KEEP_AFTER_MS = 300

const PREFIX = 'order-draft:'
const NO_CALL = 'new'
const keyOf = (callKey: string): string => PREFIX + (callKey || NO_CALL)

export interface KeptDraft { callKey: string; content: string }

/** Drafts of other calls that were written in and never saved, newest call first. */
export function keptDrafts(except: string): KeptDraft[] {
  return Object.keys(sessionStorage)
    .filter((name) => name.startsWith(PREFIX) && name !== keyOf(except))
    .map((name) => ({ name, content: (JSON.parse(sessionStorage.getItem(name) ?? '{}') as Partial<OrderDraft>).content ?? '' }))
    .filter((kept) => kept.content.trim() !== '')
    .map(({ name, content }) => ({ callKey: name === PREFIX + NO_CALL ? '' : name.slice(PREFIX.length), content }))
    .sort((one, other) => other.callKey.localeCompare(one.callKey))
}

export interface DraftStore {
  draft: OrderDraft
  /** Leaves the present draft where it is kept and takes up that of another call. */
  open: (callKey: string, callerNumber: string) => void
  discard: () => void
}

export function useDraft(): DraftStore {
  const blank = (): OrderDraft => emptyDraft(localStorage.getItem(REGION) ?? '')
  const draft = reactive(blank())
  let callKey = ''
  let touched = false
  let timer = 0

  function keep(): void {
    window.clearTimeout(timer)
    if (touched) sessionStorage.setItem(keyOf(callKey), JSON.stringify(draft))
    touched = false
  }

  watch(draft, () => {
    touched = true
    window.clearTimeout(timer)
    timer = window.setTimeout(keep, KEEP_AFTER_MS)
    if (draft.region_code) localStorage.setItem(REGION, draft.region_code)
  }, { flush: 'sync' })
  window.addEventListener('pagehide', keep)
  onScopeDispose(() => {
    keep()
    window.removeEventListener('pagehide', keep)
  })

  function take(next: OrderDraft): void {
    Object.assign(draft, next)
    touched = false
    window.clearTimeout(timer)
  }

  return {
    draft,
    open(next, callerNumber) {
      keep()
      callKey = next
      const kept = sessionStorage.getItem(keyOf(next))
      take({ ...blank(), caller_number: callerNumber, ...(kept ? (JSON.parse(kept) as Partial<OrderDraft>) : {}) })
    },
    discard() {
      sessionStorage.removeItem(keyOf(callKey))
      take(blank())
    },
  }
}
