/** One order: loaded, reloaded when somebody moves it, moved on by us. */
import { onScopeDispose, watch } from 'vue'
import type { Ref } from 'vue'

import { Problem } from '@/shared/api/http'
import type { Order } from '@/shared/api/types'
import { useLoad } from '@/shared/api/useLoad'
import type { Load } from '@/shared/api/useLoad'
import { shortMoment } from '@/shared/format/time'
import { useApi, useLive } from '@/shared/keys'
import { tellWarning } from '@/shared/ui/toast'

export type MoveFields = Record<string, string | boolean | number | null>

export interface OrderStore extends Load<Order> {
  /** Makes the move; when somebody was faster, says who and shows the order as it is now. */
  move: (event: string, fields: MoveFields) => Promise<void>
}

const AFTER_NEWS_MS = 200

export function useOrder(orderNo: Ref<string>): OrderStore {
  const api = useApi()
  const live = useLive()
  const path = (): string => `/work-orders/${encodeURIComponent(orderNo.value)}`
  const load = useLoad(() => api.get<Order>(path()))
  let timer = 0

  watch(orderNo, () => {
    load.data.value = null
    void load.reload()
  })
  live.listen((message) => {
    const order = load.data.value
    const ours = message.type === 'work_order' && message.data.order_no === order?.order_no && message.data.version !== order.version
    const sound = message.type === 'recording' && order?.call_key === message.data.call_key
    if (!ours && !sound) return
    window.clearTimeout(timer)
    timer = window.setTimeout(() => { void load.reload() }, AFTER_NEWS_MS)
  })
  onScopeDispose(() => { window.clearTimeout(timer) })

  return {
    ...load,
    async move(event, fields) {
      const version = load.data.value?.version ?? 0
      try {
        load.data.value = await api.post<Order>(`${path()}/moves`, { event, version, fields })
      } catch (failure) {
        if (!(failure instanceof Problem) || failure.status !== 409) throw failure
        const { by, at, change } = failure.body
        tellWarning(`已被他人处理${by ? `：${by}` : ''}${at ? ` ${shortMoment(at)}` : ''}${change ? `，${change}` : ''}。已为您刷新。`)
        await load.reload()
      }
    },
  }
}
