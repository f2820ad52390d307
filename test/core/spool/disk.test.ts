/** A shipper whose disk runs full or loses its directory: the application sees nothing, and every loss is counted. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiagnosticEvent, Shipper, ShipperOptions, Stats } from 'openpipeline-core'
import type { Receiver } from 'openpipeline-receiver'
import { startReceiver } from 'openpipeline-receiver'
import type { TestContext } from 'vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Clock } from '../../../packages/core/src/clock.ts'
import { systemClock } from '../../../packages/core/src/clock.ts'
import { fastLaneOf } from '../../../packages/core/src/mapping/fast-lane.ts'
import { createShipper } from '../../../packages/core/src/shipper.ts'

const TOKEN = 'dt0c01.SPOOL0SPOOL0SPOOL0SPOOL.0SECRET0SECRET0SECRET0SECRET0'

const SPEED = 50

/** Seconds of waiting pass in fractions. */
const fastClock: Clock = {
  ...systemClock,
  now: () => performance.now() * SPEED,
  after: (ms, run, keepAlive) => systemClock.after(ms / SPEED, run, keepAlive),
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'openpipeline-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** One MiB and no more; undefined where this user may not mount. */
function smallDisk(): string | undefined {
  const directory = temporaryDirectory()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]))
  return directory
}

/** The same; where it may not be had, the test is skipped, which in CI is a failure. */
function smallDiskOf(context: TestContext): string {
  const directory = smallDisk()
  if (directory !== undefined) return directory
  expect(process.env['CI'], 'a small disk can be mounted').toBeUndefined()
  return context.skip('needs the right to mount')
}

interface Rig {
  readonly shipper: Shipper
  readonly receiver: Receiver
  readonly told: DiagnosticEvent[]
}

async function rigOn(
  directory: string,
  options: Omit<ShipperOptions, 'spool'> = {},
  onEvent: (event: DiagnosticEvent) => void = () => undefined,
): Promise<Rig> {
  const receiver = await startReceiver({ token: TOKEN, script: [{ status: 503, times: Infinity }] })
  const told: DiagnosticEvent[] = []
  const shipper = createShipper(
    {
      url: receiver.url,
      token: TOKEN,
      enrichment: false,
      queue: { maxBytes: 200_000 },
      batch: { maxBytes: 50_000 },
      ...options,
      spool: { directory },
      diagnostics: {
        onEvent(event) {
          told.push(event)
          onEvent(event)
        },
      },
    },
    { name: 'test', appliesRecordRules: true },
    { clock: fastClock },
  )
  onTestFinished(async () => {
    await shipper.close()
    await receiver.close()
  })
  return { shipper, receiver, told }
}

function push(shipper: Shipper, from: number, to: number): void {
  for (let n = from; n <= to; n++) shipper.push({ n, content: 'x'.repeat(300) })
}

/** Until nothing is left in memory or on disk. */
async function drained(shipper: Shipper): Promise<void> {
  const left = (): number => shipper.stats().pending + shipper.stats().spooled
  await expect.poll(left, { timeout: 30_000 }).toBe(0)
}

/** Different records; the events that tell of losses have no number. */
function arrivedAt(receiver: Receiver): number {
  return new Set(receiver.events.map((event) => event['n']).filter((n) => n !== undefined)).size
}

function sumOf(lost: Stats['lost']): number {
  return Object.values(lost).reduce((total, count) => total + count, 0)
}

function expectIdentity({ accepted, deadLettered, delivered, lost, pending, spooled }: Stats): void {
  expect(delivered + pending + spooled + deadLettered + sumOf(lost)).toBe(accepted)
}

describe('a full disk', () => {
  it(
    'leaves the record at hand as it is when the program logs what it is told of the disk',
    { timeout: 60_000 },
    async (context) => {
      const directory = smallDiskOf(context)
      const pushFast = (text: string): void => {
        const lane = fastLaneOf(shipper)
        lane?.begin().addText(`,"content":"${text}"`)
        lane?.commit(0)
      }
      const { receiver, shipper, told } = await rigOn(directory, { queue: { maxBytes: 10_000_000 } }, (event) => {
        if (event.message.includes('ENOSPC')) pushFast('told of the disk')
      })
      for (let n = 1; n <= 4000; n++) pushFast(`record ${n} ${'x'.repeat(300)}`)
      expect(told.some(({ message }) => message.includes('ENOSPC'))).toBe(true)
      receiver.answer([])
      await drained(shipper)
      const contents = receiver.events.map((event) => String(event['content']))
      expect(contents.filter((content) => content === 'told of the disk')).toHaveLength(1)
      expect(new Set(contents.map((content) => content.split(' x')[0])).size).toBe(4001)
    },
  )

  it(
    'hands over to memory, counts what that drops, and is used again when there is room',
    { timeout: 60_000 },
    async (context) => {
      const directory = smallDiskOf(context)
      const { receiver, shipper, told } = await rigOn(directory)
      push(shipper, 1, 8000)
      expect(statfsSync(directory).bavail).toBe(0)
      const full = shipper.stats()
      expectIdentity(full)
      expect(full.pending).toBeLessThan(700)
      expect(full.spooled).toBeGreaterThan(1000)
      expect(full.lost).toMatchObject({ 'queue-full': 8000 - full.pending - full.spooled, 'spool-gap': 0 })
      expect(told.filter(({ message }) => message.includes('ENOSPC'))).toHaveLength(1)

      receiver.answer([])
      await drained(shipper)
      const after = shipper.stats()
      expect(after).toMatchObject({ pending: 0, spooled: 0 })
      expect(arrivedAt(receiver)).toBe(8000 - sumOf(after.lost))
      expectIdentity(after)

      // Tried again at the next record after a while.
      let last = 8000
      await expect
        .poll(() => {
          last++
          push(shipper, last, last)
          return told.filter(({ message }) => message.includes('written again')).length
        })
        .toBe(1)
      receiver.answer([{ status: 503, times: Infinity }])
      push(shipper, last + 1, last + 1500)
      expect(shipper.stats().spooled).toBeGreaterThan(500)
      expectIdentity(shipper.stats())
      receiver.answer([])
      await drained(shipper)
      expect(shipper.stats().lost).toEqual(after.lost)
      expect(arrivedAt(receiver)).toBe(last + 1500 - sumOf(after.lost))
    },
  )
})

describe('a directory that somebody removes', () => {
  it('costs what was in it alone, exactly counted, and is made again', { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory()
    const { receiver, shipper } = await rigOn(directory)
    push(shipper, 1, 2000)
    const { pending, spooled } = shipper.stats()
    expect(spooled).toBeGreaterThan(1000)
    rmSync(join(directory, 'v1'), { recursive: true })
    await expect.poll(() => shipper.stats().lost['spool-error']).toBe(spooled)
    expectIdentity(shipper.stats())
    push(shipper, 2001, 4000)
    expect(shipper.stats().spooled).toBeGreaterThan(1000)
    receiver.answer([])
    await drained(shipper)
    expect(shipper.stats()).toMatchObject({ delivered: pending + 2000, spooled: 0, pending: 0 })
    expect(arrivedAt(receiver)).toBe(pending + 2000)
  })
})
