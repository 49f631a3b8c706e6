/** What one can do to the flow that is open, from graph and panel: each an edit of its text. */
import type { Ref } from 'vue'

import type { Language } from '@/entities/flow/language'
import { asKind, newStep } from '@/entities/flow/newStep'
import type { Around } from '@/entities/flow/newStep'
import type { Value } from '@/entities/flow/scalars'
import type { Kind } from '@/entities/flow/schema'
import { removeAt, setAt } from '@/entities/flow/splice'
import { addStep, connect, copyStep, deleteStep, freeName, moveStep, pasteSteps, renameStep, stepNames } from '@/entities/flow/steps'
import { tellWarning } from '@/shared/ui/toast'

import type { Drafts } from './useDrafts'
import type { Picture } from './usePicture'

export interface Edits {
  set: (step: string, path: string[], value: Value | undefined) => void
  setHead: (path: string[], value: Value | undefined) => void
  rename: (step: string, to: string) => void
  become: (step: string, kind: string) => void
  add: (kind: string, after: string | null) => string | null
  /** A new step that this way leads to. */
  grow: (step: string, path: string[]) => void
  connect: (step: string, way: string, target: string) => void
  remove: (step: string) => void
  move: (step: string, after: string | null) => void
  copy: (step: string) => string | null
  paste: (clip: string, after: string | null) => void
}

interface Given {
  drafts: Drafts
  picture: Picture
  kinds: Ref<Kind[]>
  language: Ref<Language>
  chosen: Ref<string | null>
  mayEdit: boolean
}

export function useEdits({ drafts, picture, kinds, language, chosen, mayEdit }: Given): Edits {
  function apply(make: (text: string) => string | null, place = ''): boolean {
    if (!mayEdit || !drafts.flow.value) return false
    const text = make(drafts.text.value)
    if (text === null) {
      tellWarning(picture.broken.value.length > 0 ? `文本第 ${picture.broken.value[0]?.line ?? 1} 行有语法错误，请先改正` : '这里不能这样改，请在文本里修改')
      return false
    }
    drafts.write(text, place)
    picture.drawNow()
    return true
  }

  /** A new step leads to the step it is put before: it stands in nobody's way. */
  function around(after: string | null): Around {
    const names = stepNames(drafts.text.value)
    const other = drafts.list.value?.items.find((item) => item.name !== drafts.current.value && !item.main)
    return { target: names[after === null ? names.length - 1 : names.indexOf(after) + 1] ?? names.at(-1) ?? '', otherFlow: other?.name ?? '' }
  }

  function make(kind: string, after: string | null, text: string): { text: string; name: string } | null {
    const found = kinds.value.find((one) => one.kind === kind)
    if (!found) return null
    const name = freeName(text, kind)
    const written = addStep(text, name, newStep(found, around(after)), after)
    return written === null ? null : { text: written, name }
  }

  return {
    set(step, path, value) {
      const whole = ['steps', step, ...path]
      apply((text) => (value === undefined ? (removeAt(text, whole) ?? text) : setAt(text, whole, value)), whole.join('.'))
    },
    setHead(path, value) {
      apply((text) => (value === undefined ? (removeAt(text, path) ?? text) : setAt(text, path, value)), path.join('.'))
    },
    rename(step, to) {
      if (apply((text) => renameStep(text, step, to, language.value)) && chosen.value === step) chosen.value = to
    },
    become(step, kind) {
      const data = picture.graph.value?.byName.get(step)?.data
      const found = kinds.value.find((one) => one.kind === kind)
      if (!data || !found) return
      const { gone, come } = asKind(data, found, around(step))
      apply((text) => {
        let now: string | null = text
        for (const name of gone) now = now === null ? null : removeAt(now, ['steps', step, name])
        for (const [name, value] of come) now = now === null ? null : setAt(now, ['steps', step, name], value)
        return now
      })
    },
    add(kind, after) {
      let name: string | null = null
      apply((text) => {
        const made = make(kind, after, text)
        name = made?.name ?? null
        return made?.text ?? null
      })
      if (name) chosen.value = name
      return name
    },
    grow(step, path) {
      let name = ''
      const done = apply((text) => {
        // At the end of the text: put in between it would stand in the way of what falls through here.
        const made = make('say', null, text)
        name = made?.name ?? ''
        return made && connect(made.text, step, path, made.name)
      })
      if (done) chosen.value = name
    },
    connect(step, wayId, target) {
      const way = picture.graph.value?.byName.get(step)?.ways.find((one) => one.id === wayId)
      if (!way) return
      // An intent that goes where the whole step goes gets a way of its own.
      const path = way.key !== null && way.path.length === 1 ? [way.field, way.key, 'next'] : way.path
      apply((text) => connect(text, step, path, target))
    },
    remove(step) {
      if (apply((text) => deleteStep(text, step, language.value)) && chosen.value === step) chosen.value = null
    },
    move(step, after) { apply((text) => moveStep(text, step, after, language.value)) },
    copy: (step) => copyStep(drafts.text.value, step),
    paste(clip, after) {
      let names: string[] = []
      const done = apply((text) => {
        const pasted = pasteSteps(text, clip, after)
        names = pasted?.names ?? []
        return pasted?.text ?? null
      })
      if (done) chosen.value = names.at(-1) ?? null
    },
  }
}
