/** The browser's microphone as a recorder: begin, stop, the recording; its refusals in words. */
import { onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'

const KINDS = ['audio/webm', 'audio/mp4', 'audio/ogg']
/** After so long it stops by itself: the server takes no longer sentence. */
const LONGEST_MS = 120_000

export interface Recorder {
  recording: Ref<boolean>
  failure: Ref<string>
  begin: () => Promise<void>
  stop: () => void
}

export function useRecorder(done: (recording: Blob) => void): Recorder {
  const recording = ref(false)
  const failure = ref('')
  let recorder: MediaRecorder | null = null
  let timer = 0

  async function begin(): Promise<void> {
    failure.value = ''
    let stream: MediaStream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: true } })
    } catch {
      failure.value = '用不了话筒：请接好话筒并允许本页使用，或者上传录音文件'
      return
    }
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one)) ?? ''
    const parts: Blob[] = []
    recorder = new MediaRecorder(stream, kind ? { mimeType: kind } : {})
    recorder.ondataavailable = (event) => { parts.push(event.data) }
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => { track.stop() })
      window.clearTimeout(timer)
      recording.value = false
      done(new Blob(parts, { type: kind || (parts[0]?.type.split(';')[0] ?? '') }))
    }
    recorder.start()
    recording.value = true
    timer = window.setTimeout(stop, LONGEST_MS)
  }

  function stop(): void {
    if (recorder?.state === 'recording') recorder.stop()
  }

  onScopeDispose(stop)
  return { recording, failure, begin, stop }
}
