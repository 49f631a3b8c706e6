import { describe, expect, it } from 'vitest'

import type { SipAgent, SipEvent, SipSession } from './sip'
import { createSoftphone } from './softphone'

class Speaker {
  private listeners = new Map<string, ((data: SipEvent) => void)[]>()
  on(event: string, listener: (data: SipEvent) => void): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener])
  }
  say(event: string, data: SipEvent = {}): void {
    for (const listener of this.listeners.get(event) ?? []) listener(data)
  }
}

class FakeSession extends Speaker implements SipSession {
  direction = 'incoming'
  connection = null
  remote_identity = { uri: { user: '13900000000' } }
  done: string[] = []
  answer(): void { this.done.push('answer') }
  terminate(options?: { status_code?: number }): void { this.done.push(`terminate ${options?.status_code ?? ''}`.trim()) }
  hold(): boolean { this.say('hold', { originator: 'local' }); return true }
  unhold(): boolean { this.say('unhold', { originator: 'local' }); return true }
  mute(): void { this.say('muted') }
  unmute(): void { this.say('unmuted') }
  sendDTMF(tones: string): void { this.done.push(`dtmf ${tones}`) }
}

class FakeAgent extends Speaker implements SipAgent {
  started = false
  start(): void { this.started = true }
  stop(): void { this.started = false }
  call(): SipSession { return new FakeSession() }
  ring(session: FakeSession, key = 'hotline1-1.1'): void {
    this.say('newRTCSession', { session, originator: 'remote', request: { getHeader: () => key } })
  }
}

const account = { url: 'ws://x/sip', uri: 'sip:1001@x', password: 'p', register: true }

async function phone() {
  const agent = new FakeAgent()
  const rings: string[] = []
  let clock = 1000
  let tellAudio: (lost: boolean) => void = () => undefined
  const softphone = createSoftphone({
    createAgent: () => Promise.resolve(agent),
    playRemote: () => undefined,
    ring: { start: () => { rings.push('start') }, stop: () => { rings.push('stop') } },
    now: () => clock,
    watch: (_connection, _expected, tell) => { tellAudio = tell; return { stop: () => undefined } },
  })
  await softphone.start(account)
  agent.say('registered')
  return { softphone, agent, rings, pass: (ms: number) => { clock += ms }, audio: (lost: boolean) => { tellAudio(lost) } }
}

describe('the softphone', () => {
  it('rings with the call key, answers, talks and is idle again after the other side hangs up', async () => {
    const { softphone, agent, rings } = await phone()
    const session = new FakeSession()
    agent.ring(session)
    expect(softphone.state).toMatchObject({ phase: 'ringing', callKey: 'hotline1-1.1', number: '13900000000' })
    softphone.answer()
    expect(session.done).toEqual(['answer'])
    session.say('confirmed')
    expect(softphone.state).toMatchObject({ phase: 'talking', talkingSince: 1000 })
    session.say('ended', { cause: 'Terminated', originator: 'remote' })
    expect(softphone.state).toMatchObject({ phase: 'idle', callKey: '', ending: '对方挂断' })
    expect(rings.filter((what) => what === 'start')).toHaveLength(1)
  })

  it('answers a second caller with busy and leaves the first alone', async () => {
    const { softphone, agent } = await phone()
    agent.ring(new FakeSession(), 'first')
    const second = new FakeSession()
    agent.ring(second, 'second')
    expect(second.done).toEqual(['terminate 486'])
    expect(softphone.state.callKey).toBe('first')
  })

  it('answers unasked the call that it asked for, and only within the time', async () => {
    const { softphone, agent, pass } = await phone()
    softphone.expectOwnCall(5000)
    const own = new FakeSession()
    agent.ring(own)
    expect(own.done).toEqual(['answer'])
    own.say('ended', { cause: 'Terminated' })
    softphone.expectOwnCall(5000)
    pass(6000)
    const late = new FakeSession()
    agent.ring(late)
    expect(late.done).toEqual([])
  })

  it('follows mute and hold as the session confirms them and forgets both with the call', async () => {
    const { softphone, agent } = await phone()
    const session = new FakeSession()
    agent.ring(session)
    softphone.answer()
    session.say('confirmed')
    softphone.toggleMute()
    softphone.toggleHold()
    expect(softphone.state).toMatchObject({ muted: true, held: true })
    softphone.toggleHold()
    expect(softphone.state.held).toBe(false)
    session.say('failed', { cause: 'RTP Timeout' })
    expect(softphone.state).toMatchObject({ muted: false, phase: 'idle' })
  })

  it('tells lost audio while the call lasts and not after it', async () => {
    const { softphone, agent, audio } = await phone()
    const session = new FakeSession()
    agent.ring(session)
    session.say('peerconnection', { peerconnection: { addEventListener: () => undefined } as unknown as RTCPeerConnection })
    softphone.answer()
    session.say('confirmed')
    audio(true)
    expect(softphone.state.audioLost).toBe(true)
    session.say('ended', { cause: 'Terminated' })
    audio(true)
    expect(softphone.state.audioLost).toBe(false)
  })

  it('keeps the call when only the connection to the server is lost, and says that it is lost', async () => {
    const { softphone, agent } = await phone()
    const session = new FakeSession()
    agent.ring(session)
    softphone.answer()
    session.say('confirmed')
    agent.say('disconnected')
    expect(softphone.state).toMatchObject({ registration: 'lost', phase: 'talking' })
    agent.say('registered')
    expect(softphone.state.registration).toBe('registered')
  })

  it('rejects while ringing with busy, so that the queue goes on to the next seat', async () => {
    const { softphone, agent } = await phone()
    const session = new FakeSession()
    agent.ring(session)
    softphone.hangUp()
    expect(session.done).toEqual(['terminate 486'])
  })
})
