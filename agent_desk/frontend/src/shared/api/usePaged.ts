/** A keyset-paged list, newest first: the first page again, or the next one appended. */
import { computed, ref, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import type { Api, Query } from './http'
import { messageOf } from './http'
import type { Page } from './types'

export interface Paged<T> {
  items: ShallowRef<T[]>
  error: Ref<string>
  loading: Ref<boolean>
  hasMore: ComputedRef<boolean>
  reload: () => Promise<void>
  more: () => Promise<void>
}

export function usePaged<T>(api: Api, path: string, query: () => Query, limit = 50): Paged<T> {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  const error = ref('')
  const loading = ref(true)
  let round = 0

  async function fetchPage(after: string | null): Promise<void> {
    const mine = ++round
    loading.value = true
    try {
      const page = await api.get<Page<T>>(path, { ...query(), after, limit })
      if (mine !== round) return
      items.value = after === null ? page.items : [...items.value, ...page.items]
      next.value = page.next
      error.value = ''
    } catch (failure) {
      if (mine !== round) return
      error.value = messageOf(failure)
    }
    loading.value = false
  }

  return {
    items,
    error,
    loading,
    hasMore: computed(() => next.value !== null),
    reload: () => fetchPage(null),
    more: () => fetchPage(next.value),
  }
}
