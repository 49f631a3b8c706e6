/** A failure in words that help on a telephone; what was filled in is still there. */
import { Problem } from '@/shared/api/http'

export function wordsOf(failure: unknown): string {
  if (!(failure instanceof Problem)) return '页面出错了，请刷新后再试，或拨打12328。'
  if (failure.status === 0) return '网络不通。您填写的内容还在，请稍后再试。'
  if (failure.status === 429) {
    const seconds = failure.body.retry_after ?? 60
    const wait = seconds < 120 ? `${String(seconds)}秒` : `${String(Math.ceil(seconds / 60))}分钟`
    return `操作太频繁，请${wait}后再试，或拨打12328。`
  }
  if (failure.status >= 500) return '系统暂时不可用，内容没有提交。请稍后再试，或拨打12328。'
  return failure.body.detail ?? failure.message
}
