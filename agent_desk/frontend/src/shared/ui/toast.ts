/** Short words at the top of the page: done, or why not. */
import { ElMessage } from 'element-plus'

import { messageOf } from '../api/http'

export function tellDone(text: string): void {
  ElMessage({ message: text, type: 'success', grouping: true, duration: 2500 })
}

export function tellWarning(text: string): void {
  ElMessage({ message: text, type: 'warning', grouping: true, duration: 5000, showClose: true })
}

export function tellFailure(error: unknown): void {
  ElMessage({ message: messageOf(error), type: 'error', grouping: true, duration: 6000, showClose: true })
}
