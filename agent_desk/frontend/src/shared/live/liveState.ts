/** Folds live messages into what the screens show. Pure but for the state it is given. */
import type { LiveCall, LiveMessage, Pop, Queue, Seat } from '../api/types'

export interface LiveState {
  seats: Seat[]
  queues: Queue[]
  calls: LiveCall[]
  /** My own seat, null without one. */
  mySeat: Seat | null
  /** The call that was last popped for my seat. */
  pop: Pop | null
  notice: string
}

export function emptyState(): LiveState {
  return { seats: [], queues: [], calls: [], mySeat: null, pop: null, notice: '' }
}

function put<T>(list: T[], same: (one: T) => boolean, value: T): void {
  const index = list.findIndex(same)
  if (index < 0) list.push(value)
  else list[index] = value
}

export function fold(state: LiveState, message: LiveMessage): void {
  switch (message.type) {
    case 'snapshot':
      state.seats = message.data.seats
      state.queues = message.data.queues
      state.calls = message.data.calls
      state.mySeat = message.data.me
      return
    case 'seat':
      put(state.seats, (seat) => seat.extension === message.data.extension, message.data)
      if (state.mySeat?.extension === message.data.extension) state.mySeat = message.data
      return
    case 'queue':
      put(state.queues, (queue) => queue.name === message.data.name, message.data)
      return
    case 'call':
      put(state.calls, (call) => call.key === message.data.key, message.data)
      return
    case 'call_ended':
      state.calls = state.calls.filter((call) => call.key !== message.data.key)
      return
    case 'pop':
      state.pop = message.data
      return
    case 'notice':
      state.notice = message.data.text
      return
    case 'recording':
    case 'work_order':
    case 'order_notice':
      // Nothing is kept: the page that shows the thing listens for it and loads it again.
      return
  }
}
