/** Where in the window somebody is; the browser's back button works, no router is needed for three pages. */
import { readonly, ref } from 'vue'

export type Kind = 'complaint' | 'consult' | 'suggestion'

export interface KindWords {
  kind: Kind
  title: string
  hint: string
  question: string
  example: string
}

export const KINDS: KindWords[] = [
  {
    kind: 'complaint', title: '我要投诉', hint: '对服务、收费、安全不满意',
    question: '发生了什么事？', example: '请写清时间、地点、经过。例如：昨天晚上八点在火车站坐出租车，司机不打表，多收了三十元。',
  },
  {
    kind: 'consult', title: '我要咨询', hint: '想问政策、路况、怎么办理',
    question: '您想问什么？', example: '例如：沈阳到大连的高速公路今天上午因为大雾封闭了吗，什么时候开通？',
  },
  {
    kind: 'suggestion', title: '我要建议', hint: '希望哪里做得更好',
    question: '您有什么建议？', example: '例如：建议把一百五十路公交车的末班车时间延长到晚上十点半，方便下班的人。',
  },
]

export const HOME = '/public'

const path = ref(location.pathname)
window.addEventListener('popstate', () => { path.value = location.pathname })

export const place = readonly(path)

export function go(to: string): void {
  history.pushState(null, '', to)
  path.value = to
  scrollTo(0, 0)
}
