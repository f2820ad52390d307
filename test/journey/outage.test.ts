/** The endpoint is down for a quarter of a minute while the application logs as fast as ever. */
import { expect } from 'vitest'

import { startRelay } from '../support/relay.ts'
import { expectAccount, it, slowness, ways } from './journey.ts'

const recordsPerSecond = 20_000
const downMs = 15_000

/** The budget over the idle logger: half as much again as the queue may hold, and 40 MB. */
const budgetBytes = 33_554_432 * 1.5 + 40_000_000

/** A worker is an isolate of its own, whose young generation V8 lets grow from 8 to 34 MB under load, whatever runs in it. */
const secondIsolateBytes = 26_000_000

it.concurrent.for(ways)(
  'memory stays bounded, the application responsive and every drop is counted: %s',
  { timeout: 90_000 },
  async (way, { journey }) => {
    const receiver = await journey.receive({ maxEvents: 300_000 })
    const relay = await startRelay(receiver.url)
    // With the wait of up to 30 s that is the default, the test would take that much longer.
    const given = { way, options: { retry: { maxDelayMs: 2000 } }, recordsPerSecond, downMs }
    const program = journey.start('outage', relay.url, given, { limitMs: 60_000 })
    const idleBytes = Number(await program.told('idleBytes'))
    await relay.down()
    program.tell('down')
    const loggedWhileDown = Number(await program.told('loggedWhileDown'))
    expect(await receiver.stats()).toMatchObject({ distinct: 1000 })
    await relay.up()
    program.tell('up')
    const ended = await program.ended
    await relay.down()

    expect(ended.exit).toBe(0)
    expect(loggedWhileDown).toBeGreaterThanOrEqual((recordsPerSecond * downMs) / 1000)
    const logged = Number(ended.said.logged)
    const dropped = ended.said.stats?.lost?.['queue-full'] ?? 0
    expect(dropped).toBeGreaterThan(100_000)
    await expectAccount(ended, receiver, { logged, lost: { 'queue-full': dropped } })
    // The gap is told where people look for the records, too.
    const reported = (await receiver.ids('openpipeline.loss.count')).filter((count) => count !== undefined)
    expect(reported).toEqual([dropped])
    expect(ended.said.flushed).toMatchObject({ lost: 0, pending: 0 })

    const boundBytes = way === 'pino worker' ? budgetBytes + secondIsolateBytes : budgetBytes
    expect(Number(ended.said['mostBytes']) - idleBytes).toBeLessThan(boundBytes)
    expect(ended.said['delayMs']).toMatchObject({ p99: expect.toSatisfy((ms: number) => ms < 100 * slowness(ended)) })
    // What was dropped is the oldest: of the end nothing is missing.
    const arrived = new Set(await receiver.ids('n'))
    for (let n = logged - 50_000; n < logged; n++) if (!arrived.has(n)) expect.fail(`record ${n} is missing`)
  },
)
