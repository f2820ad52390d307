/** Logs so many records, none where it only comes to clear up, tells how much memory it takes, and stays until it is killed. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, count } = given

/** Logged in one turn of the event loop. */
const BURST = 200
const REPORT_EVERY_MS = 50

const logging = await open(way, options)
await logging.ready()
const idleBytes = process.memoryUsage.rss()
let mostBytes = idleBytes
let logged = 0
setInterval(look, REPORT_EVERY_MS)

while (logged < count) {
  for (const last = Math.min(count, logged + BURST); logged < last;) {
    logged++
    logging.info({ n: logged, path: `/orders/${logged}`, status: 200, durationMs: logged % 97 }, 'request completed')
  }
  // What pino holds for its worker without a bound is not to be measured here.
  logging.catchUp()
  look()
  await new Promise((resolve) => setImmediate(resolve))
}
report({ logged })

function look() {
  mostBytes = Math.max(mostBytes, process.memoryUsage.rss())
  report({ memoryBytes: mostBytes - idleBytes })
}
