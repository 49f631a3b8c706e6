/** Words of the knowledge base: states, and the topics that the voice menu asks for. */
import type { Tone } from '@/shared/ui/Pill.vue'

export const STATES: Record<string, { label: string; tone: Tone }> = {
  draft: { label: '草稿', tone: 'grey' },
  review: { label: '待审核', tone: 'warn' },
  published: { label: '已发布', tone: 'good' },
  expired: { label: '已失效', tone: 'grey' },
}

/** ivr_flows/shipped/etc.yaml and questions.yaml; any other topic is for the agents' own search. */
export const SPOKEN_TOPICS: Record<string, string> = {
  etc_apply: 'ETC 办理和注销', etc_balance: 'ETC 充值和余额', etc_fees: 'ETC 通行费和发票', etc_device: 'ETC 设备故障',
  coach_tickets: '客运站购票', bus_lines: '公交线路', taxi_fares: '出租车收费',
}

export const topicWord = (topic: string): string => SPOKEN_TOPICS[topic] ?? topic
