/** What the composition root (app/main.ts) hands to every component. */
import type { InjectionKey } from 'vue'
import { inject } from 'vue'

import type { Api } from './api/http'
import type { CatalogueStore } from './catalogue/catalogue'
import type { Live } from './live/live'
import type { Session } from './session/session'
import type { Softphone } from './softphone/softphone'
import type { ShortcutRegister } from './ui/shortcuts'

export const apiKey: InjectionKey<Api> = Symbol('api')
export const catalogueKey: InjectionKey<CatalogueStore> = Symbol('catalogue')
export const sessionKey: InjectionKey<Session> = Symbol('session')
export const liveKey: InjectionKey<Live> = Symbol('live')
export const softphoneKey: InjectionKey<Softphone> = Symbol('softphone')
export const shortcutsKey: InjectionKey<ShortcutRegister> = Symbol('shortcuts')

function need<T>(key: InjectionKey<T>): T {
  const value = inject(key)
  if (value === undefined) throw new Error(`${String(key.description)} is not provided`)
  return value
}

export const useApi = (): Api => need(apiKey)
export const useSession = (): Session => need(sessionKey)
export const useLive = (): Live => need(liveKey)
export const useSoftphone = (): Softphone => need(softphoneKey)
export const useShortcutRegister = (): ShortcutRegister => need(shortcutsKey)

/** The catalogue, being loaded when it is not there yet. */
export function useCatalogue(): CatalogueStore {
  const store = need(catalogueKey)
  void store.ensure()
  return store
}
