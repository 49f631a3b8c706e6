/**
 * The live socket: connects, resumes after the last message seen, waits longer after each failure.
 * The server decides whether what was missed can be replayed; if not it begins with a snapshot.
 */
import { ref } from 'vue'
import type { Ref } from 'vue'

import type { LiveMessage } from '../api/types'

export type Connection = 'off' | 'connecting' | 'online' | 'waiting'

/** What is needed of a WebSocket; tests hand in their own. */
export interface SocketLike {
  onopen: (() => void) | null
  onclose: (() => void) | null
  onmessage: ((event: { data: string }) => void) | null
  send: (text: string) => void
  close: () => void
}

export interface LiveSocket {
  connection: Ref<Connection>
  /** When the next attempt is due (ms since the epoch), while waiting. */
  retryAt: Ref<number>
  start: () => void
  stop: () => void
  retryNow: () => void
}

interface Needs {
  open: () => SocketLike
  deliver: (message: LiveMessage) => void
  now?: () => number
  later?: (task: () => void, ms: number) => number
  forget?: (timer: number) => void
  random?: () => number
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000

export function createLiveSocket(needs: Needs): LiveSocket {
  const now = needs.now ?? Date.now
  const later = needs.later ?? ((task, ms) => window.setTimeout(task, ms))
  const forget = needs.forget ?? ((timer) => { window.clearTimeout(timer) })
  const random = needs.random ?? Math.random

  const connection = ref<Connection>('off')
  const retryAt = ref(0)
  let socket: SocketLike | null = null
  let lastSeq: number | null = null
  let failures = 0
  let timer: number | null = null

  function receive(text: string): void {
    const message = JSON.parse(text) as LiveMessage
    if (message.type !== 'snapshot' && lastSeq !== null && message.seq <= lastSeq) return
    lastSeq = message.seq
    needs.deliver(message)
  }

  function connect(): void {
    timer = null
    connection.value = 'connecting'
    const mine = needs.open()
    socket = mine
    mine.onopen = () => {
      failures = 0
      connection.value = 'online'
      mine.send(JSON.stringify({ resume: lastSeq }))
    }
    mine.onmessage = (event) => { receive(event.data) }
    mine.onclose = () => {
      if (socket !== mine) return
      socket = null
      waitAndConnect()
    }
  }

  function waitAndConnect(): void {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)
    failures += 1
    // Half fixed, half random: a restarted server is not met by every desk at the same moment.
    const wait = longest / 2 + (random() * longest) / 2
    connection.value = 'waiting'
    retryAt.value = now() + wait
    timer = later(connect, wait)
  }

  function cancelTimer(): void {
    if (timer !== null) forget(timer)
    timer = null
  }

  return {
    connection,
    retryAt,
    start() {
      if (connection.value === 'off') connect()
    },
    stop() {
      cancelTimer()
      const old = socket
      socket = null
      old?.close()
      lastSeq = null
      failures = 0
      connection.value = 'off'
    },
    retryNow() {
      if (connection.value !== 'waiting') return
      cancelTimer()
      connect()
    },
  }
}
