/** A shipper with a spool, on a real disk and against a real receiver. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Shipper, ShipperOptions, Stats } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import type { Receiver } from 'openpipeline-receiver'
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../packages/core/src/clock.ts'

const TOKEN = 'dt0c01.SPOOL0SPOOL0SPOOL0SPOOL.0SECRET0SECRET0SECRET0SECRET0'

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'openpipeline-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function receiverFor(options: Parameters<typeof startReceiver>[0] = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token: TOKEN, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

function shipperTo(
  url: string,
  directory: string,
  options: Omit<ShipperOptions, 'spool'> & { spool?: object } = {},
): Shipper {
  const shipper = createShipper({
    url,
    token: TOKEN,
    diagnostics: 'silent',
    enrichment: false,
    batch: { lingerMs: 20 },
    ...options,
    spool: { directory, ...options.spool },
  })
  onTestFinished(async () => void (await shipper.close()))
  return shipper
}

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'

function push(shipper: Shipper, from: number, to: number, more: object = {}): void {
  for (let n = from; n <= to; n++) shipper.push({ content: `record ${n}`, n, ...more })
}

function numbers(receiver: Receiver): unknown[] {
  return receiver.events.map((event) => event['n'])
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()
}

function expectIdentity({ accepted, deadLettered, delivered, lost, pending, spooled }: Stats): void {
  const sum = Object.values(lost).reduce((total, count) => total + count, 0)
  expect(delivered + pending + spooled + deadLettered + sum).toBe(accepted)
}

describe('a shipper with a spool', () => {
  it('delivers, and leaves nothing on disk', async () => {
    const receiver = await receiverFor()
    const directory = temporaryDirectory()
    const shipper = shipperTo(receiver.url, directory)
    push(shipper, 1, 500)
    expect(await shipper.flush()).toMatchObject({ delivered: 500, spooled: 0, pending: 0 })
    expect(numbers(receiver)).toEqual(range(1, 500))
    expect(await shipper.close()).toMatchObject({ pending: 0 })
    expect(filesIn(directory).filter((name) => /\.seg|hb/.test(name))).toEqual([])
    expectIdentity(shipper.stats())
  })

  it('keeps what it cannot deliver for the next process, and closes at once', async () => {
    const directory = temporaryDirectory()
    const receiver = await receiverFor()
    await receiver.close()
    const first = shipperTo(receiver.url, directory)
    push(first, 1, 300)
    const startedAt = performance.now()
    expect(await first.close()).toEqual({ delivered: 0, spooled: 300, deadLettered: 0, lost: 0, pending: 0 })
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(first.stats()).toMatchObject({ accepted: 300, spooled: 300, pending: 0, state: 'closed' })
    expectIdentity(first.stats())

    const again = await receiverFor({ port: Number(new URL(receiver.url).port) })
    const second = shipperTo(again.url, directory)
    push(second, 301, 310)
    await again.received(310)
    expect(numbers(again).toSorted((a, b) => Number(a) - Number(b))).toEqual(range(1, 310))
    await expect.poll(() => second.stats()).toMatchObject({ accepted: 310, delivered: 310 })
    expectIdentity(second.stats())
    await second.close()
    expect(filesIn(directory).filter((name) => /\.seg|hb/.test(name))).toEqual([])
  })

  it('holds on disk what memory has no room for, and sends all of it in order', async () => {
    const receiver = await receiverFor({ script: [{ status: 503, times: 3 }] })
    const shipper = shipperTo(receiver.url, temporaryDirectory(), {
      queue: { maxBytes: 50_000 },
      batch: { maxBytes: 20_000, lingerMs: 10 },
      delivery: { concurrency: 1 },
      retry: { minDelayMs: 1, maxDelayMs: 20 },
    })
    push(shipper, 1, 5000)
    const { pending, spooled } = shipper.stats()
    expect(pending).toBeLessThan(700)
    expect(spooled).toBe(5000 - pending)
    expectIdentity(shipper.stats())
    expect(await shipper.flush()).toMatchObject({ delivered: 5000 })
    expect(numbers(receiver)).toEqual(range(1, 5000))
    expectIdentity(shipper.stats())
  })

  it('leaves no file open', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length
    const directory = temporaryDirectory()
    for (const durability of ['process', 'interval', 'batch']) {
      const before = open()
      const shipper = shipperTo(NOWHERE, directory, { spool: { maxBytes: 1_048_576, durability } })
      push(shipper, 1, 10_000, { filler: 'x'.repeat(200) })
      await shipper.flush({ timeoutMs: 10 })
      await expect.poll(() => open() - before).toBeLessThan(8)
      await shipper.close()
      await expect.poll(open).toBeLessThanOrEqual(before)
    }
  })

  it('says in a flush what is on disk and not delivered yet', async () => {
    const shipper = shipperTo(NOWHERE, temporaryDirectory(), { spool: { durability: 'batch' } })
    push(shipper, 1, 20)
    expect(await shipper.flush({ timeoutMs: 100 })).toEqual({
      delivered: 0,
      spooled: 20,
      deadLettered: 0,
      lost: 0,
      pending: 0,
    })
  })

  it('drops the oldest events, a segment at a time and exactly counted, when the spool is full', async () => {
    const directory = temporaryDirectory()
    const first = shipperTo(NOWHERE, directory, { spool: { maxBytes: 1_048_576 }, queue: { maxBytes: 100_000 } })
    push(first, 1, 10_000, { filler: 'x'.repeat(200) })
    const stats = first.stats()
    expect(stats.lost['spool-full']).toBeGreaterThan(5000)
    expectIdentity(stats)
    const { spooled } = await first.close()
    expect(spooled).toBe(10_000 - stats.lost['spool-full'])
    const receiver = await receiverFor()
    const port = new URL(receiver.url)
    expect(port.hostname).toBe('127.0.0.1')
    expectIdentity(first.stats())
  })

  it('keeps no more than that of what ended processes have left, the newest', async () => {
    const directory = temporaryDirectory()
    const spool = { maxBytes: 1_048_576 }
    let discarded = 0
    for (let life = 1; life <= 3; life++) {
      const ended = shipperTo(NOWHERE, directory, { spool })
      push(ended, 1, 1500 + life, { life, filler: 'x'.repeat(300) })
      expect(await ended.close()).toMatchObject({ spooled: 1500 + life })
      expectIdentity(ended.stats())
      discarded += ended.stats().lost['spool-full']
    }
    const shipper = shipperTo(NOWHERE, directory, { spool })
    await expect.poll(() => shipper.stats().lost['spool-full'] + discarded).toBe(1501 + 1502)
    await expect.poll(() => shipper.stats().pending).toBe(1503)
    expectIdentity(shipper.stats())
    expect(await shipper.close()).toMatchObject({ lost: 0 })
    expectIdentity(shipper.stats())
  })

  it('drops what comes when the spool is full and the policy says so', async () => {
    const shipper = shipperTo(NOWHERE, temporaryDirectory(), {
      spool: { maxBytes: 1_048_576 },
      queue: { onFull: 'drop-newest' },
    })
    push(shipper, 1, 10_000, { filler: 'x'.repeat(200) })
    expect(shipper.stats().lost['spool-full']).toBeGreaterThan(5000)
    expectIdentity(shipper.stats())
    const { spooled } = await shipper.close()
    expect(spooled).toBe(10_000 - shipper.stats().lost['spool-full'])
  })

  it('gives at most a quarter of the sending to what others have left while live records wait', async () => {
    const directory = temporaryDirectory()
    const receiver = await receiverFor({ latencyMs: 1 })
    const { url } = receiver
    receiver.answer([{ status: 503, times: Infinity }])
    const first = shipperTo(url, directory)
    push(first, 1, 800)
    await first.close()
    receiver.answer([])
    const second = shipperTo(url, directory, { batch: { maxEvents: 10 }, delivery: { concurrency: 1 } })
    push(second, 1001, 2000)
    await receiver.received(1800)
    const order = numbers(receiver).map((n) => Number(n) > 1000)
    const whileLiveWaited = order.slice(0, order.lastIndexOf(true))
    const replayed = whileLiveWaited.filter((isLive) => !isLive).length
    expect(replayed).toBeGreaterThan(200)
    expect(replayed).toBeLessThanOrEqual(whileLiveWaited.length / 4 + 10)
    expect(new Set(numbers(receiver)).size).toBe(1800)
  })

  it('replays what the service would no longer store as of now, with its own time beside', async () => {
    const directory = temporaryDirectory()
    const receiver = await receiverFor({ script: [{ status: 503, times: Infinity }] })
    const { url } = receiver
    const options = { url, token: TOKEN, enrichment: false, diagnostics: 'silent', spool: { directory } } as const
    const yesterday = Date.now() - 24 * 3_600_000
    const first = createShipper(options, { name: 'test' }, { clock: { ...systemClock, wall: () => yesterday } })
    first.push({ timestamp: yesterday, n: 1 })
    await first.close()
    receiver.answer([])
    shipperTo(url, directory)
    await receiver.received(1)
    expect(receiver.dropped).toEqual([])
    expect(receiver.events[0]).toMatchObject({ n: 1, observed_timestamp: yesterday, 'openpipeline.late': true })
  })

  it('replays to no other endpoint', async () => {
    const directory = temporaryDirectory()
    const first = shipperTo(NOWHERE, directory)
    push(first, 1, 5)
    await first.close()
    const receiver = await receiverFor()
    const second = shipperTo(receiver.url, directory)
    push(second, 6, 6)
    await receiver.received(1)
    await second.close()
    expect(numbers(receiver)).toEqual([6])
    const third = shipperTo(NOWHERE, directory)
    await third.close()
    expect(filesIn(directory).filter((name) => name.endsWith('.seg'))).toHaveLength(1)
  })

  it('keeps its files from everybody else', async () => {
    const directory = temporaryDirectory()
    const shipper = shipperTo(NOWHERE, directory)
    push(shipper, 1, 1)
    for (const name of filesIn(directory)) {
      const stat = statSync(join(directory, name))
      expect(stat.mode & 0o777).toBe(stat.isDirectory() ? 0o700 : 0o600)
    }
    expect(filesIn(directory).join()).not.toContain('127.0.0.1')
    await shipper.close()
  })

  it('goes on in memory where no directory can be made, and says so once', async () => {
    const receiver = await receiverFor()
    const told: string[] = []
    const shipper = createShipper({
      url: receiver.url,
      token: TOKEN,
      enrichment: false,
      spool: { directory: '/dev/null/spool' },
      diagnostics: { onEvent: (event) => told.push(event.message) },
    })
    push(shipper, 1, 100)
    expect(await shipper.flush()).toMatchObject({ delivered: 100 })
    await shipper.close()
    expect(told.filter((message) => message.includes('spool'))).toHaveLength(1)
    expectIdentity(shipper.stats())
  })

  it.each([
    ['a link', (path: string) => symlinkSync(temporaryDirectory(), path), 'is not a directory'],
    ['a file', (path: string) => writeFileSync(path, ''), 'is not a directory'],
    ['open to others', (path: string) => (mkdirSync(path), chmodSync(path, 0o755)), 'can be used by others'],
  ])('writes nothing into a directory that is %s', async (_, make, complaint) => {
    const directory = temporaryDirectory()
    const told: string[] = []
    make(join(directory, 'v1'))
    const shipper = shipperTo(NOWHERE, directory, { diagnostics: { onEvent: (event) => told.push(event.message) } })
    push(shipper, 1, 3)
    expect(shipper.stats()).toMatchObject({ pending: 3, spooled: 0 })
    expect(told.filter((message) => message.includes(complaint))).toHaveLength(1)
    expect(await shipper.close()).toMatchObject({ spooled: 0, lost: 3 })
    expect(filesIn(directory)).toEqual(['v1'])
  })

  it('refuses an option that is wrong', () => {
    const options = { url: NOWHERE, token: TOKEN }
    // @ts-expect-error a directory must be named
    expect(() => createShipper({ ...options, spool: {} })).toThrow('spool.directory is missing')
    expect(() => createShipper({ ...options, spool: { directory: '/x', maxBytes: 5 } })).toThrow(
      'spool.maxBytes must be',
    )
  })
})
