/** A caller's phone in the page: dials 12328, presses keys, says what happens. */
import { onScopeDispose, reactive } from 'vue'

import type { TestPhoneAccount } from '@/shared/api/types'
import { useApi } from '@/shared/keys'
import { messageOf } from '@/shared/api/http'
import { socketUrl } from '@/shared/live/live'
import { causeText, createSipAgent, DTMF_OPTIONS, endIceEarly } from '@/shared/softphone/sip'
import type { SipAgent, SipSession } from '@/shared/softphone/sip'

export type TestPhase = 'loading' | 'unavailable' | 'idle' | 'calling' | 'talking'

export interface TestPhoneState {
  phase: TestPhase
  number: string
  /** The number the agent sees; kept for the tab, so that a second call finds the first. */
  own: string
  words: string
  since: number
  pressed: string
}

export interface TestPhone { state: TestPhoneState; dial: () => void; hangUp: () => void; press: (digit: string) => void }

const OWN_NUMBER = 'test-phone-number'

function ownNumber(): string {
  const kept = sessionStorage.getItem(OWN_NUMBER)
  if (kept) return kept
  const made = `1380000${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`
  sessionStorage.setItem(OWN_NUMBER, made)
  return made
}

export function useTestPhone(): TestPhone {
  const api = useApi()
  const state = reactive<TestPhoneState>({ phase: 'loading', number: '12328', own: ownNumber(), words: '正在准备…', since: 0, pressed: '' })
  const voice = new Audio()
  voice.autoplay = true
  let account: TestPhoneAccount | null = null
  let agent: SipAgent | null = null
  let session: SipSession | null = null

  function end(words: string): void {
    session = null
    voice.srcObject = null
    Object.assign(state, { phase: 'idle', words })
  }

  async function prepare(): Promise<void> {
    try {
      account = await api.get<TestPhoneAccount>('/test-phone')
      state.number = account.number
      agent = await createSipAgent({
        url: socketUrl(account.ws_url), uri: account.uri, password: account.password, realm: account.realm, register: false,
        display_name: state.own,
      })
      agent.on('connected', () => { if (state.phase === 'loading') Object.assign(state, { phase: 'idle', words: '可以拨打了' }) })
      agent.on('disconnected', () => {
        if (state.phase === 'idle' || state.phase === 'loading') Object.assign(state, { phase: 'loading', words: '电话线路断开，正在重连…' })
      })
      agent.start()
    } catch (failure) {
      Object.assign(state, { phase: 'unavailable', words: messageOf(failure) })
    }
  }

  function follow(mine: SipSession): void {
    endIceEarly(mine)
    mine.on('progress', () => { state.words = '对方振铃' })
    mine.on('confirmed', () => { Object.assign(state, { phase: 'talking', words: '已接通', since: Date.now() }) })
    mine.on('getusermediafailed', () => { state.words = '麦克风打不开，请在浏览器里允许使用麦克风' })
    mine.on('ended', (event) => { end(`${causeText(event)}，可以再拨`) })
    mine.on('failed', (event) => { end(`没有打通：${causeText(event)}`) })
  }

  // A caller who closes the page has hung up; without a word Asterisk would wait for the sound to come back.
  const leave = (): void => { session?.terminate() }
  window.addEventListener('pagehide', leave)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', leave)
    agent?.stop()
  })
  void prepare()

  return {
    state,
    dial() {
      if (!agent || !account || state.phase !== 'idle') return
      Object.assign(state, { phase: 'calling', words: '正在拨号…', pressed: '' })
      const host = account.uri.replace(/^sip:[^@]*@/, '')
      const mine = agent.call(`sip:${state.number}@${host}`, {
        mediaConstraints: { audio: true, video: false },
        pcConfig: { iceServers: account.ice_servers },
      })
      session = mine
      follow(mine)
      // An outgoing session has made its connection before anybody could listen for it.
      mine.connection?.addEventListener('track', (event) => { voice.srcObject = event.streams[0] ?? null })
    },
    hangUp() { session?.terminate() },
    press(digit) {
      if (state.phase === 'talking') {
        session?.sendDTMF(digit, DTMF_OPTIONS)
        state.pressed += digit
      } else if (state.phase === 'idle') state.pressed = ''
    },
  }
}
