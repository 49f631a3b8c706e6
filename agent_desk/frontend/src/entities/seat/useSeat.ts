/** What a person does with the own seat: sign in, sign out, ready, busy; and the phone that belongs to it. */
import { computed, watch } from 'vue'
import type { ComputedRef } from 'vue'

import type { PhoneAccount, Seat } from '@/shared/api/types'
import { useApi, useLive, useSession, useSoftphone } from '@/shared/keys'
import { socketUrl } from '@/shared/live/live'

export type PhoneKind = Seat['phone']

const PHONE_KIND = 'seat-phone'
const REGISTER_WITHIN_MS = 5000

export interface SeatActions {
  seat: ComputedRef<Seat | null>
  phoneKind: ComputedRef<PhoneKind>
  signIn: (queues: string[], phone: PhoneKind) => Promise<void>
  signOut: () => Promise<void>
  setState: (state: 'ready' | 'busy', reason?: string) => Promise<void>
}

export function useSeat(): SeatActions {
  const api = useApi()
  const live = useLive()
  const session = useSession()
  const softphone = useSoftphone()

  const lastChoice: PhoneKind = localStorage.getItem(PHONE_KIND) === 'desk' ? 'desk' : 'browser'
  const phoneKind = computed(() => {
    const seat = live.state.mySeat
    return seat && seat.state !== 'signed_out' ? seat.phone : lastChoice
  })

  async function startPhone(): Promise<void> {
    const account = await api.get<PhoneAccount>('/agents/me/phone')
    await softphone.start({
      url: socketUrl(account.ws_url), uri: account.uri, password: account.password, realm: account.realm, register: true,
    })
  }

  /** Waits for the registration, or gives up: the seat then stands as unreachable and says so. */
  function registered(): Promise<void> {
    return new Promise((resolve) => {
      const timer = window.setTimeout(done, REGISTER_WITHIN_MS)
      const stop = watch(() => softphone.state.registration, (now) => {
        if (['registered', 'refused', 'elsewhere'].includes(now)) done()
      })
      function done(): void {
        window.clearTimeout(timer)
        stop()
        resolve()
      }
      if (softphone.state.registration === 'registered') done()
    })
  }

  async function change(path: string, body: object): Promise<void> {
    const seat = await api.post<Seat | undefined>(path, body)
    if (seat) live.state.mySeat = seat
  }

  // After a reload the seat is still signed in at the server: its phone comes back by itself.
  watch(
    () => live.state.mySeat?.state,
    (state) => {
      if (!session.hasSeat.value || !state || state === 'signed_out' || phoneKind.value === 'desk') return
      if (softphone.state.registration === 'off')
        startPhone().catch(() => { softphone.state.error = '取不到话机账号，请刷新页面重试' })
    },
    { immediate: true },
  )

  return {
    seat: computed(() => live.state.mySeat),
    phoneKind,
    async signIn(queues, phone) {
      localStorage.setItem(PHONE_KIND, phone)
      // The phone registers first: a seat that is in the queue without one would only lose callers.
      if (phone === 'browser') {
        await startPhone()
        await registered()
      }
      await change('/agents/me/sign-in', { queues, phone })
    },
    async signOut() {
      await change('/agents/me/sign-out', {})
      softphone.stop()
    },
    setState: (state, reason) => change('/agents/me/state', { state, reason: reason ?? '' }),
  }
}
