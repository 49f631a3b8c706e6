import { describe, expect, it } from 'vitest'

import { waitingFor } from './waiting'

describe('what waits for a person', () => {
  it('is the own drafts for an agent', () => {
    expect(waitingFor(['agent'])).toEqual({ state: 'draft', mine: true })
  })

  it('is what several roles wait for together, each state once', () => {
    expect(waitingFor(['dispatcher', 'order_reviewer', 'unit_handler']).state)
      .toBe('pending_review,return_requested,replied,merged,escalated,dispatched,rework,in_progress')
  })
})
