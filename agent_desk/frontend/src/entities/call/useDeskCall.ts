/**
 * The call that the desk shows: the one at my seat, and after it the last one until the next comes.
 * It survives a reload: the key is kept in the tab, the call itself is asked for again.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { messageOf, Problem } from '@/shared/api/http'
import type { Call, LiveCall, Past } from '@/shared/api/types'
import { useApi, useLive, useSoftphone } from '@/shared/keys'

const KEPT = 'desk-call'
/** A call's row may be written a moment after it rings; so long until it is asked for again. */
const NOT_YET_MS = 1500

export interface DeskCall {
  key: Ref<string>
  call: ShallowRef<Call | null>
  past: ShallowRef<Past | null>
  liveCall: ComputedRef<LiveCall | null>
  /** True while the call is at my seat (ringing or talking). */
  current: ComputedRef<boolean>
  loading: Ref<boolean>
  error: Ref<string>
  reload: () => Promise<void>
  dismiss: () => void
}

export function useDeskCall(): DeskCall {
  const api = useApi()
  const live = useLive()
  const softphone = useSoftphone()

  const key = ref(sessionStorage.getItem(KEPT) ?? live.state.pop?.call.key ?? '')
  const call = shallowRef<Call | null>(null)
  const past = shallowRef<Past | null>(null)
  const loading = ref(false)
  const error = ref('')
  let round = 0
  let timer = 0

  const atSeat = computed(() => live.state.mySeat?.call_key ?? softphone.state.callKey)
  const current = computed(() => key.value !== '' && key.value === atSeat.value)

  async function reload(): Promise<void> {
    const mine = ++round
    window.clearTimeout(timer)
    if (!key.value) return
    loading.value = true
    try {
      const path = `/calls/${encodeURIComponent(key.value)}`
      const answers = await Promise.all([api.get<Call>(path), api.get<Past>(`${path}/past`)])
      if (mine !== round) return
      ;[call.value, past.value] = answers
      error.value = ''
    } catch (failure) {
      if (mine !== round) return
      const notYet = failure instanceof Problem && failure.status === 404 && current.value
      if (notYet) timer = window.setTimeout(() => { void reload() }, NOT_YET_MS)
      error.value = notYet ? '' : messageOf(failure)
    }
    loading.value = false
  }

  onScopeDispose(() => { window.clearTimeout(timer) })

  /** What was pressed may be written after the ring began: the pop is completed a moment later. */
  function completeSoon(): void {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => { void reload() }, NOT_YET_MS)
  }

  function show(next: string): void {
    if (next === key.value && call.value) return
    key.value = next
    sessionStorage.setItem(KEPT, next)
    const pop = live.state.pop
    round += 1
    loading.value = false
    error.value = ''
    call.value = pop?.call.key === next ? pop.call : null
    past.value = pop?.call.key === next ? pop.past : null
    if (!call.value) void reload()
    else completeSoon()
  }

  watch(atSeat, (next) => { if (next) show(next) }, { immediate: true })
  watch(() => live.state.pop, (pop) => {
    if (!pop) return
    round += 1
    key.value = pop.call.key
    sessionStorage.setItem(KEPT, pop.call.key)
    call.value = pop.call
    past.value = pop.past
    loading.value = false
    error.value = ''
    completeSoon()
  })
  if (key.value && !call.value && !loading.value) void reload()
  const liveCall = computed(() => live.state.calls.find((one) => one.key === key.value) ?? null)
  watch(() => liveCall.value?.state, (_now, before) => { if (before && call.value) void reload() })

  return {
    key, call, past, loading, error, current, reload, liveCall,
    dismiss() {
      round += 1
      key.value = ''
      call.value = null
      past.value = null
      error.value = ''
      live.state.pop = null
      sessionStorage.removeItem(KEPT)
    },
  }
}
