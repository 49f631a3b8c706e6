/** What the panel's selects may offer: steps of this flow, other flows, queues. */
export interface StepChoice { name: string; title: string; kind: string }

export interface Choices {
  steps: StepChoice[]
  flows: { name: string; title: string }[]
  queues: { value: string; label: string }[]
}
