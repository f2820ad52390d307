/** The program that `receiver-process.ts` forks: a receiver from the built package, driven over IPC. */
import { startReceiver } from 'openpipeline-receiver'

// Without its owner it has no purpose; this also ends it when the owner was killed.
process.once('disconnect', () => process.exit(0))
// A Ctrl-C in the terminal reaches the whole group; the owner decides when the receiver ends.
process.on('SIGINT', () => undefined)

let receiver

const calls = {
  start: async ({ rejectWhere, ...options }) => {
    receiver = await startReceiver(
      rejectWhere === undefined ? options : { ...options, rejectEvent: rejecting(rejectWhere) },
    )
    return receiver.url
  },
  stats: () => receiver.stats(),
  events: ({ limit }) => receiver.events.slice(0, limit),
  dropped: ({ limit }) => receiver.dropped.slice(0, limit),
  corrected: ({ limit }) => receiver.corrected.slice(0, limit),
  requests: () => receiver.requests,
  received: async ({ count, timeoutMs, distinct }) => {
    const isThere = distinct ? (_, stats) => stats.distinct >= count : count
    await receiver.received(isThere, { timeoutMs })
    return receiver.stats()
  },
  answered: async ({ count, timeoutMs }) => {
    await receiver.received((_, stats) => stats.requests >= count, { timeoutMs })
    return receiver.stats()
  },
  answer: ({ script }) => receiver.answer(script),
  setLatency: ({ latencyMs }) => receiver.setLatency(latencyMs),
  values: ({ attribute }) => receiver.events.map((event) => event[attribute]),
  close: () => receiver.close(),
}

process.on('message', async ({ id, name, argument }) => {
  try {
    process.send({ id, value: await calls[name](argument) })
  } catch (error) {
    process.send({ id, error: { message: error.message, code: error.code } })
  }
})

function rejecting({ key, value }) {
  return (event) => (event[key] === value ? `${key} is ${JSON.stringify(value)}` : undefined)
}
