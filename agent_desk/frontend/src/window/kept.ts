/** What a reload must not lose: kept in this tab only, gone when it is closed. */
export function kept<T>(name: string): { read: () => T | null; write: (value: T) => void; forget: () => void } {
  const key = `window.${name}`
  return {
    read() {
      try {
        const text = sessionStorage.getItem(key)
        return text === null ? null : (JSON.parse(text) as T)
      } catch {
        return null
      }
    },
    write(value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value))
      } catch {
        // a browser that keeps nothing still files the matter
      }
    },
    forget() {
      try {
        sessionStorage.removeItem(key)
      } catch {
        // nothing was kept
      }
    },
  }
}
