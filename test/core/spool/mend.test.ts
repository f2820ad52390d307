/** A disk that comes back, and a device that has not taken what it was given: what still can be saved is written again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ShipperOptions } from 'openpipeline-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Batch } from '../../../packages/core/src/batch.ts'
import { systemClock } from '../../../packages/core/src/clock.ts'
import { Queue } from '../../../packages/core/src/queue.ts'
import { createShipper } from '../../../packages/core/src/shipper.ts'
import { Mender } from '../../../packages/core/src/spool/mender.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryDisk } from './memory-disk.ts'
import { DIRECTORY, recover, textOf, writerOn } from './writers.ts'

const DAY_MS = 86_400_000

const QUEUE = { maxBytes: 1e9, onFull: 'drop-oldest', maxEventsPerBatch: 4, maxBytesPerBatch: 1e6 } as const

function rig() {
  const disk = new MemoryDisk()
  disk.makeDirectory(DIRECTORY, true)
  disk.settle()
  const queue = new Queue(QUEUE, () => undefined)
  const writer = writerOn(disk, 1)
  const mender = new Mender({ queue, clock: writer.clock, journal: () => writer.journal })
  const push = (from: number, to: number): boolean[] =>
    range(from, to).map((number) => {
      queue.add(textOf(number), number, writer.clock)
      return writer.journal.append(number, textOf(number)) > 0
    })
  return { disk, queue, mender, push, ...writer }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)
const texts = (from: number, to: number): string[] => range(from, to).map(textOf)

describe('a disk that comes back', () => {
  it('gets what came meanwhile and has not ended, once', async () => {
    const { clock, disk, journal, mender, push, queue, told } = rig()
    push(1, 3)
    disk.faults.io = true
    expect(push(4, 12)).toEqual(range(4, 12).map(() => false))
    const delivered = queue.take() // 1 to 4
    journal.end(1, delivered?.count ?? 0)
    disk.faults.io = false
    await clock.advance(5000)
    expect(push(13, 14)).toEqual([true, true])
    mender.start()
    await clock.advance(0)
    expect(told).toEqual(['Error: EIO', 'mended'])
    expect(queue.count).toBe(14)
    expect(range(5, 14).filter((number) => !journal.inventory.has(number))).toEqual([])
    disk.killAll()
    expect(recover(disk)).toEqual({ texts: texts(5, 14), gaps: 0, expired: 0 })
  })

  it('gets it without a further record', async () => {
    const { clock, disk, mender, push, told } = rig()
    disk.faults.io = true
    push(1, 6)
    disk.faults.io = false
    await clock.advance(5000)
    mender.start()
    await clock.advance(0)
    expect(told).toEqual(['Error: EIO', 'mended'])
    disk.killAll()
    expect(recover(disk).texts).toEqual(texts(1, 6))
  })

  it('gets no more than there is room for, and nothing is removed for it', () => {
    const disk = new MemoryDisk()
    const { clock, journal } = writerOn(disk, 1, { maxBytes: 2000 })
    for (const number of range(1, 8)) expect(journal.append(number, textOf(number))).toBeGreaterThan(0)
    const mender = new Mender({ queue: new Queue(QUEUE, () => undefined), clock, journal: () => journal })
    const batch = new Batch(9, 0)
    for (const text of texts(9, 60)) batch.add(text, Infinity)
    expect(mender.write(batch)).toBe(false)
    expect(range(1, 60).filter((number) => journal.inventory.has(number))).toEqual(range(1, 8))
  })
})

describe('a device that fails', () => {
  it('is given the records of the file again in another one before anything is said to be on it', async () => {
    const { device, disk, journal, push, told } = rig()
    push(1, 3)
    expect(await device.confirm()).toBe(true)
    push(4, 6)
    disk.faults.sync = true
    expect(await device.confirm()).toBe(false)
    push(7, 8)
    disk.faults.sync = false
    expect(await device.confirm()).toBe(true)
    expect(told).toEqual(['the spool does not reach the device: EIO', 'the spool reaches the device again'])
    const files = (): string[] => disk.list(journal.home?.path ?? '').filter((name) => name.endsWith('.seg'))
    const before = files()
    expect(before.length).toBeGreaterThan(2)
    disk.losePower(() => 0)
    expect(recover(disk)).toEqual({ texts: texts(1, 8), gaps: 0, expired: 0 })
  })

  it('leaves no copies behind when the records have ended', async () => {
    const { device, disk, journal, push } = rig()
    push(1, 3)
    disk.faults.sync = true
    for (let time = 0; time < 5; time++) expect(await device.confirm()).toBe(false)
    const files = (): string[] => disk.list(journal.home?.path ?? '').filter((name) => name.endsWith('.seg'))
    // The first one, of which a part may be on the device, and the newest copy.
    expect(files()).toHaveLength(2)
    disk.faults.sync = false
    expect(await device.confirm()).toBe(true)
    journal.end(1, 3)
    expect(files()).toEqual([])
  })

  it('and a kernel that forgets: memory has what it has lost, and what was on disk only is counted', async () => {
    const { clock, device, disk, journal, lost, mender, push } = rig()
    push(1, 3)
    expect(await device.confirm()).toBe(true)
    push(4, 6)
    for (const number of [7, 8]) journal.leave(number, journal.append(number, textOf(number)))
    Object.assign(disk.faults, { sync: true, forgets: true })
    expect(await device.confirm()).toBe(false)
    Object.assign(disk.faults, { sync: false, forgets: false })
    expect(await device.confirm()).toBe(true)
    expect(lost).toEqual([{ reason: 'spool-error', span: { first: 7, count: 2 } }])
    expect(journal.backlog.waiting).toBe(0)
    mender.start()
    await clock.advance(0)
    expect(await device.confirm()).toBe(true)
    disk.losePower(() => 0)
    expect(recover(disk).texts).toEqual(texts(1, 6))
  })
})

describe('a record that is too old', () => {
  it('is given up with the newest of its file, wherever it waits', async () => {
    const disk = new MemoryDisk()
    const clock = new FakeClock()
    const { expired, journal, lost } = writerOn(disk, 1, {
      clock,
      maxAgeMs: 7 * DAY_MS,
      dropWaiting: (last) => (last >= 2 ? [{ first: 1, count: 2 }] : []),
    })
    for (const number of [1, 2]) journal.append(number, textOf(number))
    for (const number of [3, 4]) journal.leave(number, journal.append(number, textOf(number)))
    await clock.advance(7 * DAY_MS)
    journal.look()
    expect(expired).toEqual([])
    await clock.advance(1)
    journal.look()
    expect(expired).toEqual([1, 2, 3, 4])
    expect(lost).toEqual([])
    expect(journal.backlog.waiting).toBe(0)
    journal.append(5, textOf(5))
    disk.killAll()
    expect(recover(disk)).toEqual({ texts: [textOf(5)], gaps: 0, expired: 0 })
  })

  it('is counted where its file cannot be read any more', async () => {
    const disk = new MemoryDisk()
    const { clock, expired, journal, lost } = writerOn(disk, 1, { maxAgeMs: DAY_MS })
    for (const number of [1, 2, 3]) journal.leave(number, journal.append(number, textOf(number)))
    const path = `${journal.home?.path ?? ''}/0000000001.seg`
    const damaged = Buffer.from(disk.contents(path))
    damaged[damaged.indexOf('\n2') - 200] = 0
    damaged.fill(0, damaged.indexOf(' 2 {'), damaged.indexOf(' 2 {') + 5)
    disk.put(path, damaged)
    await clock.advance(2 * DAY_MS)
    journal.look()
    expect(expired).toEqual([1, 3])
    expect(lost).toEqual([{ reason: 'expired', span: { first: 2, count: 1 } }])
  })

  it('is told apart from younger ones that an ended process has left, a file at a time', async () => {
    const disk = new MemoryDisk()
    const clock = new FakeClock(DAY_MS * 20_000)
    const { journal } = writerOn(disk, 1, { clock, maxBytes: 16 * 300 })
    const append = (from: number, to: number): void => {
      disk.now = clock.wall()
      for (const number of range(from, to)) journal.append(number, textOf(number))
    }
    append(1, 10)
    await clock.advance(4 * DAY_MS)
    append(11, 20)
    disk.killAll()
    await clock.advance(4 * DAY_MS)
    const { expired, gaps, texts: found } = recover(disk, { maxAgeMs: 7 * DAY_MS, clock })
    expect(found).toEqual(texts(1, 20))
    expect(gaps).toBe(0)
    expect(expired).toBeGreaterThan(6)
    expect(expired).toBeLessThanOrEqual(10)
  })

  it.each([
    ['goes to the dead letter', true],
    ['is counted as expired where there is none', false],
  ])('%s', async (_, hasDeadLetter) => {
    const directory = mkdtempSync(join(tmpdir(), 'openpipeline-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const file = join(directory, 'dead-letter.ndjson')
    const options: ShipperOptions = {
      url: 'http://127.0.0.1:9',
      token: 'dt0c01.SPOOL0SPOOL0SPOOL0SPOOL.0SECRET0SECRET0SECRET0SECRET0',
      diagnostics: 'silent',
      enrichment: false,
      spool: { directory: join(directory, 'spool') },
      ...(hasDeadLetter && { deadLetter: { file } }),
    }
    const first = createShipper(options)
    for (let n = 1; n <= 5; n++) first.push({ n })
    expect(await first.close()).toMatchObject({ spooled: 5 })
    const clock = { ...systemClock, wall: () => Date.now() + 8 * DAY_MS }
    const second = createShipper(options, { name: 'test' }, { clock })
    onTestFinished(async () => void (await second.close()))
    const ended = (): number => second.stats().lost.expired + second.stats().deadLettered
    await expect.poll(ended).toBe(5)
    expect(second.stats()).toMatchObject({ accepted: 5, pending: 0, deadLettered: hasDeadLetter ? 5 : 0 })
    await second.close()
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => name.endsWith('.seg'))).toEqual([])
    if (!hasDeadLetter) return
    const letters = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(letters.map((line) => JSON.parse(line))).toMatchObject(
      range(1, 5).map((n) => ({ reason: 'expired', event: { n } })),
    )
  })
})
