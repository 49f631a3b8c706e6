/** The present moment in milliseconds, moving once a second while a component shows it. */
import { onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'

export function useNow(everyMs = 1000): Ref<number> {
  const now = ref(Date.now())
  const timer = window.setInterval(() => { now.value = Date.now() }, everyMs)
  onScopeDispose(() => { window.clearInterval(timer) })
  return now
}
