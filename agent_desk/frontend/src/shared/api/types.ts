/** What the server says, by name. Written by hand until the server's OpenAPI document is generated from. */

export type Role =
  | 'agent' | 'leader' | 'dispatcher' | 'unit' | 'authority' | 'visitor' | 'auditor' | 'admin'

export interface Me {
  id: number
  login: string
  name: string
  staff_no: string
  roles: string[]
  rights: string[]
  extension: string | null
  queues: string[]
  handling_unit: { id: number; name: string } | null
  csrf_token: string
  demo: boolean
  must_change_password?: boolean
}

export interface Page<T> { items: T[]; next: string | null }

export type SeatState = 'signed_out' | 'ready' | 'busy' | 'ringing' | 'talking' | 'wrap_up' | 'unreachable'

export interface Seat {
  extension: string
  user_id: number | null
  name: string
  state: SeatState
  reason: string
  since: string
  call_key: string | null
  queues: string[]
  registered: boolean
  wrap_up_until: string | null
}

export interface WaitingCaller { call_key: string; caller_number: string; waited_seconds: number; position: number }

export interface Queue {
  name: string
  label: string
  waiting: WaitingCaller[]
  members: string[]
  answered_today: number
  abandoned_today: number
}

export interface CallStep {
  at: string
  flow: string
  flow_version: number | string
  step: string
  kind: string
  label: string
  pressed: string
  outcome: string
}

export interface Talk {
  leg: string
  extension: string
  user_name: string
  rung_at: string | null
  answered_at: string | null
  ended_at: string | null
  end_reason: string
}

export interface Waveform { left: number[]; right: number[]; per_second: number }

export interface Recording {
  id: number
  stretch: string
  call_key: string
  kind: string
  role: string
  party: string
  state: string
  failure: string
  started_at: string
  duration_ms: number | null
  size_bytes: number | null
  sha256: string
  retain_until: string | null
  waveform: Waveform | null
  on_hold: boolean
}

export interface OrderSummary {
  id: number
  order_no: string
  state: string
  state_label: string
  kind: string
  domain: string
  topic: string
  sub_item: string
  region_code: string
  priority: string
  caller_number: string
  caller_name: string
  content: string
  lead_unit: string | null
  due_at: string | null
  overdue: boolean
  accepted_at: string
  updated_at: string
}

export interface Call {
  key: string
  callref: string
  direction: string
  caller_number: string
  dialled: string
  entry: string
  started_at: string
  queued_at: string | null
  queue: string
  connected_at: string | null
  ended_at: string | null
  outcome: string
  flow: string
  flow_version: number | string | null
  flow_ending: string
  notice_version: string
  rating: string
  wait_seconds: number | null
  talk_seconds: number | null
  steps: CallStep[]
  talks: Talk[]
  recordings: Recording[]
  work_orders: OrderSummary[]
}

export interface Past { calls: Call[]; work_orders: OrderSummary[] }

export interface Due {
  at: string | null
  provisional: boolean
  clock: string
  basis: string
  explanation: { date: string; text: string; counts: boolean }[]
}

export interface HistoryEntry {
  seq: number
  event: string
  label: string
  from_state: string
  to_state: string
  at: string
  who_name: string
  who_role: string
  reason: string
  evidence: Record<string, unknown>
}

export interface MoveField {
  name: string
  label: string
  type: 'text' | 'longtext' | 'select' | 'date' | 'bool' | 'unit'
  required: boolean
  options?: { value: string; label: string }[]
}

export interface Move { event: string; label: string; fields: MoveField[] }

export interface Order extends OrderSummary {
  version: number
  third_level: string
  channel: string
  call_key: string | null
  caller_title: string
  complainant_type: string
  caller_group: string
  confidential: boolean
  place: string
  object: string
  reason: string
  extra: Record<string, string>
  tags: string[]
  answered_instantly: boolean
  result: string
  closed_at: string | null
  due: Due | null
  history: HistoryEntry[]
  recordings: Recording[]
  call: Call | null
  moves: Move[]
}

export interface Choice { value: string; label: string }

export interface CatalogueSubItem { name: string; kinds: string[]; description: string; third_levels: string[] }
export interface CatalogueTopic { name: string; sub_items: CatalogueSubItem[] }
export interface CatalogueDomain { name: string; topics: CatalogueTopic[] }

export interface Catalogue {
  kinds: Choice[]
  domains: CatalogueDomain[]
  channels: Choice[]
  regions: Choice[]
  reject_codes: Choice[]
  states: Choice[]
  queues: Choice[]
  ratings: Choice[]
  caller_groups: Choice[]
}

export interface HandlingUnit { id: number; name: string; kind: string; parent_id: number | null }

export interface PhoneAccount {
  ws_url: string
  uri: string
  extension: string
  password: string
  realm: string
  ice_servers: RTCIceServer[]
}

export interface TestPhoneAccount { ws_url: string; uri: string; password: string; number: string }

export interface User {
  id: number
  login: string
  name: string
  staff_no: string
  roles: string[]
  extension: string | null
  queues: string[]
  active: boolean
  handling_unit: { id: number; name: string } | null
}

export type LiveCallState = 'menu' | 'queued' | 'ringing' | 'talking' | 'held' | 'consulting' | 'after'

export interface LiveCall {
  key: string
  caller_number: string
  dialled: string
  queue: string
  state: LiveCallState
  waited_seconds: number
  agent_extension: string | null
}

export interface Snapshot { me: Seat | null; seats: Seat[]; queues: Queue[]; calls: LiveCall[] }

export type LiveMessage =
  | { seq: number; type: 'snapshot'; data: Snapshot }
  | { seq: number; type: 'seat'; data: Seat }
  | { seq: number; type: 'queue'; data: Queue }
  | { seq: number; type: 'call'; data: LiveCall }
  | { seq: number; type: 'pop'; data: { call: Call; past: Past } }
  | { seq: number; type: 'call_ended'; data: { key: string } }
  | { seq: number; type: 'recording'; data: { id: number; call_key: string; state: string } }
  | { seq: number; type: 'work_order'; data: { order_no: string; state: string; version: number } }
  | { seq: number; type: 'notice'; data: { text: string } }
