/**
 * The seat's phone in the page. It holds one call; transfers, consultation and outbound calls are the
 * server's work, the phone only rings, talks, holds and hangs up. After a reload the SIP session is
 * gone with the tab: the desk's state comes from the server, and Asterisk queues the caller again.
 */
import { computed, reactive } from 'vue'
import type { ComputedRef } from 'vue'

import { watchAudio } from './audioWatch'
import type { AudioWatch } from './audioWatch'
import { causeText, createSipAgent, DTMF_OPTIONS, endIceEarly } from './sip'
import type { SipAccount, SipAgent, SipEvent, SipSession } from './sip'

export type Registration = 'off' | 'elsewhere' | 'connecting' | 'registered' | 'lost' | 'refused'
export type Phase = 'idle' | 'ringing' | 'answering' | 'talking'

export interface PhoneState {
  registration: Registration
  phase: Phase
  callKey: string
  number: string
  talkingSince: number
  muted: boolean
  held: boolean
  audioLost: boolean
  microphoneLost: boolean
  /** How the last call ended, in words; empty before the first. */
  ending: string
  error: string
}

export interface Softphone {
  state: PhoneState
  busy: ComputedRef<boolean>
  start: (account: SipAccount) => Promise<void>
  stop: () => void
  answer: () => void
  hangUp: () => void
  toggleMute: () => void
  toggleHold: () => void
  sendDigit: (digit: string) => void
  /** The next call within the time is one we asked for (outbound, listening): answer it unasked. */
  expectOwnCall: (withinMs?: number) => void
}

interface Needs {
  createAgent?: (account: SipAccount) => Promise<SipAgent>
  playRemote: (stream: MediaStream) => void
  ring: { start: () => void; stop: () => void }
  now?: () => number
  watch?: typeof watchAudio
  /** Runs the task once this page alone may hold the phone; the task's end frees it. */
  alone?: (waiting: () => void, task: () => void) => () => void
}

const QUIET: Omit<PhoneState, 'registration' | 'ending' | 'error'> = {
  phase: 'idle', callKey: '', number: '', talkingSince: 0,
  muted: false, held: false, audioLost: false, microphoneLost: false,
}

export function createSoftphone(needs: Needs): Softphone {
  const now = needs.now ?? Date.now
  const createAgent = needs.createAgent ?? createSipAgent
  const watch = needs.watch ?? watchAudio
  const alone = needs.alone ?? ((_waiting, task) => { task(); return () => undefined })

  const state = reactive<PhoneState>({ registration: 'off', ending: '', error: '', ...QUIET })
  let agent: SipAgent | null = null
  let session: SipSession | null = null
  let audio: AudioWatch | null = null
  let ownCallUntil = 0
  let release: () => void = () => undefined

  function clear(ending: string): void {
    session = null
    audio?.stop()
    audio = null
    needs.ring.stop()
    Object.assign(state, QUIET, { ending })
  }

  function follow(connection: RTCPeerConnection, mine: SipSession): void {
    connection.addEventListener('track', (event) => {
      const [stream] = event.streams
      if (stream) needs.playRemote(stream)
    })
    audio = watch(connection, () => session === mine && state.phase === 'talking' && !state.held, (lost) => {
      if (session === mine) state.audioLost = lost
    })
  }

  function watchMicrophone(mine: SipSession): void {
    const track = mine.connection?.getSenders().find((sender) => sender.track?.kind === 'audio')?.track
    if (!track) return
    state.microphoneLost = track.readyState === 'ended'
    track.addEventListener('ended', () => { if (session === mine) state.microphoneLost = true })
  }

  function adopt(mine: SipSession, event: SipEvent): void {
    session = mine
    Object.assign(state, QUIET, {
      phase: 'ringing', ending: '', error: '',
      callKey: event.request?.getHeader('X-Call-Key') ?? '',
      number: mine.remote_identity.uri.user ?? '',
    })
    endIceEarly(mine)
    mine.on('peerconnection', (made) => { if (made.peerconnection) follow(made.peerconnection, mine) })
    mine.on('confirmed', () => {
      state.phase = 'talking'
      state.talkingSince = now()
      watchMicrophone(mine)
    })
    mine.on('hold', (held) => { if (held.originator === 'local') state.held = true })
    mine.on('unhold', (held) => { if (held.originator === 'local') state.held = false })
    mine.on('muted', () => { state.muted = true })
    mine.on('unmuted', () => { state.muted = false })
    mine.on('getusermediafailed', () => { state.error = '麦克风打不开，请检查设备与浏览器授权' })
    const end = (ended: SipEvent): void => { if (session === mine) clear(causeText(ended)) }
    mine.on('ended', end)
    mine.on('failed', end)
  }

  function incoming(event: SipEvent): void {
    const mine = event.session
    if (!mine || event.originator !== 'remote') return
    if (session) {
      mine.terminate({ status_code: 486 })
      return
    }
    adopt(mine, event)
    if (now() < ownCallUntil) answer()
    else needs.ring.start()
  }

  function answer(): void {
    if (!session || state.phase !== 'ringing') return
    needs.ring.stop()
    ownCallUntil = 0
    state.phase = 'answering'
    session.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } })
  }

  async function register(account: SipAccount): Promise<void> {
    state.registration = 'connecting'
    const fresh = await createAgent(account)
    agent = fresh
    const set = (registration: Registration) => (): void => {
      if (agent === fresh) state.registration = registration
    }
    fresh.on('registered', set('registered'))
    fresh.on('unregistered', set('lost'))
    fresh.on('registrationFailed', set('refused'))
    fresh.on('disconnected', set('lost'))
    fresh.on('connecting', () => { if (state.registration !== 'lost') set('connecting')() })
    fresh.on('newRTCSession', (event) => { if (agent === fresh) incoming(event) })
    fresh.start()
  }

  return {
    state,
    busy: computed(() => state.phase !== 'idle'),
    start(account) {
      if (state.registration !== 'off') return Promise.resolve()
      state.error = ''
      return new Promise((resolve) => {
        release = alone(
          () => { state.registration = 'elsewhere'; resolve() },
          () => {
            register(account).catch(() => {
              state.registration = 'refused'
              state.error = '话机启动失败，请刷新页面重试'
            }).finally(resolve)
          },
        )
      })
    },
    stop() {
      const old = agent
      agent = null
      old?.stop()
      release()
      if (session) clear('话机已停用')
      state.registration = 'off'
    },
    answer,
    hangUp() {
      if (!session) return
      session.terminate(state.phase === 'ringing' ? { status_code: 486 } : undefined)
    },
    toggleMute() {
      if (state.phase !== 'talking') return
      if (state.muted) session?.unmute({ audio: true })
      else session?.mute({ audio: true })
    },
    toggleHold() {
      if (state.phase !== 'talking') return
      if (state.held) session?.unhold()
      else session?.hold()
    },
    sendDigit(digit) {
      if (state.phase === 'talking') session?.sendDTMF(digit, DTMF_OPTIONS)
    },
    expectOwnCall(withinMs = 15_000) {
      ownCallUntil = now() + withinMs
    },
  }
}

/** One page per seat holds the phone; others wait and take over when it closes (Web Locks). */
export function aloneByLock(name: string): NonNullable<Needs['alone']> {
  return (waiting, task) => {
    let free: () => void = () => undefined
    const held = new Promise<void>((resolve) => { free = resolve })
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) { task(); return held }
      waiting()
      void navigator.locks.request(name, () => { task(); return held })
      return undefined
    })
    return () => { free() }
  }
}
