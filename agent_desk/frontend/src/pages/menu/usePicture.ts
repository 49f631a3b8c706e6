/** The graph and its layout of a text, drawn anew when the text changes; while it is broken, the last that could be drawn. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { graphOf } from '@/entities/flow/graph'
import type { FlowGraph } from '@/entities/flow/graph'
import type { Language } from '@/entities/flow/language'
import { layoutOf, shapeOf } from '@/entities/flow/layout'
import type { Layout } from '@/entities/flow/layout'
import { read } from '@/entities/flow/source'
import type { SyntaxMistake } from '@/entities/flow/source'

export interface Picture {
  graph: ShallowRef<FlowGraph | null>
  layout: ShallowRef<Layout | null>
  /** Mistakes of YAML itself, known at once. */
  broken: ShallowRef<SyntaxMistake[]>
  /** Draws without waiting for the pause in typing. */
  drawNow: () => void
}

const AFTER_MS = 220

export function usePicture(name: Ref<string>, text: Ref<string>, language: Ref<Language>): Picture {
  const graph = shallowRef<FlowGraph | null>(null)
  const layout = shallowRef<Layout | null>(null)
  const broken = shallowRef<SyntaxMistake[]>([])
  let drawn = { name: '', text: '' }
  let laid = ''
  let timer = 0

  function drawNow(): void {
    window.clearTimeout(timer)
    if (drawn.name === name.value && drawn.text === text.value) return
    const source = read(text.value)
    broken.value = source.mistakes
    const fresh = graphOf(source, language.value)
    const other = drawn.name !== name.value
    drawn = { name: name.value, text: text.value }
    if (source.mistakes.length > 0 && !other && graph.value) return
    const shape = shapeOf(fresh)
    if (other || shape !== laid) layout.value = layoutOf(fresh)
    laid = shape
    graph.value = fresh
  }

  watch([name, text], ([nowName], [thenName]) => {
    window.clearTimeout(timer)
    if (nowName !== thenName) drawNow()
    else timer = window.setTimeout(drawNow, AFTER_MS)
  })
  watch(language, () => {
    drawn = { name: '', text: '' }
    drawNow()
  })
  onScopeDispose(() => { window.clearTimeout(timer) })
  drawNow()
  return { graph, layout, broken, drawNow }
}
