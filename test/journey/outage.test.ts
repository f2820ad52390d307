/** The endpoint is down for a quarter of a minute while the application logs as fast as ever. */
import { expect } from 'vitest'

import type { ReceiverProcess } from '../support/receiver-process.ts'
import { startRelay } from '../support/relay.ts'
import { expectAccount, it, slowness, ways } from './journey.ts'

const recordsPerSecond = 20_000

/** `OUTAGE_SECONDS=60` for longer, and for the rate of the recovery with the load going on: that needs a machine of its own. */
const seconds = Number(process.env['OUTAGE_SECONDS'] ?? 15)
const isMeasured = process.env['OUTAGE_SECONDS'] !== undefined
const downMs = seconds * 1000
const load = isMeasured
  ? { upMs: 5000, recordsPerSecondUp: recordsPerSecond }
  : { upMs: 2000, recordsPerSecondUp: 1000 }

/** The budget over the idle logger: half as much again as the queue may hold, and 40 MB. */
const budgetBytes = 33_554_432 * 1.5 + 40_000_000

/** A worker is an isolate of its own, whose young generation V8 lets grow from 8 to 34 MB under load, whatever runs in it. */
const secondIsolateBytes = 26_000_000

const journeys = isMeasured ? it.for(ways) : it.concurrent.for(ways)

journeys(
  'memory stays bounded, the application responsive and every drop is counted: %s',
  { timeout: downMs * 2 + 60_000 },
  async (way, { journey }) => {
    const receiver = await journey.receive({ maxEvents: 400_000 })
    const relay = await startRelay(receiver.url)
    // With the wait of up to 30 s that is the default, the test would take that much longer.
    const given = { way, options: { retry: { maxDelayMs: 2000 } }, recordsPerSecond, downMs, ...load }
    const program = journey.start('outage', relay.url, given, { limitMs: downMs + 60_000 })
    const idleBytes = Number(await program.told('idleBytes'))
    await relay.down()
    program.tell('down')
    const loggedWhileDown = Number(await program.told('loggedWhileDown'))
    expect(await receiver.stats()).toMatchObject({ distinct: 1000 })
    await relay.up()
    program.tell('up')
    const perSecond = isMeasured ? await rateOf(receiver) : undefined
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
    if (!isMeasured) expect(reported).toHaveLength(1) // else some are dropped still while the queue empties
    expect(reported.reduce((total: number, count) => total + Number(count), 0)).toBe(dropped)
    expect(ended.said.flushed).toMatchObject({ lost: 0, pending: 0 })

    if (perSecond !== undefined) {
      const figures = { logged, dropped, perSecond: Math.round(perSecond), bytes: Number(ended.said['mostBytes']) - idleBytes } // prettier-ignore
      console.log(way, JSON.stringify({ ...figures, delayMs: ended.said['delayMs'] }))
      expect(perSecond).toBeGreaterThanOrEqual(2 * recordsPerSecond)
    }

    const boundBytes = way === 'pino worker' ? budgetBytes + secondIsolateBytes : budgetBytes
    expect(Number(ended.said['mostBytes']) - idleBytes).toBeLessThan(boundBytes)
    expect(ended.said['delayMs']).toMatchObject({ p99: expect.toSatisfy((ms: number) => ms < 100 * slowness(ended)) })
    // What was dropped is the oldest: of the end nothing is missing.
    const arrived = new Set(await receiver.ids('n'))
    for (let n = logged - 50_000; n < logged; n++) if (!arrived.has(n)) expect.fail(`record ${n} is missing`)
  },
)

/** Records a second from the first one after the outage until what had waited is delivered. */
async function rateOf(receiver: ReceiverProcess): Promise<number> {
  const BACKLOG = 80_000
  const began = await when(receiver, 1001)
  const ended = await when(receiver, began.distinct + BACKLOG)
  return ((ended.distinct - began.distinct) / (ended.at - began.at)) * 1000
}

async function when(receiver: ReceiverProcess, least: number): Promise<{ at: number; distinct: number }> {
  await receiver.received(least, { distinct: true, timeoutMs: 30_000 })
  const { distinct } = await receiver.stats()
  return { at: performance.now(), distinct }
}
