import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../packages/core/src/deliver/outcome.ts'
import { Encoder } from '../../packages/core/src/encode/encoder.ts'
import { createEventIds } from '../../packages/core/src/event-id.ts'
import { LossReport } from '../../packages/core/src/loss-report.ts'
import type { Endpoint } from '../support/endpoint.ts'
import { startEndpoint } from '../support/endpoint.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { expectIdentity, ship, sum } from '../support/shipping.ts'
import { until } from '../support/until.ts'

const START = Date.UTC(2026, 0, 1)
const accepted: Outcome = { status: 'accepted' }
const unavailable: Outcome = { status: 'retry', cause: '503', ambiguous: true }
const never = new AbortController().signal

type Event = Readonly<Record<string, unknown>>

interface Rig {
  readonly clock: FakeClock
  readonly report: LossReport
  /** Bodies of the requests, in order. */
  readonly sent: Event[][]
  /** What the endpoint has taken: count by reason. */
  readonly taken: () => Record<string, number>
}

function rig(...outcomes: (Outcome | Promise<Outcome>)[]): Rig {
  const clock = new FakeClock(START)
  const sent: Event[][] = []
  const taken: Record<string, number> = {}
  const ids = new Set<unknown>()
  const settings = { attributes: { 'event.provider': 'shop' }, flatten: true, maxStringLength: 1000 }
  const encoder = new Encoder(settings, createEventIds(START))
  const deliver = async (body: Buffer): Promise<Outcome> => {
    const events = JSON.parse(body.toString()) as Event[]
    sent.push(events)
    const outcome = (await outcomes.shift()) ?? accepted
    // an endpoint that has stored it, whatever it answered, tells repetitions by their id
    const isStored = outcome.status === 'accepted' || (outcome.status === 'retry' && outcome.ambiguous)
    for (const event of isStored ? events : []) {
      if (ids.has(event['event.id'])) continue
      ids.add(event['event.id'])
      const reason = String(event['openpipeline.loss.reason'])
      taken[reason] = (taken[reason] ?? 0) + Number(event['openpipeline.loss.count'])
    }
    return outcome
  }
  return { clock, report: new LossReport(deliver, encoder, clock), sent, taken: () => taken }
}

describe('a report of losses', () => {
  it('says what is missing, how much of it and when it was lost', async () => {
    const { clock, report, sent } = rig()
    report.note('queue-full', 5)
    await clock.advance(20_000)
    report.note('queue-full', 7)
    report.note('expired', 1)
    await clock.advance(15_000)
    report.sendIfDue()
    await clock.advance(0)
    expect(sent).toEqual([
      [
        {
          'event.id': expect.any(String),
          'event.type': 'openpipeline.loss',
          'event.provider': 'shop',
          timestamp: START + 35_000,
          loglevel: 'WARN',
          status: 'WARN',
          content: '12 events were lost: the queue was full; raise queue.maxBytes or log less',
          'openpipeline.loss.reason': 'queue-full',
          'openpipeline.loss.count': 12,
          'openpipeline.loss.from': '2026-01-01T00:00:00.000Z',
          'openpipeline.loss.until': '2026-01-01T00:00:20.000Z',
        },
        expect.objectContaining({ 'openpipeline.loss.reason': 'expired', 'openpipeline.loss.count': 1 }),
      ],
    ])
  })

  it('is not sent before 30 s have passed, nor without a loss, nor twice', async () => {
    const { clock, report, sent } = rig()
    report.sendIfDue()
    report.note('queue-full', 5)
    report.sendIfDue()
    await clock.advance(29_999)
    report.sendIfDue()
    expect(sent).toEqual([])
    await clock.advance(1)
    report.sendIfDue()
    report.sendIfDue()
    await clock.advance(100_000)
    report.sendIfDue()
    expect(sent).toHaveLength(1)
  })

  it('that fails is sent again later, as it was, and nothing is counted twice', async () => {
    const { clock, report, sent, taken } = rig(unavailable, unavailable)
    report.note('queue-full', 5)
    await clock.advance(30_000)
    report.sendIfDue()
    await clock.advance(0)
    report.note('queue-full', 7) // of its own, since the first may have arrived
    report.sendIfDue()
    await clock.advance(29_999)
    report.sendIfDue()
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    report.sendIfDue()
    await clock.advance(30_000)
    report.sendIfDue()
    await clock.advance(30_000)
    report.sendIfDue()
    await clock.advance(0)
    expect(sent.map((events) => events.map((event) => event['openpipeline.loss.count']))).toEqual([[5], [5], [5], [7]])
    expect(sent[1]).toEqual(sent[0])
    expect(taken()).toEqual({ 'queue-full': 12 })
  })

  it('that the service refuses is given up, since it would be refused again', async () => {
    const { clock, report, sent } = rig({ status: 'rejected', verdict: { cause: '400' }, isByService: true })
    report.note('queue-full', 5)
    await clock.advance(30_000)
    report.sendIfDue()
    await clock.advance(60_000)
    report.sendIfDue()
    expect(sent).toHaveLength(1)
  })

  it('survives a delivery that throws', async () => {
    const { clock, report, sent } = rig(Promise.reject(new Error('a fault')))
    report.note('queue-full', 5)
    await clock.advance(30_000)
    report.sendIfDue()
    await clock.advance(30_000)
    report.sendIfDue()
    expect(sent).toHaveLength(2)
  })
})

describe('at the close', () => {
  it('comes at once, but not for what the service itself has refused', async () => {
    const { report, sent, taken } = rig()
    report.note('rejected', 3)
    report.note('too-large', 2)
    report.note('queue-full', 5)
    await report.sendAtClose(never)
    expect(sent).toHaveLength(1)
    expect(taken()).toEqual({ 'queue-full': 5 })
  })

  it('is no request where there is nothing to tell', async () => {
    const { report, sent } = rig()
    await report.sendAtClose(never)
    report.note('rejected', 3)
    await report.sendAtClose(never)
    expect(sent).toEqual([])
  })

  it('tells what failed before, and what came since', async () => {
    const { clock, report, taken } = rig(unavailable)
    report.note('queue-full', 5)
    await clock.advance(30_000)
    report.sendIfDue()
    await clock.advance(0)
    report.note('queue-full', 7)
    await report.sendAtClose(never)
    expect(taken()).toEqual({ 'queue-full': 12 })
  })

  it('waits for one that is under way, as long as there is time', async () => {
    let answer: (outcome: Outcome) => void = () => undefined
    const { clock, report, sent, taken } = rig(new Promise((resolve) => (answer = resolve)))
    report.note('queue-full', 5)
    await clock.advance(30_000)
    report.sendIfDue()
    report.note('queue-full', 7)
    const closing = report.sendAtClose(never)
    await clock.advance(0)
    expect(sent).toHaveLength(1)
    answer(accepted)
    await closing
    expect(taken()).toEqual({ 'queue-full': 12 })
    const abort = new AbortController()
    const { report: other, clock: otherClock } = rig(new Promise(() => undefined))
    other.note('queue-full', 5)
    await otherClock.advance(30_000)
    other.sendIfDue()
    const waiting = other.sendAtClose(abort.signal)
    abort.abort()
    await waiting
  })
})

function reportsAt(endpoint: Endpoint): Event[] {
  return endpoint.events.filter((event) => event['event.type'] === 'openpipeline.loss')
}

describe('a shipper after an outage with losses', () => {
  it('tells the service of them once delivery works again, beside all counters', async () => {
    const clock = new FakeClock(START)
    const busy = { 'retry-after': '40' }
    const endpoint = await startEndpoint({ behave: (_, response) => void response.writeHead(503, busy).end() })
    const options = { url: endpoint.url, queue: { maxBytes: 20_000 }, batch: { lingerMs: 0, maxBytes: 5000 } }
    const shipping = ship({ ...options, delivery: { concurrency: 1 } }, { clock, random: () => 1 })
    shipping.push(500)
    await clock.advance(0)
    await until(() => shipping.stats().retries === 1)
    const { lost, pending } = shipping.stats()
    expect(lost['queue-full']).toBe(500 - pending)
    endpoint.behave(() => 202)
    await clock.advance(44_000)
    await until(() => reportsAt(endpoint).length > 0 && shipping.stats().pending === 0)
    expect(reportsAt(endpoint)).toMatchObject([
      {
        content: expect.stringContaining(`${500 - pending} events were lost: the queue was full`),
        'openpipeline.loss.count': 500 - pending,
        'openpipeline.loss.from': new Date(START).toISOString(),
        'openpipeline.loss.until': new Date(START).toISOString(),
      },
    ])
    expect(endpoint.events).toHaveLength(pending + 1)
    expect(shipping.stats()).toMatchObject({ accepted: 500, delivered: pending })
    await shipping.close()
    expect(reportsAt(endpoint)).toHaveLength(1)
  })

  it('tells them at the close, where 30 s have not passed yet', async () => {
    const endpoint = await startEndpoint()
    const shipping = ship({ url: endpoint.url, queue: { maxBytes: 20_000 }, batch: { maxBytes: 5000 } })
    shipping.push(500)
    await shipping.flush()
    expect(reportsAt(endpoint)).toEqual([])
    await shipping.close()
    const { delivered, lost } = shipping.stats()
    expect(reportsAt(endpoint)).toMatchObject([{ 'openpipeline.loss.count': lost['queue-full'] }])
    expect(delivered + sum(lost)).toBe(500)
    expect(endpoint.events).toHaveLength(delivered + 1)
    expectIdentity(shipping.stats())
  })

  it('makes no request of its own at the close where the service refused them itself, or where it does not answer', async () => {
    const endpoint = await startEndpoint({ behave: ({ events }) => (events.some(({ n }) => n === 3) ? 400 : 202) })
    const shipping = ship({ url: endpoint.url, closeTimeoutMs: 50 })
    shipping.push(10)
    await shipping.flush()
    await shipping.close()
    expect(shipping.stats().lost.rejected).toBe(1)
    expect(reportsAt(endpoint)).toEqual([])

    const away = await startEndpoint({ behave: () => undefined })
    const other = ship({ url: away.url, closeTimeoutMs: 50, queue: { maxBytes: 2000 } })
    other.push(100)
    await other.close()
    expect(away.requests.some(({ events }) => events.some((event) => event['event.type'] === 'openpipeline.loss'))).toBe(false) // prettier-ignore
  })
})
