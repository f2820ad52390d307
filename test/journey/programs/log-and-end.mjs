/** Logs `count` records and ends in the manner of `end`. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, targets, pipeline, count, recordBytes = 0, poisonAt, flushMs, end } = given

const logging = await open(way, options, { targets, pipeline })
const padding = 'x'.repeat(recordBytes)
for (let n = 0; n < count; n++) logging.info({ n, padding }, n === poisonAt ? 'poison' : `record ${n}`)
report({ logged: count })

const ends = {
  naturally() {},
  'process.exit': () => process.exit(0),
  SIGKILL: () => process.kill(process.pid, 'SIGKILL'),
  'uncaught exception'() {
    setImmediate(() => {
      throw new Error('a fault of the application')
    })
  },
  'process.exit after 50 ms': () => setTimeout(() => process.exit(0), 50),
  'process.exit when told': () => process.stdin.once('data', () => process.exit(0)),
  async 'close, then process.exit'() {
    await timed('closed', () => logging.close())
    process.exit(0)
  },
  async 'end, then process.exit'() {
    await logging.ready() // the start of a worker is no part of its end
    await timed('closed', () => logging.end())
    process.exit(0)
  },
  async 'flush, then SIGKILL'() {
    await timed('flushed', () => logging.flush({ timeoutMs: flushMs }))
    report({ stats: logging.stats() })
    process.kill(process.pid, 'SIGKILL')
  },
  async 'logger.flush, then SIGKILL'() {
    await timed('flushed', () => new Promise((resolve) => logging.logger.flush(resolve)))
    report({ stats: logging.stats() })
    process.kill(process.pid, 'SIGKILL')
  },
  async 'flush, then end'() {
    await timed('flushed', () => logging.flush({ timeoutMs: flushMs }))
    await timed('closed', () => logging.end())
  },
}
await ends[end]()

async function timed(name, act) {
  const startedAt = performance.now()
  const result = await act()
  report({ [name]: result ?? null, [`${name}AfterMs`]: performance.now() - startedAt })
}
