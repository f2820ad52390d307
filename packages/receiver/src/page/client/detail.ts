/** The panel beside the list that shows the selected entry in full. */
import { copyText } from './copy.ts'
import { byId, set, setText } from './dom.ts'
import type { Entry } from './entry.ts'
import { eventDetail } from './event-detail.ts'
import type { OnFilter } from './attribute-table.ts'
import { indented } from './json-section.ts'
import { requestDetail } from './request-detail.ts'

export interface Detail {
  readonly show: (entry: Entry) => void
  readonly close: () => void
  readonly isOpen: () => boolean
  /** Puts the keyboard into the panel. */
  readonly enter: () => void
  readonly copy: () => void
}

export function createDetail(onFilter: OnFilter, onClose: () => void): Detail {
  const panel = byId('detail')
  const body = byId('detail-body')
  const copyButton = byId('detail-copy')
  let shown: Entry | undefined
  const close = (): void => {
    if (shown === undefined) return
    shown = undefined
    set(panel, 'hidden', true)
    onClose()
  }
  const copy = (): void => {
    if (shown !== undefined) void copyText(indented(shown.json), copyButton)
  }
  byId('detail-close').addEventListener('click', close)
  copyButton.addEventListener('click', copy)
  return {
    show: (entry) => {
      if (shown === entry || entry.kind === 'mark') return
      shown = entry
      const isEvent = entry.kind === 'event'
      setText(byId('detail-title'), isEvent ? 'Event' : 'Request')
      const parts = isEvent ? eventDetail(entry, onFilter) : requestDetail(entry, onFilter)
      body.replaceChildren(...parts.filter((part) => part !== undefined))
      body.scrollTop = 0
      set(panel, 'hidden', false)
    },
    close,
    isOpen: () => shown !== undefined,
    enter: () => body.focus(),
    copy,
  }
}
