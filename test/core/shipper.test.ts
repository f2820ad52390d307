import { inspect } from 'node:util'
import type { Receiver, ReceiverOptions } from 'openpipeline-receiver'
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { DiagnosticEvent } from '../../packages/core/src/diagnostics.ts'
import { OpenPipelineError } from '../../packages/core/src/errors.ts'
import type { GenericEvent } from '../../packages/core/src/event.ts'
import type { ShipperOptions } from '../../packages/core/src/options.ts'
import type { Shipper } from '../../packages/core/src/shipper.ts'
import { createShipper } from '../../packages/core/src/shipper.ts'
import { TOKEN_OK } from './options/resolve.ts'
import { range } from './rig.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

interface Pair {
  readonly receiver: Receiver
  readonly shipper: Shipper
  readonly told: DiagnosticEvent[]
}

/** A shipper and the server it sends to. The accounts are checked when the test ends. */
async function pairFor(options: ShipperOptions = {}, receiving: ReceiverOptions = {}): Promise<Pair> {
  const receiver = await startReceiver(receiving)
  onTestFinished(() => receiver.close())
  const told: DiagnosticEvent[] = []
  const diagnostics = { onEvent: (event: DiagnosticEvent) => void told.push(event) }
  const shipper = createShipper({ url: receiver.url, token: TOKEN_OK, diagnostics, ...options })
  onTestFinished(async () => {
    checkAccounts(shipper)
    await shipper.close({ timeoutMs: 0 })
    checkAccounts(shipper)
    expect(shipper.stats()).toMatchObject({ pending: 0, state: 'closed' })
  })
  return { receiver, shipper, told }
}

function checkAccounts(shipper: Shipper): void {
  const { accepted, deadLettered, delivered, lost, pending, spooled } = shipper.stats()
  const sum = Object.values(lost).reduce((total, count) => total + count, 0)
  expect(delivered + pending + spooled + deadLettered + sum, 'accepted = what became of it').toBe(accepted)
}

function push(shipper: Shipper, count: number): void {
  for (const n of range(1, count)) shipper.push({ content: `record ${n}`, n })
}

function numbersIn(receiver: Receiver): unknown[] {
  return receiver.events.map((event) => event['n'])
}

describe('an event that is pushed', () => {
  it('arrives with an id, a type, a provider and the static attributes', async () => {
    const { receiver, shipper } = await pairFor({ attributes: { 'service.name': 'shop' } })
    shipper.push({ content: 'hello', loglevel: 'INFO' }, { user: { id: 5 }, content: 'taken' })
    expect(await shipper.flush()).toEqual({ delivered: 1, spooled: 0, deadLettered: 0, lost: 0, pending: 0 })
    expect(receiver.events).toMatchObject([
      {
        'event.id': expect.stringMatching(/^[0-9a-f]{11}-[0-9a-f]{12}-[0-9a-f]{11}$/),
        'event.type': 'log',
        'event.provider': 'shop',
        'service.name': 'shop',
        content: 'hello',
        loglevel: 'INFO',
        'user.id': 5,
        'log.content': 'taken',
      },
    ])
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        path: '/platform/ingest/v1/events',
        headers: { 'content-type': 'application/json', 'user-agent': expect.stringMatching(/^openpipeline-core\/\d/) },
      },
    ])
  })

  it('is sent with the token, by its kind', async () => {
    for (const token of [TOKEN_OK, 'dt0s16.ABCDEFGH.0123456789']) {
      const { receiver, shipper } = await pairFor({ token }, { token })
      push(shipper, 1)
      expect(await shipper.flush()).toMatchObject({ delivered: 1 })
      expect(receiver.requests[0]?.headers['authorization']).toMatch(token === TOKEN_OK ? /^Api-Token dt0c01/ : /^Bearer dt0s16/) // prettier-ignore
    }
  })

  it('arrives in the order of the others and once, however many there are', async () => {
    const { receiver, shipper } = await pairFor({ batch: { maxEvents: 100 }, delivery: { concurrency: 1 } })
    push(shipper, 2500)
    expect(await shipper.flush()).toMatchObject({ delivered: 2500 })
    expect(numbersIn(receiver)).toEqual(range(1, 2500))
    expect(receiver.stats()).toMatchObject({ duplicates: 0, requests: 25 })
    const ids = receiver.events.map((event) => String(event['event.id']))
    expect(ids).toEqual([...ids].sort())
  })

  it('arrives by itself, once its batch is due', async () => {
    const { receiver, shipper } = await pairFor({ batch: { lingerMs: 10 } })
    push(shipper, 3)
    await receiver.received(3)
  })

  it('arrives with the same id after failures', async () => {
    const { receiver, shipper } = await pairFor(
      { retry: { minDelayMs: 1 } },
      { script: [{ status: 503, store: true }, { reset: 'after-body' }, { status: 429 }] },
    )
    push(shipper, 20)
    expect(await shipper.flush()).toMatchObject({ delivered: 20 })
    expect(receiver.stats()).toMatchObject({ distinct: 20, duplicates: 20 })
    expect(shipper.stats()).toMatchObject({ retries: 3, possibleDuplicates: 40, requests: 4 })
  })

  it('is cut where it is larger than a batch may be, and lost where that does not help', async () => {
    const { receiver, shipper, told } = await pairFor({ batch: { maxBytes: 2000 } })
    shipper.push({ content: 'é'.repeat(50_000), n: 1 })
    shipper.push({ n: 2, list: range(1, 5000) })
    shipper.push({ n: 3 })
    expect(await shipper.flush()).toMatchObject({ delivered: 2 })
    expect(numbersIn(receiver)).toEqual([1, 3])
    expect(receiver.events[0]).toMatchObject({ 'openpipeline.truncated': true, content: expect.stringMatching(/^é+…\[truncated \d+ bytes\]$/) }) // prettier-ignore
    for (const { bytes } of receiver.requests) expect(bytes).toBeLessThanOrEqual(2000)
    expect(shipper.stats().lost['too-large']).toBe(1)
    expect(told).toMatchObject([{ kind: 'loss', reason: 'too-large', count: 1 }])
  })

  it('may fill a batch to the byte', async () => {
    const { receiver, shipper } = await pairFor({ batch: { maxBytes: 1000 } })
    shipper.push({ content: '' })
    await shipper.flush()
    const empty = receiver.requests[0]?.bytes ?? 0
    shipper.push({ content: 'x'.repeat(1000 - empty) })
    shipper.push({ content: 'x'.repeat(1000 - empty + 1) })
    expect(await shipper.flush()).toMatchObject({ delivered: 2 })
    expect(receiver.events.map((event) => 'openpipeline.truncated' in event)).toEqual([false, false, true])
    expect(receiver.requests[1]?.bytes).toBe(1000)
  })
})

describe('push', () => {
  it('never throws, whatever it is given, and counts it', async () => {
    const { receiver, shipper } = await pairFor()
    const values: unknown[] = [undefined, null, 5, 'text', true, 1n, Symbol('s'), () => undefined, [], [1], new Date(), new Map(), new Error('e'), new Proxy({}, { ownKeys: () => { throw new Error('no') } })] // prettier-ignore
    for (const value of values) {
      shipper.push(value as GenericEvent)
      shipper.push({ content: 'c' }, value as object)
    }
    expect(await shipper.flush()).toMatchObject({ delivered: 2 * values.length })
    expect(receiver.events.filter((event) => event['content'] === 'c')).toHaveLength(values.length)
  })

  it('takes what a getter of a record logs meanwhile', async () => {
    const { receiver, shipper } = await pairFor()
    const fields = {
      get logging() {
        shipper.push({ n: 'inner' })
        return 5
      },
    }
    shipper.push({ n: 'outer' }, fields)
    shipper.push({ n: 'later' })
    expect(await shipper.flush()).toMatchObject({ delivered: 3 })
    expect(new Set(numbersIn(receiver))).toEqual(new Set(['outer', 'inner', 'later']))
    expect(receiver.events.find((event) => event['n'] === 'outer')).toMatchObject({ logging: 5 })
  })

  it('drops the oldest where the queue is full, and counts each', async () => {
    const { receiver, shipper, told } = await pairFor({ queue: { maxBytes: 20_000 }, batch: { maxBytes: 5000 } })
    receiver.setLatency(50)
    push(shipper, 1000)
    const { lost, pending } = shipper.stats()
    expect(lost['queue-full']).toBe(1000 - pending)
    expect(await shipper.flush()).toMatchObject({ delivered: pending })
    expect(numbersIn(receiver).toSorted((a, b) => Number(a) - Number(b))).toEqual(range(1001 - pending, 1000))
    expect(told).toMatchObject([{ kind: 'loss', reason: 'queue-full', count: 1000 - pending }])
  })
})

describe('flush', () => {
  it('never rejects, and tells what is pending where the server is away', async () => {
    const { receiver, shipper } = await pairFor()
    await receiver.close()
    push(shipper, 5)
    expect(await shipper.flush({ timeoutMs: 200 })).toEqual({ delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: 5 }) // prettier-ignore
    expect(shipper.stats()).toMatchObject({ state: 'throttled', lastError: expect.stringContaining('ECONNREFUSED') })
  })

  it('ends within its time where the server never answers', async () => {
    const { shipper } = await pairFor({}, { script: [{ hang: true, times: Infinity }] })
    push(shipper, 5)
    const start = performance.now()
    expect(await shipper.flush({ timeoutMs: 100 })).toMatchObject({ pending: 5 })
    expect(performance.now() - start).toBeGreaterThanOrEqual(99)
    expect(performance.now() - start).toBeLessThan(2100)
  })

  it('tells of events that the service refused, and delivers all others', async () => {
    const { receiver, shipper } = await pairFor({}, { rejectEvent: (event) => (event['n'] === 50 ? 'no' : undefined) })
    push(shipper, 101)
    expect(await shipper.flush()).toEqual({ delivered: 100, spooled: 0, deadLettered: 0, lost: 1, pending: 0 })
    expect(new Set(numbersIn(receiver)).size).toBe(100)
    expect(receiver.stats().duplicates).toBe(0)
  })

  it('finds the size that a server takes', async () => {
    const { receiver, shipper } = await pairFor({}, { maxBodyBytes: 100_000 })
    for (const n of range(1, 300)) shipper.push({ n, content: 'x'.repeat(10_000) })
    expect(await shipper.flush()).toMatchObject({ delivered: 300 })
    expect(receiver.stats()).toMatchObject({ distinct: 300, duplicates: 0 })
  })
})

describe('close', () => {
  it('delivers what waits, ends the connections and tells what became of it', async () => {
    const { receiver, shipper } = await pairFor()
    receiver.setLatency(50)
    push(shipper, 200)
    expect(await shipper.close()).toEqual({ delivered: 200, spooled: 0, deadLettered: 0, lost: 0, pending: 0 })
    expect(numbersIn(receiver)).toEqual(range(1, 200))
    expect(shipper.stats()).toMatchObject({ state: 'closed', pending: 0 })
  })

  it('gives every further call the result of the first', async () => {
    const { shipper } = await pairFor()
    push(shipper, 5)
    const closing = [shipper.close(), shipper.close({ timeoutMs: 0 })]
    expect(await Promise.all(closing)).toMatchObject([{ delivered: 5 }, { delivered: 5 }])
    expect(await shipper.close()).toMatchObject({ delivered: 5 })
  })

  it('takes nothing more, and counts what comes', async () => {
    const { receiver, shipper, told } = await pairFor()
    push(shipper, 2)
    const closing = shipper.close()
    push(shipper, 3)
    expect(await closing).toMatchObject({ delivered: 2, lost: 0 })
    push(shipper, 4)
    expect(shipper.stats()).toMatchObject({ accepted: 9, delivered: 2, lost: { closed: 7 } })
    // beside them there is what is said of the loss
    expect(numbersIn(receiver)).toEqual([1, 2, undefined])
    expect(receiver.events[2]).toMatchObject({ 'event.type': 'openpipeline.loss', 'openpipeline.loss.count': 3 })
    expect(told).toMatchObject([{ kind: 'loss', reason: 'closed', count: 3 }])
  })

  it.each([
    ['never answers', { script: [{ hang: true, times: Infinity }] as const }],
    ['is always busy', { script: [{ status: 503, times: Infinity }] as const }],
    ['wants us to wait', { script: [{ status: 429, headers: { 'retry-after': '3600' }, times: Infinity }] as const }],
    ['refuses the token', { script: [{ status: 401, times: Infinity }] as const }],
  ])('ends within closeTimeoutMs where the server %s, and counts the rest', async (_, receiving) => {
    const { shipper, told } = await pairFor({ closeTimeoutMs: 300, batch: { maxEvents: 10 } }, receiving)
    push(shipper, 105)
    const start = performance.now()
    expect(await shipper.close({ timeoutMs: 60_000 })).toEqual({ delivered: 0, spooled: 0, deadLettered: 0, lost: 105, pending: 0 }) // prettier-ignore
    expect(performance.now() - start).toBeLessThan(2300)
    expect(shipper.stats()).toMatchObject({ pending: 0, lost: { 'unsent-at-close': 105 } })
    expect(told.filter(({ kind }) => kind === 'loss')).toMatchObject([{ reason: 'unsent-at-close', count: 105, total: 105 }]) // prettier-ignore
  })

  it('tells of nothing but the loss where the server never answers', async () => {
    const { shipper, told } = await pairFor({ closeTimeoutMs: 100 }, { script: [{ hang: true, times: Infinity }] })
    push(shipper, 5)
    await shipper.close()
    expect(told).toMatchObject([{ kind: 'loss', reason: 'unsent-at-close', count: 5 }])
    expect(shipper.stats()).not.toHaveProperty('lastError')
  })

  it.each(['function', 'promise'])('ends within closeTimeoutMs where no token comes: from a %s', async (kind) => {
    const token = (): Promise<string> =>
      kind === 'promise' ? new Promise(() => undefined) : Promise.reject(new Error('no'))
    const { receiver, shipper } = await pairFor({ token, closeTimeoutMs: 200 })
    push(shipper, 5)
    const start = performance.now()
    expect(await shipper.close()).toMatchObject({ lost: 5, pending: 0 })
    expect(performance.now() - start).toBeLessThan(2200)
    expect(receiver.requests).toEqual([])
  })

  it('ends a flush that is waiting', async () => {
    const { shipper } = await pairFor({ closeTimeoutMs: 100 }, { script: [{ hang: true, times: Infinity }] })
    push(shipper, 5)
    const flushing = shipper.flush({ timeoutMs: 60_000 })
    await shipper.close()
    expect(await flushing).toMatchObject({ lost: 5, pending: 0 })
    expect(await shipper.flush()).toMatchObject({ lost: 0, pending: 0 })
  })

  it('leaves no hook on the process', async () => {
    const before = process.listenerCount('beforeExit')
    const { shipper } = await pairFor()
    expect(process.listenerCount('beforeExit')).toBe(before + 1)
    await shipper.close()
    expect(process.listenerCount('beforeExit')).toBe(before)
  })
})

describe('trouble', () => {
  it('is told once when it comes and once when it is over', async () => {
    const { shipper, told } = await pairFor({ retry: { minDelayMs: 1 } }, { script: [{ status: 401 }] })
    push(shipper, 5)
    expect(await shipper.flush()).toMatchObject({ delivered: 5 })
    expect(told).toMatchObject([
      { kind: 'state', state: 'held', message: expect.stringMatching(/events are kept: 401.*token/) },
      { kind: 'state', state: 'open', message: 'delivering again' },
    ])
    expect(shipper.stats()).toMatchObject({ state: 'open' })
    expect(shipper.stats()).not.toHaveProperty('lastError')
  })

  it('may be told to a listener that throws', async () => {
    const onEvent = (): never => {
      throw new Error('mine')
    }
    const { shipper } = await pairFor({ diagnostics: { onEvent }, retry: { minDelayMs: 1 } }, { script: [{ status: 503 }] }) // prettier-ignore
    push(shipper, 5)
    expect(await shipper.flush()).toMatchObject({ delivered: 5 })
  })
})

describe('the token', () => {
  it('is in no inspection of the shipper and its stats, and in no error', async () => {
    const secret = TOKEN_OK.slice(40)
    const { shipper, told } = await pairFor({}, { script: [{ status: 401, body: { error: { code: 401, message: `bad token ${TOKEN_OK}` } }, times: Infinity }] }) // prettier-ignore
    push(shipper, 5)
    await shipper.flush({ timeoutMs: 100 })
    const seen = [shipper, shipper.stats(), told].map((value) => inspect(value, { depth: Infinity, showHidden: true, getters: true })) // prettier-ignore
    for (const text of [...seen, JSON.stringify(shipper), JSON.stringify(shipper.stats())]) expect(text).not.toContain(secret) // prettier-ignore
    expect(shipper.stats().lastError).toContain('401 (bad token dt0c01')
  })

  it('that is wrong is refused at construction, with what to write instead', () => {
    const create = (): Shipper => createShipper({ url: 'http://localhost', token: 'hunter2 secret' })
    expect(create).toThrow(OpenPipelineError)
    expect(create).toThrow(/^openpipeline-core: token contains a control character, a space/)
    expect(create).not.toThrow(/hunter2/)
  })
})

describe('stats', () => {
  it('are a snapshot', async () => {
    const { shipper } = await pairFor()
    const before = shipper.stats()
    push(shipper, 3)
    expect(before).toMatchObject({ accepted: 0, state: 'open', requests: 0, bytesSent: 0 })
    expect(Object.values(before.lost).every((count) => count === 0)).toBe(true)
    await shipper.close()
    push(shipper, 1)
    expect(before.lost.closed).toBe(0)
  })

  it('count requests and their bytes as the server does', async () => {
    const { receiver, shipper } = await pairFor({ batch: { maxEvents: 10 } })
    push(shipper, 45)
    await shipper.flush()
    const { bytesSent, requests } = shipper.stats()
    expect({ requests, bytesSent }).toEqual({
      requests: receiver.requests.length,
      bytesSent: receiver.requests.reduce((sum, { bytes }) => sum + bytes, 0),
    })
  })
})
