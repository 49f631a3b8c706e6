/** Words of the imports. */
import type { ImportJob } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/Pill.vue'

export const KINDS = [
  { value: 'units', label: '承办单位', hint: '按单位代码新增或修改，上级单位写在前面的行' },
  { value: 'routes', label: '派单规则', hint: '整表替换现行规则，旧规则停用留存' },
  { value: 'calendar', label: '放假安排', hint: '国务院办公厅一年的通知，含调休上班日' },
  { value: 'history', label: '历史工单', hint: '原系统已办结的工单，保留原编号，导入后为已归档' },
] as const

export function isMoving(job: ImportJob): boolean {
  return job.state === 'uploaded' || job.state === 'wanted'
}

export function toneOf(job: ImportJob): Tone {
  if (isMoving(job)) return 'blue'
  if (job.state === 'checked') return 'warn'
  if (job.state === 'loaded') return 'good'
  return job.state === 'failed' ? 'bad' : 'grey'
}

/** How far the present step is, in words and, once the rows are counted, in percent. */
export function progressOf(job: ImportJob): { words: string; percent: number | null } {
  if (job.state === 'uploaded') return { words: `已检查 ${job.done} 行`, percent: null }
  const percent = job.rows > 0 ? Math.floor((job.done / job.rows) * 100) : 0
  return { words: `已处理 ${job.done} / ${job.rows} 行，导入 ${job.loaded} 行`, percent }
}
