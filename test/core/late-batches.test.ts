import { describe, expect, it } from 'vitest'
import { Batch } from '../../packages/core/src/batch.ts'
import { LateBatches } from '../../packages/core/src/late-batches.ts'
import type { Outcome } from '../../packages/core/src/deliver/outcome.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { accepted, range, rigFor, unavailable } from './rig.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function batchOf(clock: FakeClock, ages: readonly number[]): Batch {
  const batch = new Batch(1, clock.now())
  for (const [n, age] of ages.entries()) batch.add(JSON.stringify({ timestamp: clock.wall() - age, n }), Infinity)
  return batch
}

const eventsOf = (batch: Batch): unknown => JSON.parse(batch.body().toString())

describe('a batch', () => {
  it('is sent as it is while it has not waited for long', async () => {
    const clock = new FakeClock()
    const late = new LateBatches(clock)
    const batch = batchOf(clock, [22.9 * HOUR])
    await clock.advance(30 * MINUTE - 1)
    expect(late.current(batch)).toBe(batch)
  })

  it('has its late events stamped anew after a long wait, and keeps its place', async () => {
    const clock = new FakeClock()
    const late = new LateBatches(clock)
    const batch = batchOf(clock, [22.9 * HOUR, HOUR, 0])
    const failures = { any: true, kind: 'split', count: 3, since: 5 } as const
    batch.failures = failures
    await clock.advance(HOUR)
    const current = late.current(batch)
    const now = clock.wall()
    expect(eventsOf(current)).toEqual([
      { timestamp: now, n: 0, observed_timestamp: now - 23.9 * HOUR, 'openpipeline.late': true },
      { timestamp: now - 2 * HOUR, n: 1 },
      { timestamp: now - HOUR, n: 2 },
    ])
    expect([current.first, current.count, current.failures]).toEqual([1, 3, failures])
    expect(late.current(current)).toBe(current)
  })

  it('leaves out what was dropped from its begin', async () => {
    const clock = new FakeClock()
    const late = new LateBatches(clock)
    const batch = batchOf(clock, [22 * HOUR, 22 * HOUR])
    batch.dropFirst()
    await clock.advance(24 * HOUR)
    const current = late.current(batch)
    expect([current.first, eventsOf(current)]).toEqual([
      2,
      [expect.objectContaining({ n: 1, timestamp: clock.wall() })],
    ])
  })

  it('is looked at when the machine has slept, in which one clock stands still', () => {
    const clock = new FakeClock()
    let sleptMs = 0
    const wall = (): number => clock.wall() + sleptMs
    const now = (): number => clock.now()
    const late = new LateBatches({ now, wall, after: () => () => undefined, soon: () => undefined })
    const batch = batchOf(clock, [0])
    sleptMs = 26 * HOUR
    expect(eventsOf(late.current(batch))).toEqual([expect.objectContaining({ timestamp: wall() })])
    late.forget() // nothing waits
    const next = batchOf(clock, [0])
    expect(late.current(next)).toBe(next)
  })
})

interface Sent {
  readonly n: number
  readonly timestamp: number
}

describe('an outage of a day and a half', () => {
  it('ends with every event delivered, in time and within the bounds of a request', async () => {
    let isDown = true
    const bodies: { readonly bytes: number; readonly events: readonly Sent[] }[] = []
    const rig = rigFor({
      serve: (): Outcome => (isDown ? unavailable : accepted),
      concurrency: 1,
      maxBytes: 400, // room for all events as they are, and not for what they grow by
      onBody: (body) => bodies.push({ bytes: body.length, events: JSON.parse(body.toString()) as Sent[] }),
    })
    const loggedAt = rig.clock.wall()
    for (let n = 1; n <= 10; n++) {
      rig.queue.add(JSON.stringify({ n, timestamp: loggedAt }), ++rig.ledger.accepted, rig.clock)
      rig.pump.added()
    }
    await rig.clock.advance(36 * HOUR)
    isDown = false
    const down = bodies.length
    await rig.end()
    const after = bodies.slice(down)
    expect(after.flatMap(({ events }) => events.map(({ n }) => n)).toSorted((a, b) => a - b)).toEqual(range(1, 10))
    for (const { bytes, events } of after) {
      expect(bytes).toBeLessThanOrEqual(400)
      for (const event of events) {
        expect(event).toMatchObject({ observed_timestamp: loggedAt, 'openpipeline.late': true })
        expect(rig.clock.wall() - event.timestamp).toBeLessThan(24 * HOUR)
      }
    }
  })
})
