/** Doing something once at a time; a failure is told and swallowed. */
import { ref } from 'vue'
import type { Ref } from 'vue'

import { tellFailure } from './toast'

export interface Task { running: Ref<boolean>; run: (what: () => Promise<unknown>) => Promise<boolean> }

export function useTask(): Task {
  const running = ref(false)

  async function run(what: () => Promise<unknown>): Promise<boolean> {
    if (running.value) return false
    running.value = true
    try {
      await what()
      return true
    } catch (failure) {
      tellFailure(failure)
      return false
    } finally {
      running.value = false
    }
  }

  return { running, run }
}
