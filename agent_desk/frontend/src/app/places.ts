/** The places of the left rail and who sees them; the server checks every right again. */
import { Bell, CircleCheck, Document, Files, Headset, Message, Mic, Microphone, Monitor, Notification, Phone, Setting, Share, Timer, User } from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { Session } from '@/shared/session/session'

export interface Place { path: string; label: string; icon: Component; sees: (session: Session) => boolean }

/** Units, authorities and the centre's own people are told; who takes calls only is not (ticketing/notices/views.py). */
const TOLD = ['unit_handler', 'unit_leader', 'authority', 'order_reviewer', 'dispatcher', 'leader', 'province_operator']

function mayBeTold(session: Session): boolean {
  return session.may('send_notices_again') || TOLD.some((role) => session.me.value?.roles.includes(role))
}

const places: Place[] = [
  { path: '/desk', label: '座席台', icon: Headset, sees: (session) => session.hasSeat.value },
  { path: '/todo', label: '我的待办', icon: Bell, sees: (session) => session.may('see_orders', 'see_own_unit_orders') && !session.may('see_audit') },
  { path: '/notices', label: '通知', icon: Message, sees: mayBeTold },
  { path: '/wall', label: '席位看板', icon: Monitor, sees: (session) => session.may('supervise_calls') },
  { path: '/orders', label: '工单', icon: Files, sees: () => true },
  { path: '/calls', label: '通话', icon: Phone, sees: (session) => session.may('see_orders') },
  { path: '/recordings', label: '录音', icon: Microphone, sees: (session) => session.may('listen_recordings') },
  { path: '/information', label: '路况与公告', icon: Notification, sees: (session) => session.may('read_knowledge', 'post_notices', 'edit_knowledge', 'announce') },
  { path: '/menu', label: '语音菜单', icon: Share, sees: (session) => session.may('edit_flows', 'publish_flows') },
  { path: '/prompts', label: '提示音', icon: Mic, sees: (session) => session.may('edit_flows', 'publish_flows') },
  { path: '/quality', label: '质检', icon: CircleCheck, sees: (session) => session.may('check_orders') },
  { path: '/admin', label: '管理', icon: Setting, sees: (session) => session.may('edit_catalogues') },
  { path: '/limits', label: '办理时限', icon: Timer, sees: (session) => session.may('edit_catalogues') },
  { path: '/users', label: '用户', icon: User, sees: (session) => session.may('edit_users') },
  { path: '/audit', label: '审计', icon: Document, sees: (session) => session.may('see_audit') },
]

/** Where a person begins: who takes calls at the desk, everybody else at the first of the other places. */
export function homeOf(session: Session): string {
  const places = allowedPlaces(session).map((place) => place.path)
  return session.may('take_calls') && places[0] ? places[0] : (places.find((path) => path !== '/desk') ?? '/orders')
}

export function allowedPlaces(session: Session): Place[] {
  return places.filter((place) => place.sees(session))
}
