/** One table of keys: what they do, and the help that tells it. */
import { byId, elementById, make } from './dom.ts'

export interface Shortcut {
  /** As `KeyboardEvent.key` has them. */
  readonly keys: readonly string[]
  readonly does: string
  readonly run: () => void
  /** Keys that scroll where there is something to scroll, so they are left to the detail panel. */
  readonly scrolls?: boolean
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
  Escape: 'Esc',
}

/** Returns the function that shows the help. */
export function createShortcuts(shortcuts: readonly Shortcut[]): () => void {
  const dialog = elementById('help', HTMLDialogElement)
  const byKey = new Map(shortcuts.flatMap((shortcut) => shortcut.keys.map((key) => [key, shortcut] as const)))
  document.addEventListener('keydown', (event) => {
    const shortcut = byKey.get(event.key)
    if (shortcut === undefined || dialog.open || !isFree(event, shortcut)) return
    event.preventDefault()
    shortcut.run()
  })
  byId('help-keys').append(...helpRows(shortcuts))
  byId('help-close').addEventListener('click', () => dialog.close())
  const show = (): void => dialog.showModal()
  byId('help-open').addEventListener('click', show)
  return show
}

/** Not while typing, not with the browser's own modifiers, and not where the key belongs to what has the focus. */
function isFree(event: KeyboardEvent, shortcut: Shortcut): boolean {
  const { key, target, ctrlKey, metaKey, altKey } = event
  if (ctrlKey || metaKey || altKey || !(target instanceof Element)) return false
  return key === 'Escape' || isFreeAt(target, key, shortcut)
}

function isFreeAt(target: Element, key: string, { scrolls }: Shortcut): boolean {
  if (target.matches('input, select, textarea')) return key === 'ArrowDown' && target.id === 'filter'
  if (key === 'Enter' && target.matches('button, [role=tab]')) return false
  return scrolls !== true || target.closest('#detail, [role=tablist]') === null
}

/** Keys that do the same share a row. */
function helpRows(shortcuts: readonly Shortcut[]): readonly HTMLElement[] {
  const keysByDeed = new Map<string, string[]>()
  for (const { keys, does } of shortcuts) keysByDeed.set(does, [...(keysByDeed.get(does) ?? []), ...keys])
  return [...keysByDeed].map(([does, keys]) => {
    const caps = keys.flatMap((key) => [make('kbd', {}, NAMES[key] ?? key), ' '])
    return make('tr', {}, make('th', { scope: 'row' }, ...caps), make('td', {}, does))
  })
}
