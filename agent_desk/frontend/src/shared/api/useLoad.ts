/** Loading one thing: its data, its error, and whether an answer is still awaited; late answers are dropped. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { messageOf } from './http'

export interface Load<T> {
  data: ShallowRef<T | null>
  error: Ref<string>
  loading: Ref<boolean>
  reload: () => Promise<void>
}

export function useLoad<T>(load: () => Promise<T>, immediate = true): Load<T> {
  const data = shallowRef<T | null>(null)
  const error = ref('')
  const loading = ref(immediate)
  let round = 0

  async function reload(): Promise<void> {
    const mine = ++round
    loading.value = true
    try {
      const answer = await load()
      if (mine !== round) return
      data.value = answer
      error.value = ''
    } catch (failure) {
      if (mine !== round) return
      error.value = messageOf(failure)
    }
    loading.value = false
  }

  onScopeDispose(() => { round = -1 })
  if (immediate) void reload()
  return { data, error, loading, reload }
}
