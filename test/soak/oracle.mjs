/** The endpoint of a soak, in a process that no fault touches: takes what comes, checks each event, and says what is missing. */
import { startReceiver } from 'openpipeline-receiver'

import { hashOf, isPoison } from './payload.mjs'

// Without its owner it has no purpose.
process.once('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)

/** One receiver a lane. */
const receivers = []
/** By producer: how often each number came. */
const arrivals = new Map()
/** Producers whose account is closed. */
const settled = new Set()
let corrupted = 0
let spurious = 0
/** What a server on the way passed on only after its producer had ended: copies of what had been counted. */
let late = 0

const calls = {
  async start({ token, lanes }) {
    for (let lane = 0; lane < lanes; lane++) {
      const receiver = await startReceiver({
        token,
        gzip: true,
        maxEvents: 1,
        maxRequests: 1,
        maxIds: 1,
        rejectEvent: (event) => (event.poison === true ? 'poison' : undefined),
      })
      receiver.on('event', (event) => check(event))
      receivers.push(receiver)
    }
    return receivers.map(({ url }) => url)
  },
  expect({ producer }) {
    arrivals.set(producer, [])
  },
  answer: ({ lane, script }) => receivers[lane].answer(script),
  /** What became of a producer that has ended; then it is forgotten. */
  settle({ producer, accepted }) {
    const counts = arrivals.get(producer)
    arrivals.delete(producer)
    settled.add(producer)
    const result = { delivered: 0, duplicates: 0, missing: [], poison: 0 }
    for (let seq = 0; seq < accepted; seq++) {
      const count = counts[seq] ?? 0
      if (isPoison(producer, seq)) result.poison++
      else if (count === 0) result.missing.push(seq)
      else result.delivered++
      result.duplicates += Math.max(0, count - 1)
    }
    spurious += counts.slice(accepted).filter((count) => count > 0).length
    return result
  },
  totals: () => ({
    corrupted,
    spurious,
    late,
    statuses: receivers.map((receiver) => receiver.stats().statuses).reduce(added, {}),
  }),
}

function check({ producer, seq, text, hash }) {
  if (hash !== hashOf(producer, seq, text)) {
    corrupted++
    return
  }
  const counts = arrivals.get(producer)
  if (settled.has(producer)) late++
  else if (counts === undefined) spurious++
  else counts[seq] = (counts[seq] ?? 0) + 1
}

function added(all, statuses) {
  for (const [status, count] of Object.entries(statuses)) all[status] = (all[status] ?? 0) + count
  return all
}

process.on('message', async ({ id, name, argument }) => {
  try {
    process.send({ id, value: await calls[name](argument) })
  } catch (error) {
    process.send({ id, error: { message: error.message, code: error.code } })
  }
})
