/** Logs record after record, one whenever it is told to, and shows at its end all that can be seen of what it logs with. */
import { createInterface } from 'node:readline'
import { inspect } from 'node:util'

import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options } = given

const logging = await open(way, options)
let n = 0
createInterface({ input: process.stdin }).on('line', async (line) => {
  if (line === 'log') logging.info({ n: (n += 1) }, `record ${n}`)
  if (line === 'flush') await logging.flush({ timeoutMs: 10_000 })
  if (line === 'show') show()
  if (line === 'end') await end()
})
report({ logged: n })

/** What a program may print in the course of its life. */
function show() {
  for (const one of [logging.logger, ...logging.emitters]) console.log(inspect(one, { depth: 20, showHidden: true }))
  report({ shown: true })
}

async function end() {
  await logging.end()
  show()
  process.exit(0)
}
