/** What each key does. */
import type { Detail } from './detail.ts'
import type { FilterBar, PaneName } from './filter-bar.ts'
import type { Pane } from './pane.ts'
import type { Shortcut } from './shortcuts.ts'

export interface KeyTargets {
  readonly pane: () => Pane
  readonly filterBar: FilterBar
  readonly detail: Detail
  readonly showPane: (name: PaneName) => void
  readonly toggleFollow: () => void
  readonly clearPane: () => void
  readonly nextTheme: () => void
  readonly showHelp: () => void
}

export function createKeys(targets: KeyTargets): readonly Shortcut[] {
  return [...moving(targets), ...acting(targets)]
}

function moving({ pane, filterBar, detail }: KeyTargets): readonly Shortcut[] {
  const move = (by: number) => (): void => {
    if (!detail.isOpen()) pane().grid.focus()
    pane().move(by)
  }
  const page = (): number => pane().list.sight.count - 1
  return [
    { keys: ['/'], does: 'Write a filter', run: () => filterBar.focus() },
    { keys: ['j'], does: 'Next row', run: move(1) },
    { keys: ['k'], does: 'Row before', run: move(-1) },
    { keys: ['ArrowDown'], does: 'Next row', run: move(1), scrolls: true },
    { keys: ['ArrowUp'], does: 'Row before', run: move(-1), scrolls: true },
    { keys: ['PageDown'], does: 'A page on', run: () => move(page())(), scrolls: true },
    { keys: ['PageUp'], does: 'A page back', run: () => move(-page())(), scrolls: true },
    { keys: ['Home'], does: 'Oldest row', run: move(-Infinity), scrolls: true },
    { keys: ['End'], does: 'Newest row, and follow', run: move(Infinity), scrolls: true },
  ]
}

function acting({
  pane,
  filterBar,
  detail,
  showPane,
  toggleFollow,
  clearPane,
  nextTheme,
  showHelp,
}: KeyTargets): readonly Shortcut[] {
  const open = (): void => {
    if (pane().selected === undefined) pane().move(1)
    detail.enter()
  }
  const leave = (): void => {
    if (detail.isOpen()) detail.close()
    else filterBar.clear()
    pane().grid.focus()
  }
  return [
    { keys: ['Enter'], does: 'Read the row in full', run: open },
    { keys: ['Escape'], does: 'Close it, then clear the filter', run: leave },
    { keys: ['c'], does: 'Copy the JSON of the open row', run: () => detail.copy() },
    { keys: ['n'], does: 'Follow the newest row, or stop', run: toggleFollow },
    { keys: ['x'], does: 'Empty the list', run: clearPane },
    { keys: ['1'], does: 'Events', run: () => showPane('events') },
    { keys: ['2'], does: 'Requests', run: () => showPane('requests') },
    { keys: ['t'], does: 'Theme: auto, light, dark', run: nextTheme },
    { keys: ['?'], does: 'This help', run: showHelp },
  ]
}
