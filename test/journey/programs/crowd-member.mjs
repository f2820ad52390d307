/** One of many that log into one spool: tells what it has logged only after the log calls have returned. */
import { createShipper } from 'openpipeline-core'
import { given, report } from './report.mjs'
import { sentBy } from './sent-by.mjs'

const shipper = createShipper({ ...given.options, url: sentBy(given.life, given.options.url) })
let logged = 0
report({ [`pid ${given.life}`]: process.pid })

setInterval(() => {
  for (let n = 0; n < 10; n++) shipper.push({ life: given.life, n: ++logged })
  report({ [`logged ${given.life}`]: logged })
}, 5)
