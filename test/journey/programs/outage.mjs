/** Logs at a high rate while the endpoint is down, measures itself, and goes on logging when the endpoint is back. */
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'

import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, recordsPerSecond, downMs, upMs, recordsPerSecondUp } = given

const MOST_AT_ONCE = 500

const test = createInterface({ input: process.stdin })
const logging = await open(way, options)
let logged = 0
for (let n = 0; n < 1000; n++) log()
await logging.flush()
report({ idleBytes: process.memoryUsage.rss() })
await once(test, 'line') // the endpoint is down

let mostBytes = 0
const memory = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), 50)
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
await logFor(downMs, recordsPerSecond)
report({ loggedWhileDown: logged - 1000 })
await once(test, 'line') // it is up again
test.close()

await logFor(upMs, recordsPerSecondUp)
report({ flushed: await logging.flush({ timeoutMs: 30_000 }) })
clearInterval(memory)
delay.disable()
report({ logged, mostBytes, delayMs: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 } })
await logging.end()

/**
 * In many small portions, as requests come. Where the processor is short, a portion that is late does not become a burst, and the
 * worker reads first what pino holds for it: what loggers themselves buffer without a bound is not to be measured here.
 */
async function logFor(ms, rate) {
  const startedAt = performance.now()
  const before = logged
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.ceil((Math.min(ms, performance.now() - startedAt) * rate) / 1000) - (logged - before)
      if (due > MOST_AT_ONCE) logging.catchUp()
      for (let count = Math.min(due, MOST_AT_ONCE); count > 0; count--) log()
      if (logged - before < (ms * rate) / 1000) return
      clearInterval(timer)
      resolve()
    }, 5)
  })
}

function log() {
  const n = logged++
  logging.info({ n, method: 'GET', path: `/orders/${n}`, status: 200, durationMs: n % 97 }, 'request completed')
}
