/** The server's shapes under short names; the shapes themselves are generated (npm run types). */
import type { components } from './schema'

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type Seat = Schemas['Seat']
export type SeatState = Seat['state']
export type Queue = Schemas['QueueView']
export type LiveCall = Schemas['LiveCall']
export type LiveCallState = LiveCall['state']
export type Snapshot = Schemas['Snapshot']
export type Pop = Schemas['Pop']
export type Past = Schemas['Past']
export type CallSummary = Schemas['CallSummary']
export type Call = Schemas['CallShape']
export type CallStep = Schemas['Step']
export type Talk = Schemas['TalkShape']
export type Recording = Schemas['RecordingShape']
export type Waveform = Schemas['Waveform']
export type OrderSummary = Schemas['OrderSummary']
export type Order = Schemas['OrderShape']
export type NewOrder = Schemas['NewOrder']
export type Due = Schemas['Due']
export type HistoryEntry = Schemas['HistoryEntry']
export type OrderPatch = Schemas['OrderPatch']
export type AuditEntry = Schemas['AuditShape']
export type AuditCheck = Schemas['AuditCheck']
export type Move = Schemas['Move']
export type MoveField = Schemas['MoveField']
export type Catalogue = Schemas['Catalogue']
export type Choice = Schemas['Choice']
export type HandlingUnit = Schemas['UnitShape']
export type User = Schemas['UserShape']
export type UserChanged = Schemas['UserChanged']
export type PhoneAccount = Schemas['Softphone']
export type TestPhoneAccount = Schemas['TestPhone']
export type Started = Schemas['Started']

/** 通知: what was told to a caller, a unit, an authority, the centre. */
export type Told = Schemas['NoticeShape']

export type RoadNotice = Schemas['RoadNoticeShape']
export type RoadNoticePosted = Schemas['RoadNoticePosted']
export type Announcement = Schemas['AnnouncementShape']
export type AnnouncementPosted = Schemas['AnnouncementPosted']
export type CentreSwitch = Schemas['SwitchShape']
export type GroupMember = Schemas['MemberShape']
export type Knowledge = Schemas['KnowledgeShape']
export type KnowledgeSaved = Schemas['KnowledgeSaved']

export interface Page<T> { items: T[]; next: string | null }

/** What the live socket says: `data` by `type`, as the document describes it. */
type LiveData = Schemas['LiveMessages']
export type LiveMessage = { [Type in keyof LiveData]: { seq: number; type: Type; data: LiveData[Type] } }[keyof LiveData]
export type PublicMatter = Schemas['MatterBody']
export type PublicProgress = Schemas['ProgressShape']
export type PublicRating = Schemas['PublicRatingBody']['rating']
