/** What forms choose from: loaded once after log-in, and words for the codes. */
import { shallowRef, ref } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { messageOf } from '../api/http'
import type { Api } from '../api/http'
import type { Catalogue, Choice } from '../api/types'

type ChoiceList = { [Name in keyof Catalogue]: Catalogue[Name] extends Choice[] ? Name : never }[keyof Catalogue]

export interface CatalogueStore {
  data: ShallowRef<Catalogue | null>
  error: Ref<string>
  /** Loads unless it is there already. */
  ensure: () => Promise<void>
  /** The word of a code, the code itself when unknown. */
  word: (list: ChoiceList, value: string) => string
}

export function createCatalogueStore(api: Api): CatalogueStore {
  const data = shallowRef<Catalogue | null>(null)
  const error = ref('')
  let loading: Promise<void> | null = null

  async function load(): Promise<void> {
    try {
      data.value = await api.get<Catalogue>('/catalogue')
      error.value = ''
    } catch (failure) {
      error.value = messageOf(failure)
    }
  }

  return {
    data,
    error,
    async ensure() {
      if (data.value) return
      loading ??= load().finally(() => { loading = null })
      await loading
    },
    word: (list, value) => data.value?.[list].find((choice) => choice.value === value)?.label ?? value,
  }
}
