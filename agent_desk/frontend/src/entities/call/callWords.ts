/** The words of a call: its direction, how it ended, what kind of step was walked. */
import type { LiveCallState } from '@/shared/api/types'

export const OUTCOMES: Record<string, string> = {
  open: '进行中', talked: '已接听', abandoned: '来电人放弃', self_service: '自助完成',
  message: '留言', transferred: '已转出', lost: '结束情况不明',
}

export function outcomeWord(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome
}

const STEP_KINDS: Record<string, string> = {
  say: '播报', menu: '菜单', choose: '选择', listen: '听话菜单', digits: '输入号码', query_order: '查询工单', record_message: '录留言', offer_message: '询问留言',
  transfer: '转其他热线', to_agent: '转人工', survey: '评价', subflow: '子流程', branch: '判断', hours: '时段判断', lookup: '查信息', back: '返回', hang_up: '结束',
  road: '查路况', send_message: '发短信', subscribe: '订阅路况', unsubscribe: '停止订阅', useful: '有用没用', order: '催办或撤回', supplement: '语音补充',
  offer: '询问', offer_callback: '询问回电', open_order: '登记草稿', pace: '语速', remember: '记住选择',
}

/** 菜单, 转人工 …: what kind of step it was. */
export function stepKindWord(kind: string): string {
  return STEP_KINDS[kind] ?? ''
}

const STEP_OUTCOMES: Record<string, string> = {
  said: '播完', told: '已播报', none: '无内容', chosen: '已选', empty: '未输入', entered: '已输入', not_found: '未查到', finished: '已办结', found: '查到',
  recorded: '已录', rated: '已评价', unrated: '未评价', message: '留言', declined: '未接受', agent: '转人工', person: '转人工', refused: '未成', transfer: '已转',
  silence: '无按键', mistakes: '按错', hung_up: '来电人挂机',
  clear: '畅通', never: '没有消息', unknown: '没有这条路', sent: '已发', subscribed: '已订阅', ended: '已停止', answered: '已答', unanswered: '未答',
  accepted: '接受', done: '已办', again: '今天已催', opened: '已登记', set: '已设',
}

export function stepOutcomeWord(outcome: string): string {
  return STEP_OUTCOMES[outcome] ?? ''
}

const RATINGS: Record<number, string> = { 5: '非常满意', 4: '满意', 3: '基本满意', 2: '不满意', 1: '非常不满意' }

/** The rating pressed after a call, five down to one. */
export function ratingWord(rating: number | null): string {
  return rating === null ? '未评价' : (RATINGS[rating] ?? String(rating))
}

/** A caller's number, or that there is none: a SIP name is not one. */
export function numberWord(number: string | undefined): string {
  return number && /\d/.test(number) ? number : '未显示号码'
}

export function directionWord(direction: string): string {
  return direction.startsWith('out') ? '呼出' : '呼入'
}

export const LIVE_CALL_WORDS: Record<LiveCallState, string> = {
  menu: '语音菜单', queued: '排队中', ringing: '振铃', talking: '通话中', held: '保持中', consulting: '咨询中', after: '评价中',
}
