/** Chinese words and looks of the kinds of steps and of their ways on. */
import {
  Back, Bell, ChatDotRound, ChatLineRound, CollectionTag, Connection, DocumentAdd, EditPen, Finished, Grid, MapLocation, Message, Mic, Microphone,
  MuteNotification, Operation, PhoneFilled, Reading, Search, Service, Share, Star, SwitchButton, Tickets, Timer,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { Way } from './graph'

export type KindTone = 'say' | 'ask' | 'know' | 'turn' | 'person' | 'end'

export interface KindLook { title: string; icon: Component; tone: KindTone }

const LOOKS: Record<string, KindLook> = {
  say: { title: '播报', icon: ChatLineRound, tone: 'say' },
  menu: { title: '按键菜单', icon: Grid, tone: 'ask' },
  listen: { title: '听说', icon: Microphone, tone: 'ask' },
  choose: { title: '单选', icon: Finished, tone: 'ask' },
  digits: { title: '输入号码', icon: EditPen, tone: 'ask' },
  record_message: { title: '录音留言', icon: Mic, tone: 'ask' },
  survey: { title: '满意度评价', icon: Star, tone: 'ask' },
  offer_message: { title: '邀请留言', icon: Message, tone: 'ask' },
  query_order: { title: '查工单', icon: Search, tone: 'know' },
  lookup: { title: '播报信息', icon: Reading, tone: 'know' },
  branch: { title: '判断', icon: Share, tone: 'turn' },
  road: { title: '查一条路', icon: MapLocation, tone: 'know' },
  order: { title: '办理自己的工单', icon: Tickets, tone: 'know' },
  open_order: { title: '建草稿工单', icon: DocumentAdd, tone: 'know' },
  send_message: { title: '发短信', icon: Message, tone: 'know' },
  subscribe: { title: '订阅路况', icon: Bell, tone: 'know' },
  unsubscribe: { title: '退订路况', icon: MuteNotification, tone: 'know' },
  supplement: { title: '补充说明', icon: Mic, tone: 'ask' },
  useful: { title: '问是否有用', icon: Star, tone: 'ask' },
  offer: { title: '问一个键', icon: Grid, tone: 'ask' },
  offer_callback: { title: '问是否回拨', icon: PhoneFilled, tone: 'ask' },
  pace: { title: '语速', icon: Timer, tone: 'turn' },
  remember: { title: '记住来电人', icon: CollectionTag, tone: 'turn' },
  subflow: { title: '子流程', icon: Connection, tone: 'turn' },
  to_agent: { title: '转人工', icon: Service, tone: 'person' },
  transfer: { title: '转外线', icon: PhoneFilled, tone: 'person' },
  back: { title: '返回上级', icon: Back, tone: 'end' },
  hang_up: { title: '挂机', icon: SwitchButton, tone: 'end' },
}

/** A kind that came later looks plain; its title is the schema's. */
export function lookOf(kind: string, titles: ReadonlyMap<string, string> = new Map()): KindLook {
  const look = LOOKS[kind] ?? { title: '', icon: kind ? Operation : ChatDotRound, tone: 'know' as const }
  return { ...look, title: titles.get(kind) || look.title || kind || '未写种类' }
}

const WAY_WORDS: Record<string, string> = {
  next: '然后', none: '没有内容', empty: '不填', found: '查到', finished: '已办结', not_found: '未查到', refused: '不可转接', otherwise: '其他情况',
}

const CASE_WORDS: Record<string, string> = {
  on: '开', off: '关', open: '工作时间', closed: '非工作时间', holiday: '节假日', allowed: '可转接', refused: '不可转接', direct: '直达人工', truck_driver: '货车司机',
}

export function wayWord(way: Way, titles: ReadonlyMap<string, string> = new Map()): string {
  if (way.key === null) return WAY_WORDS[way.field] ?? titles.get(way.field) ?? way.field
  return way.field === 'cases' ? (CASE_WORDS[way.key] ?? way.key) : way.key
}

export const CHANGES: Record<string, { label: string; tone: 'good' | 'bad' | 'warn' | 'grey' | 'blue' }> = {
  added: { label: '新增', tone: 'good' },
  removed: { label: '删去', tone: 'bad' },
  changed: { label: '修改', tone: 'warn' },
  moved: { label: '移动', tone: 'blue' },
  same: { label: '相同', tone: 'grey' },
}
