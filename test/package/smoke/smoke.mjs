/** One way of logging, as short as it gets: `node smoke.mjs WAY COUNT`. What it prints is what its flush or its close has said. */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

import pino from 'pino'
import { flushTransport, openPipelineStream } from 'pino-openpipeline'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

const MOST_MS = 10_000
const [, , way, count] = process.argv

const ways = {
  async 'pino worker'() {
    const transport = pino.transport({ target: 'pino-openpipeline' })
    log(pino(transport))
    say(await flushTransport(transport))
  },
  async 'pino in process'() {
    const stream = openPipelineStream()
    log(pino(stream))
    say(await stream.flush())
  },
  winston() {
    const transport = new OpenPipelineTransport()
    const logger = winston.createLogger({ transports: [transport] })
    log({ info: ({ n }, message) => logger.info(message, { n }) })
    logger.once('finish', () => say(transport.stats()))
    logger.end()
  },
  /** Ends at once: what it has logged is in the spool. */
  'spool, then exit'() {
    const stream = openPipelineStream({ spool: { directory: 'spool' } })
    log(pino(stream))
    process.exit(0)
  },
  /** Another process finds it there. */
  async 'spool, once more'() {
    const stream = openPipelineStream({ spool: { directory: 'spool' } })
    const endsAt = performance.now() + MOST_MS
    while (stream.stats().delivered < count && performance.now() < endsAt) await setTimeout(20)
    say(await stream.close())
  },
}
await ways[way]()

function log(logger) {
  for (let n = 0; n < Number(count); n++) logger.info({ n }, 'logged')
}

function say(result) {
  writeSync(1, JSON.stringify({ node: process.version, ...result }))
}
