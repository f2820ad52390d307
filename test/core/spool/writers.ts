/** Writers and readers of a spool on a disk in memory, as processes that can be killed. */
import type { LossReason } from 'openpipeline-core'
import type { Span } from '../../../packages/core/src/ledger.ts'
import { adopt } from '../../../packages/core/src/spool/adopt.ts'
import { Device } from '../../../packages/core/src/spool/device.ts'
import { endpointDirectory } from '../../../packages/core/src/spool/directory.ts'
import type { FileSystem } from '../../../packages/core/src/spool/file-system.ts'
import { Home } from '../../../packages/core/src/spool/home.ts'
import { Journal } from '../../../packages/core/src/spool/journal.ts'
import type { Owner, Processes } from '../../../packages/core/src/spool/owner.ts'
import { ownedName } from '../../../packages/core/src/spool/owner.ts'
import { Replay } from '../../../packages/core/src/spool/replay.ts'
import { Syncer } from '../../../packages/core/src/spool/syncer.ts'
import { FakeClock } from '../../support/fake-clock.ts'

export const KEY = '0123456789ab'
export const DIRECTORY = '/var/spool'
export const ENDPOINT = `${DIRECTORY}/v1/${KEY}`

let lastUnique = 0
export const unique = (): string => (++lastUnique).toString(16).padStart(8, '0')

export function ownerWith(pid: number): Owner {
  return { boot: 'aaaaaaaa', namespace: '4026531836', pid, startedAt: String(pid * 100) }
}

/** As this process sees them: those with these numbers run. */
export function processesOf(self: number, running: readonly number[] = [self]): Processes {
  return {
    self: ownerWith(self),
    startedAt: (pid) => (running.includes(pid) ? String(pid * 100) : undefined),
  }
}

export interface Writer {
  readonly journal: Journal
  readonly device: Device
  readonly clock: FakeClock
  readonly lost: { reason: LossReason; span: Span }[]
  /** Given up for their age, with their text. */
  readonly expired: number[]
  readonly handedOver: Span[]
  readonly told: string[]
}

export function writerOn(
  fs: FileSystem,
  pid: number,
  options: { maxBytes?: number; maxAgeMs?: number; clock?: FakeClock; dropWaiting?: (last: number) => Span[] } = {},
): Writer {
  const { maxBytes = 1e9, maxAgeMs = Infinity, clock = new FakeClock(), dropWaiting = () => [] } = options
  const lost: Writer['lost'] = []
  const handedOver: Span[] = []
  const told: string[] = []
  const expired: number[] = []
  const syncer = new Syncer(fs, true, (error, fd) => device.failed(error, fd))
  const journal: Journal = new Journal({
    fs,
    clock,
    syncer,
    key: KEY,
    maxBytes,
    maxAgeMs,
    onExpired(batch) {
      for (let number = batch.first; number < batch.next; number++) expired.push(number)
      journal.end(batch.first, batch.next - 1)
    },
    settle: () => Home.create(fs, endpointDirectory(fs, DIRECTORY, KEY, 1000), ownedName(ownerWith(pid), unique())),
    onLost(reason, span) {
      lost.push({ reason, span })
      journal.end(span.first, span.first + span.count - 1)
    },
    onHandedOver: (span) => handedOver.push(span),
    dropWaiting,
    onFault: (error) => told.push(String(error)),
    onMended: () => told.push('mended'),
  })
  const device = new Device(journal, syncer, (message) => told.push(message))
  return { journal, device, clock, lost, expired, handedOver, told }
}

export interface Recovered {
  /** Records in the order in which they were read. */
  readonly texts: string[]
  readonly gaps: number
  /** Of the texts, how many are too old. */
  readonly expired: number
}

/** What a process finds that starts after all others have ended. `settles`: everything is delivered, so everything is removed. */
export function recover(
  fs: FileSystem,
  { pid = 999, settles = true, maxAgeMs = Infinity, clock = new FakeClock() } = {},
): Recovered {
  const texts: string[] = []
  let gaps = 0
  let expired = 0
  for (;;) {
    const endpoint = endpointDirectory(fs, DIRECTORY, KEY, 1000)
    const home = adopt({ fs, endpoint, processes: processesOf(pid), uid: 1000, unique, nowMs: 1000 })?.home
    if (home === undefined) return { texts, gaps, expired }
    const replay: Replay = new Replay({
      fs,
      clock,
      key: KEY,
      home,
      base: -1e12,
      maxAgeMs,
      onGap({ first, count }) {
        gaps += count
        if (settles) replay.end(first, first + count - 1)
      },
    })
    while (replay.hasMore) {
      const taken = replay.take({ maxEvents: 100, maxBytes: 1e6 })
      if (taken === undefined) continue
      const { batch } = taken
      if (taken.isExpired) expired += batch.count
      texts.push(...batch.texts())
      if (settles) replay.end(batch.first, batch.next - 1)
    }
    if (settles) replay.finish()
    else replay.close()
  }
}

export function textOf(number: number): string {
  return `{"event.id":"${number}","timestamp":1767225600000,"content":"récord ${'x'.repeat(number % 23)}"}`
}
