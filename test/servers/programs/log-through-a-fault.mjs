/** Logs `count` records evenly over `forMs` while something goes wrong outside, and then ends in the manner of `end`. */
import { given, report } from '../../journey/programs/report.mjs'
import { open } from '../../journey/programs/ways.mjs'

const { way, options, count, forMs, flushMs, end } = given

const logging = await open(way, options)
const endAlive = end === 'SIGTERM with handler' ? setInterval(() => undefined, 1000) : undefined
if (endAlive !== undefined) process.once('SIGTERM', () => void ends.close())
report({ began: true })
await logEvenly()
report({ logged: count })

const ends = {
  async close() {
    // On a machine that is busy a worker may answer too late; it still delivers at its end.
    if (way === 'pino worker') await logging.flush({ timeoutMs: flushMs }).catch(() => undefined)
    await logging.end()
    process.exit(0)
  },
  return() {},
  exit: () => process.exit(0),
  uncaught: () =>
    setImmediate(() => {
      throw new Error('a fault of the application')
    }),
  'SIGTERM with handler': () => process.kill(process.pid, 'SIGTERM'),
}
await ends[end]()

function logEvenly() {
  const startedAt = performance.now()
  let n = 0
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(count, Math.ceil(((performance.now() - startedAt) / forMs) * count))
      for (; n < due; n++) logging.info({ n }, `record ${n}`)
      if (n < count) return
      clearInterval(timer)
      resolve()
    }, 10)
  })
}
