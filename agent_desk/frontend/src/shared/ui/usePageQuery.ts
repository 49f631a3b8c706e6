/** Filters that live in the address, so that a list can be kept as a bookmark and the way back works. */
import { reactive, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export function usePageQuery<Names extends string>(defaults: Record<Names, string>): Record<Names, string> {
  const route = useRoute()
  const router = useRouter()
  const names = Object.keys(defaults) as Names[]
  const path = route.path

  function fromAddress(): Record<Names, string> {
    return Object.fromEntries(names.map((name) => {
      const value = route.query[name]
      return [name, typeof value === 'string' ? value : defaults[name]]
    })) as Record<Names, string>
  }

  const filters = reactive(fromAddress()) as Record<Names, string>

  watch(filters, () => {
    const query = Object.fromEntries(names.filter((name) => filters[name] !== defaults[name]).map((name) => [name, filters[name]]))
    void router.replace({ path, query })
  })
  watch(() => route.query, () => {
    if (route.path === path) Object.assign(filters, fromAddress())
  })
  return filters
}
