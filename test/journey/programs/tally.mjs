/**
 * An endpoint that keeps nothing but which numbers have come and how often, so that a million events are no burden: with less to do
 * than whoever sends. Obeys `up`, `down` and `reset` on stdin.
 */
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'

import { given, report } from './report.mjs'

const REPORT_EVERY_MS = 50

let server
let port = 0
let tally = newTally()

function tell() {
  const { times: _, ...counts } = tally
  report(counts)
}

function newTally() {
  return { times: new Uint8Array(given.records + 1), distinct: 0, duplicates: 0, others: 0, firstAt: 0, lastAt: 0 }
}

function count(event) {
  const { n } = event
  if (!Number.isInteger(n) || n < 1 || n > given.records) tally.others++
  else if (tally.times[n] > 0) tally.duplicates++
  else {
    tally.times[n] = 1
    tally.distinct++
  }
}

function onRequest(request, response) {
  const chunks = []
  request.on('error', () => undefined)
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    response.writeHead(202).end()
    for (const event of [JSON.parse(Buffer.concat(chunks).toString())].flat()) count(event)
    tally.lastAt = performance.now()
    tally.firstAt ||= tally.lastAt
  })
}

const acts = {
  async up() {
    server = createServer(onRequest)
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = server.address().port
  },
  async down() {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  },
  reset() {
    tally = newTally()
    tell()
  },
}

await acts.up()
report({ url: `http://127.0.0.1:${port}` })

setInterval(tell, REPORT_EVERY_MS)

for await (const line of createInterface({ input: process.stdin })) {
  await acts[line]()
  report({ done: line })
}
