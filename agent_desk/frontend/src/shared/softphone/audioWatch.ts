/** Watches a call's received packets; silence on the wire while nobody is on hold is told. */

export interface AudioWatch { stop: () => void }

const LOOK_EVERY_MS = 2000
/** So many looks in a row without a new packet mean the audio is lost. */
const LOOKS = 3

async function packetsReceived(connection: RTCPeerConnection): Promise<number> {
  let packets = 0
  const stats = await connection.getStats()
  stats.forEach((report: { type: string; kind?: string; packetsReceived?: number }) => {
    if (report.type === 'inbound-rtp' && report.kind === 'audio') packets += report.packetsReceived ?? 0
  })
  return packets
}

export function watchAudio(
  connection: RTCPeerConnection,
  expected: () => boolean,
  tell: (lost: boolean) => void,
  everyMs = LOOK_EVERY_MS,
): AudioWatch {
  let before = -1
  let without = 0

  async function look(): Promise<void> {
    const packets = await packetsReceived(connection)
    without = packets > before || !expected() ? 0 : without + 1
    before = packets
    tell(without >= LOOKS)
  }

  const timer = setInterval(() => { void look().catch(() => undefined) }, everyMs)
  return { stop: () => { clearInterval(timer) } }
}
