/** Where processes are frozen and killed: nothing may be left to send, or it must be on disk. */
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { addressOf, receiverFor, run, token } from './example.ts'

describe('aws-lambda', () => {
  it('has delivered everything when it answers, and goes on after it was frozen', async () => {
    const receiver = await startReceiver({ token })
    const runtime = run('aws-lambda', ['invoke.mjs'], receiver.url)
    const invoke = (event: object): void => void runtime.process.stdin?.write(`${JSON.stringify(event)}\n`)

    invoke({ orderId: 'A-17', total: 90 })
    await runtime.printed(/"A-17","state":"paid"/)
    // Lambda freezes it as soon as it has answered.
    runtime.process.kill('SIGSTOP')
    expect(receiver.events).toMatchObject([{ content: 'order received', orderId: 'A-17' }])
    // Meanwhile its connection dies, as every load balancer sees to.
    await receiver.close()
    const later = await receiverFor({ port: Number(new URL(receiver.url).port) })
    runtime.process.kill('SIGCONT')

    invoke({ orderId: 'A-18', total: 5000 })
    await runtime.printed(/"error":"payment failed"/)
    expect(later.events).toMatchObject([
      { content: 'order received', orderId: 'A-18', 'faas.invocation_id': expect.stringMatching(/^[0-9a-f-]{36}$/) },
      { content: 'payment failed', 'exception.message': 'payment failed', 'service.name': 'orders' },
    ])
    runtime.process.stdin?.end()
    expect(await runtime.exit).toBe(0)
  })

  it('answers in time when nothing can be delivered, and delivers it in the next invocation', async () => {
    const receiver = await receiverFor()
    receiver.answer([{ status: 503, times: Infinity }])
    const runtime = run('aws-lambda', ['invoke.mjs'], receiver.url, { env: { LIMIT_MS: '1500' } })
    runtime.process.stdin?.write('{"orderId":"A-19","total":1}\n')
    await runtime.printed(/1 records are not delivered yet/)
    await runtime.printed(/"A-19","state":"paid"/)
    expect(receiver.events).toEqual([])
    receiver.answer([])
    runtime.process.stdin?.end('{"orderId":"A-20","total":1}\n')
    expect(await runtime.exit).toBe(0)
    expect(receiver.events).toMatchObject([{ orderId: 'A-19' }, { orderId: 'A-20' }])
  })
})

describe('cluster-spool', () => {
  it('delivers what a process had logged that was killed before it could send', async () => {
    const receiver = await receiverFor()
    receiver.answer([{ status: 503, times: Infinity }]) // an outage, so that nothing leaves
    const env = { SPOOL_DIRECTORY: temporaryFolder(), PROCESSES: '2' }
    const service = run('cluster-spool', ['main.mjs'], receiver.url, { env })
    const address = await addressOf(service)
    const answers: string[] = []
    for (let n = 0; n < 20; n++) {
      // A connection each, which the cluster gives to its processes in turn.
      const response = await fetch(`${address}/${n}`, { headers: { connection: 'close' } })
      answers.push(await response.text())
    }
    const killed = Number(answers[0])
    process.kill(killed, 'SIGKILL')
    receiver.answer([])
    // The other process, or the one that takes its place, finds its directory.
    const events = await receiver.received((all) => new Set(all.map(({ path }) => path)).size === 20, {
      timeoutMs: 40_000,
    })
    expect(events.some((event) => event['process.pid'] === killed)).toBe(true)
    service.process.kill('SIGTERM')
    expect(await service.exit).toBe(0)
  })
})
