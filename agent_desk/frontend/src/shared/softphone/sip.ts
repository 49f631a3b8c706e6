/** The few things the softphone needs of JsSIP, so that tests can play the other side. */
import type { UAConfiguration } from 'jssip/lib/UA'

export interface SipSession {
  readonly direction: string
  readonly connection: RTCPeerConnection | null
  readonly remote_identity: { uri: { user: string | null } }
  answer: (options: object) => void
  terminate: (options?: object) => void
  hold: (options?: object, done?: () => void) => boolean
  unhold: (options?: object, done?: () => void) => boolean
  mute: (options: { audio: boolean }) => void
  unmute: (options: { audio: boolean }) => void
  sendDTMF: (tones: string, options: object) => void
  on: (event: string, listener: (data: SipEvent) => void) => unknown
}

export interface SipEvent {
  session?: SipSession
  originator?: string
  cause?: string
  request?: { getHeader: (name: string) => string | undefined }
  message?: { status_code?: number } | null
  peerconnection?: RTCPeerConnection
  candidate?: RTCIceCandidate
  ready?: () => void
}

export interface SipAgent {
  start: () => void
  stop: () => void
  call: (target: string, options: object) => SipSession
  on: (event: string, listener: (data: SipEvent) => void) => unknown
}

export interface SipAccount {
  url: string
  uri: string
  password: string
  realm?: string
  register: boolean
  /** What the other side shows beside the number. */
  display_name?: string
}

/** Loads JsSIP when a phone is first needed and makes its user agent. */
export async function createSipAgent(account: SipAccount): Promise<SipAgent> {
  const { default: JsSIP } = await import('jssip')
  const configuration: UAConfiguration = {
    sockets: [new JsSIP.WebSocketInterface(account.url)],
    uri: account.uri,
    password: account.password,
    register: account.register,
    register_expires: 120,
    // Asterisk's session timers would end a call whose refresh is lost with a proxy restart.
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 10,
  }
  if (account.realm) configuration.realm = account.realm
  if (account.display_name) configuration.display_name = account.display_name
  return new JsSIP.UA(configuration) as unknown as SipAgent
}

export const DTMF_OPTIONS = { transportType: 'RFC2833', duration: 120, interToneGap: 80 }

/** Host candidates come at once; without this Chromium waits seconds for ones that never come. */
export function endIceEarly(session: SipSession): void {
  session.on('icecandidate', (event) => {
    if (event.ready) setTimeout(event.ready, 200)
  })
}

/** Why a SIP session ended, in words. */
export function causeText(event: SipEvent): string {
  const words: Record<string, string> = {
    'Terminated': event.originator === 'local' ? '本方挂断' : '对方挂断',
    'Canceled': '对方已放弃',
    'Rejected': '已拒接',
    'Busy': '对方忙',
    'No Answer': '无人应答',
    'Expires': '振铃超时',
    'Unavailable': '对方不可达',
    'Not Found': '号码不存在',
    'User Denied Media Access': '麦克风未授权',
    'WebRTC Error': '浏览器音频出错',
    'Connection Error': '话机连接中断',
    'Request Timeout': '呼叫超时',
    'RTP Timeout': '长时间没有收到声音，已断开',
    'Authentication Error': '话机账号不被接受',
  }
  return words[event.cause ?? ''] ?? `通话结束（${event.cause ?? '原因不明'}）`
}
