/** A producer: logs at a steady rate until a line on stdin says how to end. What it has logged it tells on file descriptor 3. */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { recordOf } from './payload.mjs'

const { way, producer, seed, options, perSecond, maxRecords } = JSON.parse(process.argv[2])

const logging = await openers()[way]()
let seq = 0
const startedAt = performance.now()
const load = setInterval(logWhatIsDue, 10)
process.once('SIGTERM', () => void ends.close())
createInterface({ input: process.stdin }).once('line', (end) => {
  logWhatIsDue()
  clearInterval(load)
  process.stdin.destroy()
  void ends[end]()
})
process.on('exit', () => tell({ maxRss: process.resourceUsage().maxRSS * 1024, stats: logging.stats?.() }))

function logWhatIsDue() {
  const due = Math.min(maxRecords, Math.floor(((performance.now() - startedAt) / 1000) * perSecond))
  for (; seq < due; seq++) logging.info(recordOf(seed, producer, seq))
  tell({ accepted: seq })
}

/** Synchronous: what was told is known whatever becomes of this process in the next moment. */
function tell(said) {
  writeSync(3, `${JSON.stringify(said)}\n`)
}

const ends = {
  async close() {
    await logging.close()
    process.exit(0)
  },
  return() {},
  exit: () => process.exit(0),
  SIGTERM() {
    setInterval(() => undefined, 1000)
    process.kill(process.pid, 'SIGTERM')
  },
  async 'flush, then SIGKILL'() {
    tell({ flushed: await logging.flush({ timeoutMs: 20_000 }), stats: logging.stats() })
    process.kill(process.pid, 'SIGKILL')
  },
}

function openers() {
  return {
    async 'pino worker'() {
      const { default: pino } = await import('pino')
      const target = new URL('./worker-target.mjs', import.meta.url).pathname
      const transport = pino.transport({ target, options })
      const logger = pino(transport)
      return {
        info: (record) => logger.info(record, `record ${record.seq}`),
        async close() {
          const closed = once(transport, 'close')
          transport.end()
          await closed
        },
      }
    },
    async 'pino in-process'() {
      const { default: pino } = await import('pino')
      const { openPipelineStream } = await import('pino-openpipeline')
      const stream = openPipelineStream(options)
      const logger = pino(stream)
      return {
        info: (record) => logger.info(record, `record ${record.seq}`),
        flush: (limits) => stream.flush(limits),
        close: () => stream.close(),
        stats: () => stream.stats(),
      }
    },
    async winston() {
      const { default: winston } = await import('winston')
      const { OpenPipelineTransport } = await import('winston-openpipeline')
      const transport = new OpenPipelineTransport(options)
      const logger = winston.createLogger({ transports: [transport] })
      return {
        info: (record) => logger.info(`record ${record.seq}`, record),
        flush: (limits) => transport.flush(limits),
        async close() {
          const finished = once(logger, 'finish')
          logger.end()
          await finished
        },
        stats: () => transport.stats(),
      }
    },
  }
}
