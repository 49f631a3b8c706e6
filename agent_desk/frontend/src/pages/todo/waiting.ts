/** Which states wait for whom (the moves themselves are the server's: ticketing/rules/lifecycle.py). */

const DISPATCHING = ['pending_review', 'return_requested', 'replied', 'merged', 'escalated']
const HANDLING = ['dispatched', 'rework', 'in_progress']

const WAITING: Record<string, string[]> = {
  agent: ['draft'],
  leader: ['draft', ...DISPATCHING], // what the public filed itself is nobody's own draft
  dispatcher: DISPATCHING,
  province_operator: DISPATCHING,
  order_reviewer: ['replied'],
  unit_handler: HANDLING,
  unit_leader: HANDLING,
  authority: ['extension_requested', 'coordination'],
  revisit_agent: ['revisit_pending'],
}

export interface Waiting { state: string; mine: boolean }

/** The filter of a person's to-do list: an agent's own drafts, everybody else's by state. */
export function waitingFor(roles: string[]): Waiting {
  const states = [...new Set(roles.flatMap((role) => WAITING[role] ?? []))]
  const onlyDrafts = states.length === 1 && states[0] === 'draft'
  return { state: states.join(','), mine: onlyDrafts }
}
