// Whether the cost of an event stays the same from few records to many and from small ones to large ones. In process, against
// an endpoint of its own process that takes everything; run on the built packages:
//   node test/bench/linear.mjs [--most 1000000]
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

if (process.send !== undefined) await endpoint()
else await measure()

/** Takes every body, in a process of its own so that its work is not measured. */
async function endpoint() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(202).end())
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
}

async function measure() {
  const { values } = parseArgs({ options: { most: { type: 'string', default: '1000000' } } })
  const { openPipelineStream } = await import('pino-openpipeline')
  const child = fork(import.meta.filename)
  const port = await new Promise((resolve) => child.once('message', resolve))
  const open = () =>
    openPipelineStream({ url: `http://127.0.0.1:${port}`, token: 'dt0c01.FAKE', queue: { maxBytes: 268_435_456 } })
  await run(open, 100_000, 250) // until the code is compiled
  console.log('| records | bytes a record | CPU µs an event | CPU ns a byte |\n|--:|--:|--:|--:|')
  for (let count = 1000; count <= Number(values.most); count *= 10) await row(open, count, 250)
  for (const bytes of [100, 1000, 10_000, 100_000]) await row(open, Math.min(100_000, 2e8 / bytes), bytes)
  child.disconnect()
}

async function row(open, count, bytes) {
  const us = await run(open, count, bytes)
  console.log(`| ${count} | ${bytes} | ${us.toFixed(2)} | ${((us * 1000) / bytes).toFixed(2)} |`)
}

/** CPU of the whole process an event, the least of three runs. */
async function run(open, count, bytes) {
  let least = Infinity
  for (let round = 0; round < 3; round++) {
    const stream = open()
    const before = process.cpuUsage()
    for (let index = 0; index < count; index++) {
      stream.write(line(index, bytes))
      if (index % 100 === 99) await new Promise(setImmediate)
    }
    await stream.close({ timeoutMs: 8000 })
    const { user, system } = process.cpuUsage(before)
    const { delivered } = stream.stats()
    if (delivered !== count) throw new Error(`${delivered} of ${count} were delivered`)
    least = Math.min(least, (user + system) / count)
  }
  return least
}

function line(index, bytes) {
  const begin = `{"level":30,"time":${Date.now()},"pid":7,"hostname":"h","n":${index},"msg":"`
  return `${begin}${'x'.repeat(Math.max(0, bytes - begin.length - 3))}"}\n`
}
