/** Gives events up at its close, since nobody takes them: into a dead letter where that takes them. Prints what became of them. */
import { writeSync } from 'node:fs'

import { createShipper } from 'openpipeline-core'

const { options, count } = JSON.parse(process.argv[2])

const told = []
const shipper = createShipper({ ...options, token: 'x', diagnostics: { onEvent: (event) => told.push(event) } })
for (let n = 0; n < count; n++) shipper.push({ n, content: 'x'.repeat(100) })
const closed = await shipper.close({ timeoutMs: 0 })
writeSync(1, JSON.stringify({ closed, stats: shipper.stats(), told }))
