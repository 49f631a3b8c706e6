/** Runs a task once the watched value has been still for a moment: searching while somebody types. */
import { onScopeDispose, watch } from 'vue'

export function useSettled(source: object, task: () => void, afterMs = 300): void {
  let timer = 0
  watch(source, () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(task, afterMs)
  }, { deep: true })
  onScopeDispose(() => { window.clearTimeout(timer) })
}
