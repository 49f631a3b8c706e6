/** Undo and redo as a history of texts; a burst of typing in one place is one step back. */

export interface TextHistory {
  readonly text: string
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** `place` names what is edited (`type`, `steps.main.text`); the same place within a moment is one entry. */
  write: (text: string, place: string, at: number) => void
  undo: () => string
  redo: () => string
}

const BURST_MS = 900
const LONGEST = 300

export function createHistory(text: string): TextHistory {
  const past: string[] = []
  const future: string[] = []
  let present = text
  let last = { place: '', at: 0 }

  return {
    get text() { return present },
    get canUndo() { return past.length > 0 },
    get canRedo() { return future.length > 0 },
    write(next, place, at) {
      if (next === present) return
      const burst = place !== '' && place === last.place && at - last.at < BURST_MS && past.length > 0
      if (!burst) {
        past.push(present)
        if (past.length > LONGEST) past.shift()
      }
      present = next
      future.length = 0
      last = { place, at }
    },
    undo() {
      const before = past.pop()
      if (before !== undefined) {
        future.push(present)
        present = before
        last = { place: '', at: 0 }
      }
      return present
    },
    redo() {
      const after = future.pop()
      if (after !== undefined) {
        past.push(present)
        present = after
        last = { place: '', at: 0 }
      }
      return present
    },
  }
}
