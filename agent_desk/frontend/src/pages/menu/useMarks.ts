/** Findings where they belong: on the cards of the graph, on the lines of the text, at the panel's fields. */
import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'

import type { FlowGraph } from '@/entities/flow/graph'
import type { SyntaxMistake } from '@/entities/flow/source'
import type { FlowFinding } from '@/shared/api/types'

import type { TextMark } from './marks'

interface Marks {
  stepMarks: ComputedRef<Map<string, string[]>>
  textMarks: ComputedRef<TextMark[]>
  /** Of one step; '' for the flow's head. */
  findingsOf: (step: string) => FlowFinding[]
}

export function useMarks(graph: Ref<FlowGraph | null>, findings: Ref<FlowFinding[]>, broken: Ref<SyntaxMistake[]>): Marks {
  function stepOf(finding: FlowFinding): string {
    const [head, step] = finding.place.split('.')
    return head === 'steps' && step && graph.value?.byName.has(step) ? step : ''
  }
  return {
    stepMarks: computed(() => {
      const marks = new Map<string, string[]>()
      for (const finding of findings.value) {
        const step = stepOf(finding)
        if (step && finding.severity === 'mistake') marks.set(step, [...(marks.get(step) ?? []), finding.message])
      }
      return marks
    }),
    textMarks: computed(() => [
      ...broken.value.map((mistake): TextMark => ({ line: mistake.line, message: mistake.message, severity: 'error' })),
      ...findings.value.map((finding): TextMark => ({ line: finding.line, message: finding.message, severity: finding.severity === 'mistake' ? 'error' : 'warning' })),
    ]),
    findingsOf: (step) => findings.value.filter((finding) => stepOf(finding) === step),
  }
}
