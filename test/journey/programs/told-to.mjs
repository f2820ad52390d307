/** A shipper that does what a test tells it, line by line on stdin, and reports after each: `log N`, `flush MS`, and so on. */
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { createShipper } from 'openpipeline-core'
import { given, report } from './report.mjs'
import { sentBy } from './sent-by.mjs'

const shipper = createShipper({ ...given.options, url: sentBy(given.life, given.options.url) })
const descriptors = []
let logged = 0

const acts = {
  log(count) {
    for (let n = 0; n < count; n++) shipper.push({ life: given.life, n: ++logged, padding: 'x'.repeat(200) })
  },
  async flush(timeoutMs) {
    report({ flushed: await shipper.flush({ timeoutMs }) })
  },
  stats() {},
  /** Leaves this process without a descriptor. */
  exhaust() {
    try {
      for (;;) descriptors.push(openSync('/dev/null'))
    } catch {}
  },
  /** The machine was asleep for so long. */
  jump(ms) {
    const { now } = Date
    Date.now = () => now() + ms
  },
  /** As if so long had passed: on the clock that never jumps. */
  pass(ms) {
    const now = performance.now.bind(performance)
    performance.now = () => now() + ms
  },
  release() {
    for (const descriptor of descriptors.splice(0)) closeSync(descriptor)
  },
}

process.on('uncaughtException', (error) => report({ error: String(error) }))
report({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  const [act, argument] = line.split(' ')
  await acts[act](Number(argument))
  report({ logged, stats: shipper.stats(), done: line })
}
