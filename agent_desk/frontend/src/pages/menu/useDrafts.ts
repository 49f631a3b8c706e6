/** The flows under edit: one text each with its history, saved under the revision it was opened at. */
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { createHistory } from '@/entities/flow/history'
import type { TextHistory } from '@/entities/flow/history'
import type { Api } from '@/shared/api/http'
import { Problem } from '@/shared/api/http'
import type { FlowDraft, FlowList, FlowReport, FlowSaved } from '@/shared/api/types'
import { useLoad } from '@/shared/api/useLoad'

export interface Opened {
  name: string
  history: TextHistory
  text: string
  savedText: string
  /** Null: a flow that nobody has saved yet. */
  revision: number | null
  savedAt: string
  savedBy: string
  liveText: string | null
}

/** Somebody else saved in between; `theirs` null: they deleted the flow. */
export interface Conflict { name: string; by: string; theirs: FlowDraft | null }

export interface Drafts {
  list: ShallowRef<FlowList | null>
  error: Ref<string>
  loading: Ref<boolean>
  reload: () => Promise<void>
  current: Ref<string>
  opened: ReadonlyMap<string, Opened>
  flow: ComputedRef<Opened | null>
  text: ComputedRef<string>
  unsaved: ComputedRef<string[]>
  conflict: ShallowRef<Conflict | null>
  open: (name: string) => Promise<void>
  create: (name: string, text: string) => void
  /** Writes the text of the flow that is open; `place` groups a burst of typing. */
  write: (text: string, place?: string) => void
  undo: () => void
  redo: () => void
  save: () => Promise<FlowReport | null>
  remove: (name: string) => Promise<void>
  takeTheirs: () => void
  keepMine: () => Promise<FlowReport | null>
  /** Forgets what was opened: another version became the draft. */
  forget: () => Promise<void>
}

const path = (name: string): string => `/flows/${encodeURIComponent(name)}`
const lines = (text: string): string => text.replace(/\r\n?/g, '\n')

function openedFrom(draft: FlowDraft): Opened {
  const text = lines(draft.text)
  return { name: draft.name, history: createHistory(text), text, savedText: text, revision: draft.revision, savedAt: draft.saved_at, savedBy: draft.saved_by, liveText: draft.live_text }
}

export function useDrafts(api: Api): Drafts {
  const { data: list, error, loading, reload } = useLoad(() => api.get<FlowList>('/flows'))
  const current = ref('')
  const opened = shallowReactive(new Map<string, Opened>())
  const conflict = shallowRef<Conflict | null>(null)
  const flow = computed(() => opened.get(current.value) ?? null)

  function change(name: string, part: Partial<Opened>): void {
    const before = opened.get(name)
    if (before) opened.set(name, { ...before, ...part })
  }

  async function open(name: string): Promise<void> {
    if (!opened.has(name)) opened.set(name, openedFrom(await api.get<FlowDraft>(path(name))))
    current.value = name
  }

  async function saveOne(one: Opened): Promise<FlowReport> {
    const saved = await api.put<FlowSaved>(path(one.name), { text: one.text, revision: one.revision })
    change(one.name, { savedText: one.text, revision: saved.revision, savedAt: new Date().toISOString(), savedBy: '' })
    return saved.report
  }

  async function told(one: Opened, failure: unknown): Promise<void> {
    if (!(failure instanceof Problem) || ![404, 409].includes(failure.status)) throw failure
    const theirs = await api.get<FlowDraft>(path(one.name)).catch((missing: unknown) => {
      if (missing instanceof Problem && missing.status === 404) return null
      throw missing
    })
    conflict.value = { name: one.name, by: failure.body.by ?? theirs?.saved_by ?? '', theirs }
    current.value = one.name
  }

  async function save(): Promise<FlowReport | null> {
    let report: FlowReport | null = null
    for (const one of [...opened.values()].filter((each) => each.text !== each.savedText || each.revision === null)) {
      try {
        report = await saveOne(one)
      } catch (failure) {
        await told(one, failure)
        return null
      }
    }
    void reload()
    return report
  }

  return {
    list, error, loading, reload, current, opened, flow, conflict, open, save,
    text: computed(() => flow.value?.text ?? ''),
    unsaved: computed(() => [...opened.values()].filter((one) => one.text !== one.savedText || one.revision === null).map((one) => one.name)),
    create(name, text) {
      opened.set(name, { name, history: createHistory(text), text, savedText: '', revision: null, savedAt: '', savedBy: '', liveText: null })
      current.value = name
    },
    write(text, place = '') {
      const one = flow.value
      if (!one || text === one.text) return
      one.history.write(text, place, Date.now())
      change(one.name, { text })
    },
    undo() { if (flow.value) change(current.value, { text: flow.value.history.undo() }) },
    redo() { if (flow.value) change(current.value, { text: flow.value.history.redo() }) },
    async remove(name) {
      const one = opened.get(name)
      if (one && one.revision !== null) await api.remove(path(name), { revision: one.revision })
      opened.delete(name)
      current.value = ''
      await reload()
    },
    takeTheirs() {
      const theirs = conflict.value?.theirs
      if (conflict.value && !theirs) opened.delete(conflict.value.name)
      else if (theirs) {
        const mine = opened.get(theirs.name)
        mine?.history.write(lines(theirs.text), '', Date.now())
        // What was mine is one step back in the history, not lost.
        opened.set(theirs.name, { ...openedFrom(theirs), ...(mine ? { history: mine.history } : {}) })
      }
      conflict.value = null
    },
    async keepMine() {
      const theirs = conflict.value
      if (!theirs) return null
      change(theirs.name, { revision: theirs.theirs?.revision ?? null })
      conflict.value = null
      return save()
    },
    async forget() {
      const name = current.value
      opened.clear()
      current.value = ''
      await reload()
      if (list.value?.items.some((item) => item.name === name)) await open(name)
    },
  }
}
