/** The words of a call: its direction, how it ended, what kind of step was walked. */
import type { LiveCallState } from '@/shared/api/types'

const OUTCOMES: Record<string, string> = {
  answered: '已接听', abandoned: '来电人放弃', self_service: '自助完成', message: '留言',
  transferred: '已转接', failed: '系统故障', no_answer: '无人接听', busy: '忙', ended: '已结束',
}

export function outcomeWord(outcome: string): string {
  return outcome ? (OUTCOMES[outcome] ?? outcome) : '进行中'
}

export function directionWord(direction: string): string {
  return direction.startsWith('out') ? '呼出' : '呼入'
}

export const LIVE_CALL_WORDS: Record<LiveCallState, string> = {
  menu: '语音菜单', queued: '排队中', ringing: '振铃', talking: '通话中', held: '保持中', consulting: '咨询中', after: '评价中',
}
