/** A service that has opted in to `installShutdown`: logs `count` records, and waits for a signal. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, count, shutdown, others = [], removes, multistream, second, logsAtOnce } = given

const { installShutdown } = await import(way === 'winston' ? 'winston-openpipeline' : 'pino-openpipeline')
const logging = multistream ? await openMultistream() : await open(way, options)
const remove = installShutdown(logging.logger, shutdown)
if (removes) remove()

/** A second logger of the other adapter, with a shutdown of its own. */
if (second !== undefined) {
  const other = await open(second.way, second.options)
  const { installShutdown: install } = await import(
    second.way === 'winston' ? 'winston-openpipeline' : 'pino-openpipeline'
  )
  install(other.logger)
  other.info({ n: 1_000_000 }, 'of the other logger')
}

const handlers = {
  on: () => process.on('SIGTERM', (signal) => report({ heard: (heard += 1), signal })),
  once: () =>
    process.once('SIGTERM', () => {
      report({ heard: (heard += 1) })
      setTimeout(() => {
        report({ endsItself: true })
        process.exit(7)
      }, 2000)
    }),
  exit: () => process.on('exit', (code) => report({ exitEvent: code })),
}
let heard = 0
for (const other of others) handlers[other]()

for (let n = 0; n < count; n++) logging.info({ n }, `record ${n}`)
setInterval(() => undefined, 1000)
report({ logged: count, listeners: process.listenerCount('SIGTERM') })
if (logsAtOnce) process.kill(process.pid, 'SIGTERM')

async function openMultistream() {
  const { default: pino } = await import('pino')
  const { openPipelineStream } = await import('pino-openpipeline')
  const stream = openPipelineStream(options)
  const logger = pino({}, pino.multistream([{ stream: pino.destination(1) }, { stream }]))
  return { logger, info: (fields, message) => logger.info(fields, message) }
}
