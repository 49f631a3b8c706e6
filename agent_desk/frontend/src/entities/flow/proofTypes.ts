/** Shapes of the proofs until the document has them. */
import type { FlowFinding } from '@/shared/api/types'
export interface TestVerdict { name: string; flow: string; passed: boolean; failures: string[]; came_to: string }
export interface MainFlow { name: string; title: string; flows: number; steps: number; longest_seconds_to_person: number; keys_to_person: number }
export interface ProofReport { fit: boolean; findings: FlowFinding[]; main: MainFlow[]; tests: TestVerdict[] }
export interface Act { key?: string | null; silence?: boolean; words?: string | null; hang_up?: boolean; early?: boolean }
export type Facts = Record<string, unknown>
export interface TranscriptLine { did: 'said' | 'key' | 'silence' | 'words' | 'hang_up'; flow: string; step: string; kind: string; said: string | null; pressed: string | null; words: string | null }
export interface Simulation {
  transcript: TranscriptLine[]
  path: { flow: string; step: string; kind: string; key: string; outcome: string }[]
  waiting: { flow: string; step: string; kind: string; wants: 'key' | 'entry' | 'words' | 'message'; seconds: number; keys: { key: string; label: string }[] } | null
  ending: { ends: string; target: string; words: string } | null
  happened: string[]
  seconds: number
  unused: number
}
export interface Expect { says?: string | null; never_says?: string | null; step?: string | null; waits_at?: string | null; ends?: string | null; target?: string | null }
export interface FlowTest { id: number; name: string; flow: string; facts: Facts; acts: Act[]; expects: Expect[]; saved_by: string; saved_at: string }
export interface ShadowRun {
  day: string; calls: number; same: number; differing: number; by_kind: Record<string, number>; unclear: number; more: boolean
  examples: { call_key: string; calls: number; acts: string[]; live_ending: string; draft_ending: string; first_difference: { differs: string; live: string; draft: string } }[]
  assumed: { question: string; calls: number }[]
}
