/** The ring tone, made by the browser itself: 450 Hz, one second on and four off, as Chinese phones ring. */

export interface Ringer { start: () => void; stop: () => void }

export function createRinger(): Ringer {
  let context: AudioContext | null = null
  let timer: number | null = null

  function burst(): void {
    if (!context) return
    const tone = context.createOscillator()
    const volume = context.createGain()
    const from = context.currentTime
    tone.frequency.value = 450
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(0.12, from + 0.03)
    volume.gain.setValueAtTime(0.12, from + 0.95)
    volume.gain.linearRampToValueAtTime(0, from + 1)
    tone.connect(volume).connect(context.destination)
    tone.start(from)
    tone.stop(from + 1)
  }

  return {
    start() {
      if (timer !== null) return
      context = new AudioContext()
      burst()
      timer = window.setInterval(burst, 5000)
    },
    stop() {
      if (timer !== null) window.clearInterval(timer)
      timer = null
      void context?.close()
      context = null
    },
  }
}
