import { describe, expect, it } from 'vitest'

import { intentsOf, likeliest, withPhrase } from './phrases'
import { shippedFlows } from './shipped.testing'

const IN_BRACES = `flow: a  # 流程
steps:
  main:
    do: listen
    intents:
      road: {title: 路况, phrases: [路况, 查路况]}   # 常问
      fee:
        title: 收费
        phrases: [收费,   # 短的
          过路费]
`
const ON_LINES = `flow: a
steps:
  main:
    do: listen
    intents:
      road:
        title: 路况
        phrases:
          - 路况
          - 查路况   # 老人爱这样说
        # 去处
        next: road
`

describe('the ways to say an intent', () => {
  it('are read from the text, and none where nothing is listened for', () => {
    expect(intentsOf(IN_BRACES, 'main')).toEqual([
      { name: 'road', title: '路况', phrases: ['路况', '查路况'] },
      { name: 'fee', title: '收费', phrases: ['收费', '过路费'] },
    ])
    expect(intentsOf(IN_BRACES, 'other')).toEqual([])
    expect(intentsOf('flow: "', 'main')).toEqual([])
  })

  it('grow by one in a list in brackets, comments and line breaks kept', () => {
    expect(withPhrase(IN_BRACES, 'main', 'road', '前面堵不堵')).toBe(IN_BRACES.replace('查路况]', '查路况, 前面堵不堵]'))
    expect(withPhrase(IN_BRACES, 'main', 'fee', '过路费多少')).toBe(IN_BRACES.replace('过路费]', '过路费, 过路费多少]'))
  })

  it('grow by one line in a list on lines, comments kept', () => {
    expect(withPhrase(ON_LINES, 'main', 'road', '前面堵不堵')).toBe(ON_LINES.replace('这样说\n', '这样说\n          - 前面堵不堵\n'))
    const short = ON_LINES.split('        # 去处')[0]?.trimEnd() ?? ''
    expect(withPhrase(short, 'main', 'road', '堵不堵')).toBe(`${short}\n          - 堵不堵\n`)
  })

  it('are quoted where YAML would misread them', () => {
    expect(withPhrase(ON_LINES, 'main', 'road', '107国道')).toContain('          - "107国道"\n')
    expect(withPhrase(IN_BRACES, 'main', 'road', '查, 路')).toContain('"查, 路"]')
  })

  it('stay as they are when it is known, empty, or the place is not there', () => {
    expect(withPhrase(ON_LINES, 'main', 'road', '查路况。')).toBeNull()
    expect(withPhrase(ON_LINES, 'main', 'road', '，')).toBeNull()
    expect(withPhrase(ON_LINES, 'main', 'gone', '路')).toBeNull()
    expect(withPhrase('flow: "', 'main', 'road', '路')).toBeNull()
  })

  it('are compared to guess which intent new words belong to', () => {
    const intents = intentsOf(IN_BRACES, 'main')
    expect(likeliest(intents, '过路费多少钱')).toBe('fee')
    expect(likeliest(intents, '查一下路况')).toBe('road')
    expect(likeliest(intents, '早')).toBe('')
  })

  it('grow in every intent of the shipped menu by a few characters of the text', () => {
    const text = shippedFlows().get('12328') as string
    const intents = intentsOf(text, 'main')
    expect(intents.length).toBeGreaterThan(3)
    for (const intent of intents) {
      const grown = withPhrase(text, 'main', intent.name, '从来没有人这样说过') as string
      expect(grown.length - text.length).toBeLessThan(25)
      expect(intentsOf(grown, 'main').find((one) => one.name === intent.name)?.phrases.at(-1)).toBe('从来没有人这样说过')
    }
  })
})
