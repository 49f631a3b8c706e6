/** The words of a recording's codes. */
import type { Tone } from '@/shared/ui/Pill.vue'

const KINDS: Record<string, string> = { voice: '单方', conversation: '双方合成', message: '留言', speech: '菜单语音' }
const ROLES: Record<string, string> = { caller: '来电人', agent: '座席', outside: '外线', leader: '班长' }
export const STATES: Record<string, { label: string; tone: Tone }> = {
  announced: { label: '录制中', tone: 'blue' },
  closed: { label: '处理中', tone: 'warn' },
  stored: { label: '已入库', tone: 'good' },
  missing: { label: '缺失', tone: 'bad' },
  disposed: { label: '已到期销毁', tone: 'grey' },
}

export const kindWord = (kind: string): string => KINDS[kind] ?? kind
export const roleWord = (role: string): string => ROLES[role] ?? (role || '双方')
export const stateWord = (state: string): { label: string; tone: Tone } => STATES[state] ?? { label: state, tone: 'grey' }

/** A model that understands synthetic speech only must not be taken for a real one. */
export function modelWord(model: string): string {
  return model.startsWith('vosk-test') ? '测试模型（只听得懂合成语音）' : '机器'
}
