// Whether memory grows with the number of events: logs many, looks at the heap after a collection now and then, and fits a line.
//   node --expose-gc test/bench/memory.mjs [--records 10000000]
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

/** Looks, of which the first fifth does not count: code is compiled and buffers grow then. */
const LOOKS = 50
const WARM_UP = 10

if (process.send !== undefined) endpoint()
else await measure()

function endpoint() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(202).end())
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
}

async function measure() {
  const { values } = parseArgs({ options: { records: { type: 'string', default: '10000000' } } })
  const total = Number(values.records)
  const { openPipelineStream } = await import('pino-openpipeline')
  const child = fork(import.meta.filename)
  const port = await new Promise((resolve) => child.once('message', resolve))
  const stream = openPipelineStream({ url: `http://127.0.0.1:${port}`, token: 'dt0c01.FAKE' })
  const heap = []
  const all = []
  for (let look = 0; look < LOOKS; look++) {
    for (let index = 0; index < total / LOOKS; index++) {
      stream.write(`{"level":30,"time":${Date.now()},"pid":7,"hostname":"h","n":${index},"msg":"taken"}\n`)
      if (index % 100 === 99) await new Promise(setImmediate)
    }
    await stream.flush()
    globalThis.gc()
    const { arrayBuffers, heapUsed, rss } = process.memoryUsage()
    heap.push(heapUsed + arrayBuffers)
    all.push(rss)
  }
  await stream.close()
  child.disconnect()
  const { accepted, delivered } = stream.stats()
  const perMillion = (bytes) => ((slope(bytes.slice(WARM_UP)) * LOOKS * 1e6) / total / 1024).toFixed(1)
  console.log(
    `${delivered} of ${accepted} delivered; heap and buffers grow by ${perMillion(heap)} KB a million events,`,
  )
  console.log(
    `resident memory by ${perMillion(all)} KB; at the end ${(heap.at(-1) / 1e6).toFixed(1)} and ${(all.at(-1) / 1e6).toFixed(1)} MB`,
  )
}

/** Of the line that fits best. */
function slope(values) {
  const middle = (values.length - 1) / 2
  let xy = 0
  let xx = 0
  for (const [x, y] of values.entries()) {
    xy += (x - middle) * y
    xx += (x - middle) ** 2
  }
  return xy / xx
}
