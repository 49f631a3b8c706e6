/** Reloads a list of notices once news of one has settled: many come in one moment. */
import { onScopeDispose } from 'vue'

import { useLive } from '@/shared/keys'

const AFTER_NEWS_MS = 500

/** `concerns`: whether news of this order matters here. A new order is news too: it may move with its notices. */
export function useNoticeNews(reload: () => Promise<void>, concerns: (orderNo: string) => boolean = () => true): void {
  let timer = 0
  useLive().listen((message) => {
    if (message.type !== 'order_notice' && message.type !== 'work_order') return
    if (!concerns(message.data.order_no)) return
    window.clearTimeout(timer)
    timer = window.setTimeout(() => { void reload() }, AFTER_NEWS_MS)
  })
  onScopeDispose(() => { window.clearTimeout(timer) })
}
