/** A draft that survives a reload of the tab, one for each call. */
import { onScopeDispose, reactive, watch } from 'vue'

import { emptyDraft } from './draft'
import type { OrderDraft } from './draft'

const REGION = 'order-region'
const KEEP_AFTER_MS = 300

const keyOf = (callKey: string): string => `order-draft:${callKey || 'new'}`

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
