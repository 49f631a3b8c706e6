/** The live state of the whole desk, fed by one socket, with listeners for what pages reload. */
import { onScopeDispose, reactive } from 'vue'

import type { LiveMessage } from '../api/types'
import type { LiveSocket, SocketLike } from './liveSocket'
import { createLiveSocket } from './liveSocket'
import type { LiveState } from './liveState'
import { emptyState, fold } from './liveState'

export interface Live {
  state: LiveState
  socket: LiveSocket
  start: () => void
  stop: () => void
  /** Hears every message until the calling component is gone. */
  listen: (listener: (message: LiveMessage) => void) => void
}

export function socketUrl(path: string): string {
  const scheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
  return new URL(path, `${scheme}//${window.location.host}`).href
}

export function createLive(
  open: () => SocketLike = () => new WebSocket(socketUrl('/live')) as unknown as SocketLike,
): Live {
  const state = reactive(emptyState())
  const listeners = new Set<(message: LiveMessage) => void>()
  const socket = createLiveSocket({
    open,
    deliver(message) {
      fold(state, message)
      for (const listener of listeners) listener(message)
    },
  })
  return {
    state,
    socket,
    start: () => { socket.start() },
    stop() {
      socket.stop()
      Object.assign(state, emptyState())
    },
    listen(listener) {
      listeners.add(listener)
      onScopeDispose(() => { listeners.delete(listener) })
    },
  }
}
