/** pino as it is measured: a way to log record number n, to see whether there is room, and to end. */
import { once } from 'node:events'

import pino from 'pino'

import { createRecords } from './records.mjs'

/** pino hands its lines to a thread through a buffer; above this much, an application that cares waits. */
const PINO_WAITS_ABOVE_BYTES = 65_536

/** pino with a transport in a worker thread. */
export async function pinoWorker(target, options, count) {
  const transport = pino.transport({ target, options })
  const logger = pinoStream(transport, count)
  await once(transport, 'ready') // after the logger is made: some targets wait for its settings
  return { transport, ...logger }
}

/** pino with a stream in the application's own thread. */
export function pinoStream(stream, count) {
  const logger = pino({ level: 'trace' }, stream)
  // Some end with an error after everything has arrived; what counts is what has arrived.
  stream.on?.('error', console.error)
  const records = createRecords('pino', count)
  return {
    log(index) {
      const { level, message, fields } = records.at(index)
      logger[level](fields, message)
    },
    isFull: () => stream.writableNeedDrain === true || stream._len > PINO_WAITS_ABOVE_BYTES,
    drained: () => once(stream, 'drain'),
    async end() {
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.end()
      await closed
    },
  }
}
