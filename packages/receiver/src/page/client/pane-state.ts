/** What is said about a pane: how many rows of how many, whether it follows, and what stands in place of rows. */
import { byId, set, setText } from './dom.ts'
import { howToSend, noRequests, nothingMatches } from './empty.ts'
import type { PaneName } from './filter-bar.ts'
import { count } from './format.ts'
import type { Pane } from './pane.ts'

export interface PaneSurroundings {
  readonly isAnyTokenTaken: boolean
  readonly clearFilter: () => void
}

export function showPaneState(name: PaneName, pane: Pane, surroundings: PaneSurroundings): void {
  const { matches, log, list } = pane
  setText(byId('shown'), matches.length === log.length ? '' : `${count(matches.length)} of ${count(log.length)}`)
  set(byId('follow'), 'aria-pressed', list.isFollowing ? 'true' : 'false')
  const empty = byId(`${name}-empty`)
  const kind = emptyKind(pane)
  if (empty.dataset['kind'] === kind) return
  empty.dataset['kind'] = kind
  set(empty, 'hidden', kind === 'none')
  empty.replaceChildren(...emptyState(name, kind, surroundings))
}

type EmptyKind = 'none' | 'no match' | 'no entry'

function emptyKind({ matches, log, isScanning }: Pane): EmptyKind {
  if (matches.length > 0 || isScanning) return 'none'
  return log.length > 0 ? 'no match' : 'no entry'
}

function emptyState(name: PaneName, kind: EmptyKind, surroundings: PaneSurroundings): readonly HTMLElement[] {
  if (kind === 'none') return []
  if (kind === 'no match') return nothingMatches(surroundings.clearFilter)
  return name === 'requests' ? noRequests() : howToSend(location.origin, surroundings.isAnyTokenTaken)
}
