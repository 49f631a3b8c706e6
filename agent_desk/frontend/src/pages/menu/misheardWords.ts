/** Why a turn is looked at again, in the field's words. */
import type { MisheardTurn } from '@/shared/api/types'

export type Reason = MisheardTurn['reasons'][number]

export const REASONS: Record<Reason, string> = { unknown: '没听懂', denied: '听错了', keys: '改按键', person: '要人工' }
