/** The words, tones and signs of a seat's state. */
import { Bell, CircleCheck, EditPen, Phone, Remove, SwitchButton, Warning } from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { SeatState } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/Pill.vue'

export interface SeatWord { label: string; tone: Tone; icon: Component }

export const SEAT_WORDS: Record<SeatState, SeatWord> = {
  signed_out: { label: '未签入', tone: 'grey', icon: SwitchButton },
  ready: { label: '空闲', tone: 'good', icon: CircleCheck },
  busy: { label: '示忙', tone: 'warn', icon: Remove },
  ringing: { label: '振铃', tone: 'blue', icon: Bell },
  talking: { label: '通话中', tone: 'blue', icon: Phone },
  wrap_up: { label: '整理中', tone: 'violet', icon: EditPen },
  unreachable: { label: '话机离线', tone: 'bad', icon: Warning },
}

export const BUSY_REASONS = ['小休', '用餐', '培训', '会议', '处理工单', '其他']
