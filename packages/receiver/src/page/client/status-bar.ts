/** Counts of the receiver since its start, and whether the page still hears from it. */
import { byId, set, setText } from './dom.ts'
import { count, size } from './format.ts'
import { type Attributes, isAttributes, numberOf } from './parse.ts'

/** Those that a developer looks for first; the others only where there are any. */
const COUNTS = [
  { name: 'events', label: 'stored', always: true },
  { name: 'dropped', label: 'dropped', always: false },
  { name: 'corrected', label: 'corrected', always: false },
  { name: 'duplicates', label: 'duplicates', always: false },
] as const

export function showStats({ stats }: Attributes): void {
  if (!isAttributes(stats)) return
  const counts = COUNTS.filter(({ name, always }) => always || numberOf(stats[name]) > 0).map(
    ({ name, label }) => `${count(numberOf(stats[name]))} ${label}`,
  )
  setText(byId('stats'), [...counts, size(numberOf(stats['bytes']))].join(' · '))
  setText(byId('tab-requests-count'), count(numberOf(stats['requests'])))
  setText(byId('tab-events-count'), count(numberOf(stats['events']) + numberOf(stats['dropped'])))
}

export function showConnection(isLive: boolean): void {
  setText(byId('connection'), isLive ? 'Live' : 'Reconnecting…')
  set(byId('connection'), 'data-live', isLive)
}
