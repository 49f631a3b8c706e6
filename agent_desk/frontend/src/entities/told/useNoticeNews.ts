/** Reloads a list of notices once news of one has settled: many come in one moment. */
import { onScopeDispose } from 'vue'

import type { LiveMessage } from '@/shared/api/types'
import { useLive } from '@/shared/keys'

const AFTER_NEWS_MS = 500

export function useNoticeNews(reload: () => Promise<void>, concerns: (message: LiveMessage) => boolean): void {
  let timer = 0
  useLive().listen((message) => {
    if (!concerns(message)) return
    window.clearTimeout(timer)
    timer = window.setTimeout(() => { void reload() }, AFTER_NEWS_MS)
  })
  onScopeDispose(() => { window.clearTimeout(timer) })
}
