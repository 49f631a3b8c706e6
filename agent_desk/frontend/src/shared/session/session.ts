/** Who is logged in, and what this person may see. The session itself is the server's cookie. */
import { computed, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

import type { Api } from '../api/http'
import { Problem } from '../api/http'
import type { Me } from '../api/types'

/** The rights that a screen asks for. */
export type Right =
  | 'see_orders' | 'see_own_unit_orders' | 'take_calls' | 'place_calls' | 'watch_queues'
  | 'supervise_calls' | 'listen_recordings' | 'edit_users' | 'see_audit'
  | 'edit_catalogues' | 'export' | 'check_orders' | 'see_reports'
  | 'read_knowledge' | 'edit_knowledge' | 'post_notices' | 'announce' | 'send_notices_again'
  | 'hold_recordings' | 'edit_flows' | 'publish_flows'

export interface Session {
  me: Ref<Me | null>
  hasSeat: ComputedRef<boolean>
  /** Whether this person has one of the rights (ticketing/rules/permissions.py). */
  may: (...rights: Right[]) => boolean
  /** Asks the server once who we are; null when nobody. */
  restore: () => Promise<Me | null>
  logIn: (login: string, password: string) => Promise<Me>
  logOut: () => Promise<void>
  changePassword: (old: string, fresh: string) => Promise<void>
  forget: () => void
}

export function createSession(api: Api): Session {
  const me = ref<Me | null>(null)

  function remember(who: Me): Me {
    me.value = who
    api.setCsrfToken(who.csrf_token)
    return who
  }

  function forget(): void {
    me.value = null
    api.setCsrfToken('')
  }

  api.onSignedOut(forget)

  return {
    me,
    hasSeat: computed(() => Boolean(me.value?.extension && ['take_calls', 'place_calls'].some((right) => me.value?.rights.includes(right)))),
    may: (...rights) => rights.some((right) => me.value?.rights.includes(right) ?? false),
    async restore() {
      try {
        return remember(await api.get<Me>('/session'))
      } catch (failure) {
        if (failure instanceof Problem && failure.status === 401) return null
        throw failure
      }
    },
    async logIn(login, password) {
      return remember(await api.post<Me>('/session', { login, password }))
    },
    async logOut() {
      await api.remove('/session')
      forget()
    },
    async changePassword(old, fresh) {
      await api.post('/session/password', { old, new: fresh })
      await this.restore()
    },
    forget,
  }
}
