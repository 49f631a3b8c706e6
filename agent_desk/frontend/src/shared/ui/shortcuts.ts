/** Keyboard shortcuts of a page, and the list of them that `?` shows. */
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue'

export interface Shortcut {
  /** `Alt+A`, `Ctrl+Enter` or a single key such as `?`. */
  keys: string
  label: string
  run: () => void
}

export interface ShortcutRegister {
  shown: Shortcut[]
  add: (shortcuts: Shortcut[]) => () => void
  handle: (event: KeyboardEvent) => void
}

/** `event.code` rather than `event.key` for letters: Alt changes what a key types on some systems. */
export function keysOf(event: KeyboardEvent): string {
  const letter = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1]
  const modified = event.altKey || event.ctrlKey || event.metaKey
  const key = modified && letter ? letter : event.key
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${key}`
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

export function createShortcutRegister(): ShortcutRegister {
  const shown = shallowReactive<Shortcut[]>([])
  return {
    shown,
    add(shortcuts) {
      shown.push(...shortcuts)
      return () => {
        for (const shortcut of shortcuts) shown.splice(shown.indexOf(shortcut), 1)
      }
    },
    handle(event) {
      if (event.isComposing) return
      const keys = keysOf(event)
      if (keys.length === 1 && typing(event.target)) return
      const found = shown.findLast((shortcut) => shortcut.keys === keys)
      if (!found) return
      event.preventDefault()
      found.run()
    },
  }
}

export function useShortcuts(register: ShortcutRegister, shortcuts: Shortcut[]): void {
  let remove: () => void = () => undefined
  onMounted(() => { remove = register.add(shortcuts) })
  onBeforeUnmount(() => { remove() })
}
