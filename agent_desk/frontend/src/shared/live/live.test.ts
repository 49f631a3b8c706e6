import { describe, expect, it } from 'vitest'

import type { LiveMessage, Seat } from '../api/types'
import type { SocketLike } from './liveSocket'
import { createLiveSocket } from './liveSocket'
import { emptyState, fold } from './liveState'

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  sent: string[] = []
  closed = false
  send(text: string): void { this.sent.push(text) }
  close(): void { this.closed = true; this.onclose?.() }
  say(message: unknown): void { this.onmessage?.({ data: JSON.stringify(message) }) }
}

function desk() {
  const sockets: FakeSocket[] = []
  const heard: LiveMessage[] = []
  const waits: { task: () => void; ms: number }[] = []
  const socket = createLiveSocket({
    open: () => { const fresh = new FakeSocket(); sockets.push(fresh); return fresh },
    deliver: (message) => { heard.push(message) },
    now: () => 0,
    later: (task, ms) => waits.push({ task, ms }),
    forget: () => { waits.length = 0 },
    random: () => 1,
  })
  const latest = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket
  return { socket, sockets, heard, waits, latest }
}

function seat(changes: Partial<Seat>): Seat {
  return {
    extension: '1001', user_id: 1, name: '张晓', state: 'ready', reason: '', since: '', call_key: null,
    queues: [], registered: true, wrap_up_until: null, phone: 'browser', ...changes,
  }
}

describe('the live socket', () => {
  it('asks for everything at first and for what was missed after a break', () => {
    const { socket, waits, latest } = desk()
    socket.start()
    latest().onopen?.()
    expect(latest().sent).toEqual(['{"resume":null}'])
    latest().say({ seq: 7, type: 'notice', data: { text: 'a' } })
    latest().onclose?.()
    waits[0]?.task()
    latest().onopen?.()
    expect(latest().sent).toEqual(['{"resume":7}'])
  })

  it('drops a message that a replay tells twice', () => {
    const { socket, heard, latest } = desk()
    socket.start()
    latest().say({ seq: 7, type: 'notice', data: { text: 'a' } })
    latest().say({ seq: 7, type: 'notice', data: { text: 'a' } })
    expect(heard).toHaveLength(1)
  })

  it('believes a snapshot even when a restarted server counts from the beginning', () => {
    const { socket, heard, latest } = desk()
    socket.start()
    latest().say({ seq: 900, type: 'notice', data: { text: 'a' } })
    latest().say({ seq: 1, type: 'snapshot', data: { me: null, seats: [], queues: [], calls: [] } })
    latest().say({ seq: 2, type: 'notice', data: { text: 'b' } })
    expect(heard.map((message) => message.seq)).toEqual([900, 1, 2])
  })

  it('waits longer after each failure, at most fifteen seconds, and starts anew after a success', () => {
    const { socket, waits, latest } = desk()
    socket.start()
    const seen: number[] = []
    for (let round = 0; round < 8; round += 1) {
      latest().onclose?.()
      const wait = waits.pop()
      seen.push(wait?.ms ?? -1)
      wait?.task()
    }
    expect(seen).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000])
    latest().onopen?.()
    latest().onclose?.()
    expect(waits.pop()?.ms).toBe(500)
  })

  it('stays closed after a stop, even when the old socket ends late', () => {
    const { socket, waits, latest } = desk()
    socket.start()
    const old = latest()
    socket.stop()
    old.onclose?.()
    expect(socket.connection.value).toBe('off')
    expect(waits).toHaveLength(0)
  })
})

describe('the live state', () => {
  it('changes my own seat together with its place among the seats', () => {
    const state = emptyState()
    fold(state, { seq: 1, type: 'snapshot', data: { me: seat({}), seats: [seat({})], queues: [], calls: [] } })
    fold(state, { seq: 2, type: 'seat', data: seat({ state: 'talking', call_key: 'k' }) })
    expect(state.mySeat?.state).toBe('talking')
    expect(state.seats.map((one) => one.state)).toEqual(['talking'])
  })

  it('forgets a call that ended and keeps the others', () => {
    const state = emptyState()
    const call = { direction: 'in', consult_extension: null, conference: false, caller_number: '', dialled: '', queue: '', state: 'queued', waited_seconds: 0, agent_extension: null } as const
    fold(state, { seq: 1, type: 'call', data: { key: 'a', ...call } })
    fold(state, { seq: 2, type: 'call', data: { key: 'b', ...call } })
    fold(state, { seq: 3, type: 'call_ended', data: { key: 'a' } })
    expect(state.calls.map((one) => one.key)).toEqual(['b'])
  })
})
