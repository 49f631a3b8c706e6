import { describe, expect, it } from 'vitest'

import { blankNotice, KINDS, partsOfRoad, sentenceOf, withKind } from './noticeWords'

describe('a road notice while it is typed', () => {
  it('takes number and name of a road from one field', () => {
    expect(partsOfRoad('g1 京哈高速')).toEqual({ road_no: 'G1', road_name: '京哈高速' })
    expect(partsOfRoad('G102国道')).toEqual({ road_no: 'G102', road_name: '国道' })
    expect(partsOfRoad(' 沈阳绕城高速 ')).toEqual({ road_no: '', road_name: '沈阳绕城高速' })
  })

  it('lets the usual words follow the kind, and leaves alone what somebody wrote', () => {
    const works = withKind(blankNotice(), 'works')
    expect(works.text).toBe(KINDS.find((kind) => kind.value === 'works')?.usual)
    expect(withKind({ ...works, text: '因大雪封闭' }, 'closure').text).toBe('因大雪封闭')
  })

  it('shows the sentence that a caller will hear', () => {
    const draft = { kind: 'closure', road: 'G1京哈高速', section: '沈阳至四平段', text: '因大雪双向封闭。' }
    expect(sentenceOf(draft)).toBe('G1京哈高速，沈阳至四平段，封闭。因大雪双向封闭。')
    expect(sentenceOf({ ...draft, section: '' })).toBe('G1京哈高速，封闭。因大雪双向封闭。')
  })
})
