/** Sets the transport up with options that are wrong, logs a record, and ends in the manner of `end`. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, targets, pipeline, hearErrors, end } = given

const logging = await opened()
logging.info({}, 'a record that nobody will take')

const ends = {
  naturally() {},
  'process.exit at once': () => process.exit(0),
  'never, it is a server': () => setInterval(() => logging.info({}, 'still here'), 20),
  'after half a second': () => setTimeout(() => report({ alive: true }), 500),
}
ends[end]()

async function opened() {
  try {
    return await open(way, options, { targets, pipeline, hearErrors })
  } catch (error) {
    report({ thrown: { name: error.name, code: error.code } })
    throw error
  }
}
