/** What is measured in a round, and in which order. */
import { contenders, ours } from './contenders.mjs'

/** The rate at which the delay of the event loop is judged. */
const PACE_PER_SECOND = 10_000
const MOST_PACED_RECORDS = 50_000
/** A server far away. */
const FAR_MS = 50

const REFERENCES = ['ref-pino', 'ref-pino-worker', 'ref-winston']
const PLAIN = ours.filter((name) => !name.includes('-') || /^pino-(worker|stream)$/.test(name))

export const INSTALL = 'install'

/** @param {{ only?: readonly string[], loads?: readonly string[], withPeers: boolean, records: number }} choice */
export function planOf({ only, loads, withPeers, records }) {
  const paced = { load: 'pace', perSecond: PACE_PER_SECOND, records: Math.min(records, MOST_PACED_RECORDS) }
  const known = new Map(contenders.map((contender) => [contender.name, contender]))
  const all = [
    ...contenders.map((contender) => ({ ...contender, load: 'rush', records })),
    ...[...REFERENCES, ...PLAIN].map((name) => ({ ...known.get(name), ...paced })),
    { ...known.get('pino-worker'), load: 'rush', records, delayMs: FAR_MS },
    ...[...REFERENCES, ...PLAIN].map((name) => ({ ...known.get(name), load: 'outage', records })),
  ]
  return all.filter(
    ({ name, kind, load }) => (withPeers || kind !== 'peer') && (loads?.includes(load) ?? true) && isChosen(name, only),
  )
}

/** A name as it is, or the beginning of names with a star behind it. */
export function isChosen(name, only) {
  if (only === undefined) return true
  return only.some((wanted) => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted))
}

/** Interleaved: each round in an order of its own, so that no contender always has the same neighbour. */
export function shuffled(plan) {
  return plan
    .map((item) => ({ item, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
