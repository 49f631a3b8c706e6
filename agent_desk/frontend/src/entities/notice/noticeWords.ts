/** The words of a road notice: its kinds, what is usually said, and the sentence a caller hears. */
import type { Tone } from '@/shared/ui/Pill.vue'

export interface NoticeKind { value: string; label: string; tone: Tone; usual: string }

export const KINDS: NoticeKind[] = [
  { value: 'closure', label: '封闭', tone: 'bad', usual: '双向禁止通行，请提前绕行。' },
  { value: 'control', label: '临时管制', tone: 'warn', usual: '实行临时交通管制，请按现场指挥通行。' },
  { value: 'congestion', label: '拥堵', tone: 'warn', usual: '车流量大，行驶缓慢，请保持车距。' },
  { value: 'works', label: '施工', tone: 'blue', usual: '占用部分车道，请减速慢行。' },
  { value: 'detour', label: '绕行', tone: 'blue', usual: '请按现场标志绕行。' },
  { value: 'restored', label: '恢复通行', tone: 'good', usual: '已恢复正常通行。' },
]

export interface NoticeDraft { kind: string; road: string; section: string; text: string }

export const toneOf = (kind: string): Tone => KINDS.find((one) => one.value === kind)?.tone ?? 'grey'

export function blankNotice(): NoticeDraft {
  return { kind: 'closure', road: '', section: '', text: KINDS[0]?.usual ?? '' }
}

/** Changes the kind; words that nobody touched follow it. */
export function withKind(draft: NoticeDraft, kind: string): NoticeDraft {
  const untouched = draft.text.trim() === '' || KINDS.some((one) => one.usual === draft.text)
  const usual = KINDS.find((one) => one.value === kind)?.usual ?? ''
  return { ...draft, kind, text: untouched ? usual : draft.text }
}

/** G1 京哈高速 → its number and its name. */
export function partsOfRoad(road: string): { road_no: string; road_name: string } {
  const match = /^([GSXYZ]\d{1,5})\s*(.*)$/i.exec(road.trim())
  return match ? { road_no: (match[1] ?? '').toUpperCase(), road_name: match[2] ?? '' } : { road_no: '', road_name: road.trim() }
}

/** What a caller hears, before it is saved. */
export function sentenceOf(draft: NoticeDraft): string {
  const { road_no, road_name } = partsOfRoad(draft.road)
  const kind = KINDS.find((one) => one.value === draft.kind)?.label ?? ''
  return [`${road_no}${road_name}`, draft.section.trim(), kind].filter(Boolean).join('，') + `。${draft.text}`
}
