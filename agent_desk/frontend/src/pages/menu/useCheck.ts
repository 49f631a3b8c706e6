/** The server's checks of what is being written, a moment after the last change. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import type { Api } from '@/shared/api/http'
import { messageOf } from '@/shared/api/http'
import type { FlowFinding, FlowReport } from '@/shared/api/types'

import type { Drafts } from './useDrafts'

export interface Check {
  report: ShallowRef<FlowReport | null>
  checking: Ref<boolean>
  /** The check itself did not work. */
  failure: Ref<string>
  /** Of the flow that is open. */
  findings: ComputedRef<FlowFinding[]>
  mistakes: ComputedRef<number>
  checkNow: () => Promise<void>
}

const AFTER_MS = 450

export function useCheck(api: Api, drafts: Drafts): Check {
  const report = shallowRef<FlowReport | null>(null)
  const checking = ref(false)
  const failure = ref('')
  let timer = 0
  let round = 0

  async function checkNow(): Promise<void> {
    window.clearTimeout(timer)
    const mine = ++round
    checking.value = true
    try {
      const texts = Object.fromEntries([...drafts.opened.values()].filter((one) => one.text !== one.savedText).map((one) => [one.name, one.text]))
      const answer = await api.post<FlowReport>('/flows/check', { texts })
      if (mine !== round) return
      report.value = answer
      failure.value = ''
    } catch (problem) {
      if (mine !== round) return
      failure.value = messageOf(problem)
    }
    checking.value = false
  }

  watch(() => [...drafts.opened.values()].map((one) => one.text), () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => { void checkNow() }, AFTER_MS)
  })
  onScopeDispose(() => {
    window.clearTimeout(timer)
    round = -1
  })

  return {
    report, checking, failure, checkNow,
    findings: computed(() => report.value?.findings.filter((one) => one.flow === drafts.current.value) ?? []),
    mistakes: computed(() => report.value?.findings.filter((one) => one.severity === 'mistake').length ?? 0),
  }
}
