/** Logs without a pause until it is killed, and reports what it has logged only after the log calls have returned. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, life, count = Infinity, isReadFirst = false } = given

/** Records between two reports, and reports between two turns of the event loop. */
const GROUP = 5
const GROUPS = 10

const logging = await open(way, options)
let logged = 0
// With `isReadFirst` records count as logged once pino's worker has read them: those of a turn at the begin of the next.
if (isReadFirst) await logging.ready()

function turn() {
  if (isReadFirst) {
    logging.catchUp()
    report({ logged })
  }
  for (let group = 0; group < GROUPS && logged < count; group++) {
    const last = Math.min(count, logged + GROUP)
    while (logged < last) {
      logged++
      logging.info({ n: logged, life }, `record ${logged} of ${life}`)
    }
    report(isReadFirst ? { written: logged, perTurn: GROUP * GROUPS } : { logged })
  }
  if (logged < count) setTimeout(turn, 1)
}

turn()
setInterval(() => undefined, 1000)
