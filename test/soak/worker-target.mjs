/** pino-openpipeline as a target, whose counters are told at its end: they are in the worker, the rest of the producer is not. */
import { writeSync } from 'node:fs'

import pinoOpenPipeline from 'pino-openpipeline'

export default async function workerTarget(options) {
  const stream = await pinoOpenPipeline(options)
  stream.once('close', () => writeSync(3, `${JSON.stringify({ stats: stream.stats() })}\n`))
  return stream
}
