/** Playing one recording: position, speed, and which side is heard. The browser asks for ranges itself. */
import { onScopeDispose, reactive } from 'vue'

export type Side = 'both' | 'left' | 'right'

export interface PlaybackState {
  playing: boolean
  position: number
  duration: number
  rate: number
  side: Side
  error: string
}

export interface Playback {
  state: PlaybackState
  toggle: () => void
  seek: (seconds: number) => void
  setRate: (rate: number) => void
  setSide: (side: Side) => void
}

export function usePlayback(url: () => string): Playback {
  const state = reactive<PlaybackState>({ playing: false, position: 0, duration: 0, rate: 1, side: 'both', error: '' })
  const audio = new Audio()
  audio.preload = 'none'
  let context: AudioContext | null = null
  let gains: GainNode[] = []

  /** One side alone is put on both ears, so that nobody listens with half a headset. */
  function connect(): void {
    if (context) return
    context = new AudioContext()
    const source = context.createMediaElementSource(audio)
    const splitter = context.createChannelSplitter(2)
    source.connect(splitter)
    gains = [0, 1].map((channel) => {
      const gain = new GainNode(context as AudioContext)
      splitter.connect(gain, channel)
      gain.connect((context as AudioContext).destination)
      return gain
    })
    applySide()
  }

  function applySide(): void {
    const [left, right] = gains
    if (!left || !right) return
    left.gain.value = state.side === 'right' ? 0 : 1
    right.gain.value = state.side === 'left' ? 0 : 1
  }

  audio.addEventListener('timeupdate', () => { state.position = audio.currentTime })
  audio.addEventListener('durationchange', () => { if (Number.isFinite(audio.duration)) state.duration = audio.duration })
  audio.addEventListener('play', () => { state.playing = true })
  audio.addEventListener('pause', () => { state.playing = false })
  audio.addEventListener('ended', () => { state.playing = false })
  audio.addEventListener('error', () => { if (audio.currentSrc) state.error = '录音取不到，可能没有权限或文件有误' })

  onScopeDispose(() => {
    audio.pause()
    audio.removeAttribute('src')
    audio.load()
    void context?.close()
  })

  return {
    state,
    toggle() {
      state.error = ''
      if (!audio.getAttribute('src')) audio.src = url()
      connect()
      void context?.resume()
      audio.playbackRate = state.rate
      if (audio.paused) void audio.play().catch(() => { state.playing = false })
      else audio.pause()
    },
    seek(seconds) {
      state.position = seconds
      if (audio.getAttribute('src')) audio.currentTime = seconds
      else {
        audio.src = url()
        audio.addEventListener('loadedmetadata', () => { audio.currentTime = seconds }, { once: true })
        audio.preload = 'metadata'
        audio.load()
      }
    },
    setRate(rate) {
      state.rate = rate
      audio.playbackRate = rate
    },
    setSide(side) {
      state.side = side
      applySide()
    },
  }
}
