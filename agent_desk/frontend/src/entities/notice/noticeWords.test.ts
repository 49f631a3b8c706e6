import { describe, expect, it } from 'vitest'

import { blankNotice, directionsOf, KINDS, partsOfRoad, roadsFor, sectionOf, sentenceOf, withKind } from './noticeWords'

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

  it('finds a road by digits, number or name, the shortest number first', () => {
    const roads = [{ number: 'G1113', name: '丹阜高速' }, { number: 'G1', name: '京哈高速' }, { number: 'G11', name: '鹤大高速' }, { number: 'G15', name: '沈海高速' }]
    expect(roadsFor('1', roads).map((one) => one.value)).toEqual(['G1 京哈高速', 'G11 鹤大高速', 'G15 沈海高速', 'G1113 丹阜高速'])
    expect(roadsFor('g15', roads)).toEqual([{ value: 'G15 沈海高速' }])
    expect(roadsFor('京哈', roads)).toEqual([{ value: 'G1 京哈高速' }])
    expect(roadsFor('无此路', roads)).toEqual([])
  })

  it('makes section and direction of two ends', () => {
    expect(sectionOf({ from: '沈阳', to: '四平' })).toBe('沈阳至四平段')
    expect(sectionOf({ from: '沈阳北收费站', to: '' })).toBe('沈阳北收费站')
    expect(directionsOf({ from: '沈阳', to: '四平' })).toEqual(['双向', '往四平方向', '往沈阳方向'])
  })

  it('shows the sentence that a caller will hear', () => {
    const draft = { kind: 'closure', road: 'G1京哈高速', from: '沈阳', to: '四平', direction: '双向', region: '', text: '因大雪封闭。' }
    expect(sentenceOf(draft)).toBe('G1京哈高速，沈阳至四平段，双向，封闭。因大雪封闭。')
    expect(sentenceOf({ ...draft, from: '', to: '', direction: '' })).toBe('G1京哈高速，封闭。因大雪封闭。')
  })
})
