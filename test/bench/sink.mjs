/**
 * The server that everything is sent to, a process of its own. It plays the endpoint of each contender as far as that one must
 * be content, keeps the bodies, and looks for the ids in them only when it is asked: while the load runs, it shares the
 * machine's cores with what is measured.
 */
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

import { serve } from './calls.mjs'
import { ID_DIGITS, ID_KEY, numberOfId } from './records.mjs'

/** Nothing has come for so long: whatever is still missing will not come. */
const QUIET_MS = 6500
const LOOK_EVERY_MS = 50
/** Whatever hangs, this process ends. */
const LIFE_MS = 600_000

const ACCEPT = { status: 202, body: '' }
const answers = [
  ['/platform/ingest/', ACCEPT],
  ['/loki/', { status: 204, body: '' }],
  ['/v1/logs', { status: 200, body: '' }],
  ['/v1/datasets', { status: 200, body: '{"ingested":1,"failed":0,"failures":[],"processedBytes":1}' }],
  ['/v1/ingest', { status: 200, body: '{"ingested":1,"failed":0,"failures":[],"processedBytes":1}' }],
  ['/api/events/raw', { status: 201, body: '{"MinimumLevelAccepted":null}' }],
  ['/_bulk', { status: 200, body: '{"took":1,"errors":false,"items":[]}' }],
  [
    '/',
    {
      status: 200,
      body: '{"name":"sink","version":{"number":"8.19.0","build_flavor":"default"},"tagline":"You Know, for Search"}',
    },
  ],
]

const DIGITS = new RegExp(`\\d{${ID_DIGITS}}`)

let server
let snappy
let delayMs = 0
let kept = []
let lastAt = process.hrtime.bigint()
let counts = newCounts()

serve({
  async open({ key, cert, delayMs: delay = 0 }) {
    delayMs = delay
    snappy = await import('./peers/snappy.mjs').catch(() => undefined) // only where the peers are installed
    server = key === undefined ? createServer(onRequest) : createTlsServer({ key, cert }, onRequest)
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const scheme = key === undefined ? 'http' : 'https'
    return `${scheme}://${key === undefined ? '127.0.0.1' : 'localhost'}:${server.address().port}`
  },
  /** Waits until so many records are here, or until nothing comes any more. */
  async settled({ records }) {
    const begun = process.hrtime.bigint()
    for (;;) {
      countKept()
      const last = lastAt > begun ? lastAt : begun
      if (counts.distinct >= records || msSince(last) > QUIET_MS) return result()
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  },
  reset() {
    kept = []
    counts = newCounts()
  },
  /** An outage: connections end, new ones are refused. */
  down() {
    server.close()
    server.closeAllConnections()
  },
})
setTimeout(() => process.exit(1), LIFE_MS).unref()

function onRequest(request, response) {
  const chunks = []
  request.on('error', () => undefined)
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (chunks.length > 0) keep(request, chunks)
    if (delayMs > 0) setTimeout(() => answer(request, response), delayMs)
    else answer(request, response)
  })
}

function answer({ url }, response) {
  const [, { status, body }] = answers.find(([part]) => url.includes(part))
  // The Elasticsearch client talks to nobody without this header.
  const headers = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' }
  response.writeHead(status, headers).end(body)
}

function keep({ headers, url }, chunks) {
  lastAt = process.hrtime.bigint()
  counts.requests += 1
  for (const { length } of chunks) counts.wireBytes += length
  kept.push({ at: lastAt, chunks, encoding: headers['content-encoding'], isSnappy: isLokiProtobuf(headers, url) })
}

/** It is compressed without saying so. */
function isLokiProtobuf(headers, url) {
  return url.startsWith('/loki/') && headers['content-type'] === 'application/x-protobuf'
}

function countKept() {
  const bodies = kept
  kept = []
  for (const { at, chunks, ...how } of bodies) {
    if (markIds(decode(Buffer.concat(chunks), how)) > 0) counts.lastEventAt = at
  }
}

function decode(body, { encoding, isSnappy }) {
  if (encoding === 'gzip') return gunzipSync(body)
  if (encoding === 'deflate') return inflateSync(body)
  if (encoding === 'br') return brotliDecompressSync(body)
  return isSnappy ? snappy.unsnappy(body) : body
}

/** Finds them in JSON, in JSON within JSON, in msgpack and in protobuf: the key, at most some signs between, the digits. */
function markIds(body) {
  const key = Buffer.from(ID_KEY)
  let found = 0
  for (let at = body.indexOf(key); at !== -1; at = body.indexOf(key, at + key.length)) {
    const begin = at + key.length
    const digits = DIGITS.exec(body.toString('latin1', begin, begin + 16 + ID_DIGITS))
    if (digits === null) counts.unread += 1
    else mark(numberOfId(Number(digits[0])))
    found += 1
  }
  return found
}

function mark(number) {
  if (counts.seen.has(number)) counts.duplicates += 1
  else counts.seen.add(number)
  counts.distinct = counts.seen.size
}

function newCounts() {
  return {
    requests: 0,
    wireBytes: 0,
    distinct: 0,
    duplicates: 0,
    unread: 0,
    lastEventAt: undefined,
    seen: new Set(),
    cpu: process.cpuUsage(),
  }
}

function result() {
  const { seen: _, cpu, lastEventAt, ...numbers } = counts
  const { user, system } = process.cpuUsage(cpu)
  return { ...numbers, lastEventNs: lastEventAt === undefined ? undefined : Number(lastEventAt), cpuUs: user + system }
}

function msSince(time) {
  return Number(process.hrtime.bigint() - time) / 1e6
}
