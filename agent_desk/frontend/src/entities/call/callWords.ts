/** The words of a call: its direction, how it ended, what kind of step was walked. */
import type { LiveCallState } from '@/shared/api/types'

export const OUTCOMES: Record<string, string> = {
  open: '进行中', talked: '已接听', abandoned: '来电人放弃', self_service: '自助完成',
  message: '留言', transferred: '已转出', lost: '结束情况不明',
}

export function outcomeWord(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome
}

export function directionWord(direction: string): string {
  return direction.startsWith('out') ? '呼出' : '呼入'
}

export const LIVE_CALL_WORDS: Record<LiveCallState, string> = {
  menu: '语音菜单', queued: '排队中', ringing: '振铃', talking: '通话中', held: '保持中', consulting: '咨询中', after: '评价中',
}
