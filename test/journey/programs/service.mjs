/** A service: logs `count` records and goes on until a signal or a fault of its own ends it. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, count, onSignal, fault } = given

const logging = await open(way, options)
if (onSignal === 'close') {
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, shutDown)
}
if (onSignal === 'installShutdown') {
  const { installShutdown } = await import(way === 'winston' ? 'winston-openpipeline' : 'pino-openpipeline')
  installShutdown(logging.logger)
}
for (let n = 0; n < count; n++) logging.info({ n }, `record ${n}`)
setInterval(() => undefined, 1000)

async function shutDown() {
  await logging.close()
  process.exit(0)
}

const faults = {
  'uncaught exception': () => {
    throw new Error('a fault of the application')
  },
  'unhandled rejection': () => void Promise.reject(new Error('a fault of the application')),
}
if (fault !== undefined) {
  setTimeout(() => {
    const startedAt = performance.now()
    process.on('exit', () => report({ endedAfterMs: performance.now() - startedAt }))
    faults[fault]()
  }, 50)
}
report({ logged: count })
