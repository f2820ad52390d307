import { describe, expect, it } from 'vitest'
import { adopt } from '../../../packages/core/src/spool/adopt.ts'
import type { Home } from '../../../packages/core/src/spool/home.ts'
import type { Owner } from '../../../packages/core/src/spool/owner.ts'
import { isInUse, ownedName, ownerOf, STALE_MS, systemProcesses } from '../../../packages/core/src/spool/owner.ts'
import { survey } from '../../../packages/core/src/spool/survey.ts'
import { MemoryDisk } from './memory-disk.ts'
import { DIRECTORY, ENDPOINT, KEY, ownerWith, processesOf, recover, textOf, unique, writerOn } from './writers.ts'

/** A disk on which writer 1 has left three records. */
function leftBy(disk = new MemoryDisk()) {
  const writer = writerOn(disk, 1)
  for (const number of [1, 2, 3]) writer.journal.append(number, textOf(number))
  return { disk, writer }
}

function adoptAs(disk: MemoryDisk, self: number, running: number[], nowMs = disk.now): Home | undefined {
  return adopt({ fs: disk, endpoint: ENDPOINT, processes: processesOf(self, running), uid: 1000, unique, nowMs })?.home
}

describe('a name of a directory', () => {
  it('says whose it is', () => {
    expect(ownerOf(ownedName(ownerWith(7), 'abcdef01'))).toEqual(ownerWith(7))
    expect(ownerOf('f-abcdef01')).toBe('free')
    for (const name of ['quarantine', 'i-', 'f-1', '../i-aaaaaaaa-1-1-1-abcdef01', 'i-aaaaaaaa-1-1-1-abcdef01 '])
      expect(ownerOf(name)).toBeUndefined()
  })
})

describe('a directory is in use', () => {
  const owner = ownerWith(1)
  const elsewhere: Owner = { ...owner, boot: 'bbbbbbbb' }
  const container: Owner = { ...owner, namespace: '4026539999' }

  it('while its process runs and gives a sign of life', () => {
    expect(isInUse(owner, 0, processesOf(2, [1, 2]))).toBe(true)
    expect(isInUse(owner, 0, processesOf(2, [2]))).toBe(false)
    expect(isInUse(owner, STALE_MS + 1, processesOf(2, [1, 2]))).toBe(false)
  })

  it('not when its number was given to another process', () => {
    expect(isInUse({ ...owner, startedAt: '5' }, 0, processesOf(2, [1, 2]))).toBe(false)
  })

  it('of a process that cannot be seen from here, by its heartbeat alone', () => {
    for (const other of [elsewhere, container]) {
      expect(isInUse(other, 0, processesOf(2, [2]))).toBe(true)
      expect(isInUse(other, STALE_MS + 1, processesOf(2, [1, 2]))).toBe(false)
    }
  })

  it('by what the kernel says of this process', () => {
    expect(isInUse(systemProcesses.self, 0, systemProcesses)).toBe(true)
    expect(isInUse({ ...systemProcesses.self, pid: 2 ** 22 + 1 }, 0, systemProcesses)).toBe(false)
  })
})

describe('adoption', () => {
  it('leaves a living writer alone', () => {
    const { disk } = leftBy()
    expect(adoptAs(disk, 2, [1, 2])).toBeUndefined()
  })

  it('gives the directory to one process only', () => {
    const { disk } = leftBy()
    const homes = [2, 3, 4].map((pid) => adoptAs(disk, pid, [2, 3, 4]))
    expect(homes.filter((home) => home !== undefined)).toHaveLength(1)
    expect(ownerOf(homes[0]?.path.split('/').at(-1) ?? '')).toEqual(ownerWith(2))
  })

  it('is won by one where all saw the directory before anyone took it', () => {
    const { disk } = leftBy()
    // While the first one takes it, the second one does, from inside its heartbeat.
    const rename = disk.rename.bind(disk)
    let winner: Home | undefined
    disk.rename = (from, to) => {
      disk.rename = rename
      winner = adoptAs(disk, 3, [2, 3])
      rename(from, to)
    }
    expect(adoptAs(disk, 2, [2, 3])).toBeUndefined()
    expect(winner).toBeDefined()
    winner?.close()
    expect(recover(disk).texts).toEqual([1, 2, 3].map(textOf))
  })

  it('goes on where the adopter ends too, behind what it has settled', () => {
    const { disk } = leftBy()
    expect(recover(disk, { pid: 2, settles: false }).texts).toHaveLength(3)
    expect(recover(disk, { pid: 3 }).texts).toHaveLength(3)
    expect(disk.list(ENDPOINT)).toEqual([])
  })

  it('takes at once what was let go, also by a process that still runs', () => {
    const { disk, writer } = leftBy()
    writer.journal.end(1, 1)
    writer.journal.close('f-00000001')
    expect(recover(disk, { pid: 1 }).texts).toEqual([2, 3].map(textOf))
  })

  it('works on a full disk', () => {
    const { disk } = leftBy()
    disk.faults.free = 0
    expect(recover(disk).texts).toHaveLength(3)
    expect(disk.list(ENDPOINT)).toEqual([])
  })

  it('leaves no file open', () => {
    const { disk } = leftBy()
    disk.killAll()
    recover(disk)
    expect(disk.openFiles).toBe(0)
  })
})

const CHANGES = ['makeDirectory', 'open', 'write', 'rename', 'remove', 'removeDirectory'] as const

/** A writer from its first record to its end, with nothing left to send. `before` is called before each change of the disk. */
function liveOn(disk: MemoryDisk, before: (step: number) => void): number {
  let step = 0
  const changing = new Proxy(disk, {
    get(_, name: keyof MemoryDisk) {
      if ((CHANGES as readonly string[]).includes(name)) before(++step)
      const value: unknown = disk[name]
      return typeof value === 'function' ? value.bind(disk) : value
    },
  })
  const { journal } = writerOn(changing, 1)
  journal.append(1, textOf(1))
  journal.end(1, 1)
  journal.close('f-00000001')
  return step
}

describe('a directory that is being made or removed', () => {
  it('is nobody else’s, at any step', () => {
    const disk = new MemoryDisk()
    disk.now = 2 * STALE_MS // so that a missing heartbeat is an old one
    disk.makeDirectory(ENDPOINT, true)
    const processes = processesOf(2, [1, 2])
    const seen: string[] = [] // not asserted within, where a writer would swallow it
    const steps = liveOn(disk, (step) => {
      const { left } = survey(DIRECTORY, { fs: disk, processes, uid: 1000, key: KEY, wallMs: disk.now })
      if (left.directories > 0) seen.push(`told as left at step ${step}`)
      if (adoptAs(disk, 2, [1, 2]) !== undefined) seen.push(`taken over at step ${step}`)
    })
    expect(seen).toEqual([])
    expect(steps).toBeGreaterThan(12)
    expect(disk.list(ENDPOINT)).toEqual([])
  })

  it('leaves nothing behind where its process ends at any step', () => {
    let steps = Infinity
    for (let last = 1; steps >= last - 1; last++) {
      const disk = new MemoryDisk()
      disk.makeDirectory(ENDPOINT, true)
      steps = liveOn(disk, (step) => {
        if (step >= last) throw new Error('its process has ended')
      })
      disk.killAll()
      const { gaps, texts } = recover(disk)
      expect(texts.length + gaps, `step ${last}`).toBeLessThanOrEqual(1)
      expect(disk.list(ENDPOINT), `step ${last}`).toEqual([])
    }
    expect(steps).toBeGreaterThan(12)
  })
})

describe('a writer that was paused', () => {
  it('finds its directory taken over, begins another and loses nothing', async () => {
    const { disk, writer } = leftBy()
    const { clock, handedOver, journal } = writer
    journal.leave(4, journal.append(4, textOf(4)))
    const home = adoptAs(disk, 2, [1, 2], disk.now + STALE_MS + 1)
    await clock.advance(STALE_MS + 1)
    expect(journal.append(5, textOf(5))).toBeGreaterThan(0)
    expect(handedOver).toEqual([{ first: 4, count: 1 }])
    home?.close()
    expect(recover(disk).texts.toSorted()).toEqual([1, 2, 3, 4, 5].map(textOf).toSorted())
  })

  it('counts what was on disk only as lost when its directory was removed', () => {
    const { disk, writer } = leftBy()
    const { journal, lost } = writer
    journal.leave(4, journal.append(4, textOf(4)))
    disk.removeAll(journal.home?.path ?? '')
    journal.look()
    expect(lost).toEqual([{ reason: 'spool-error', span: { first: 4, count: 1 } }])
    expect(journal.append(5, textOf(5))).toBeGreaterThan(0)
    expect(recover(disk)).toEqual({ texts: [textOf(5)], gaps: 0, expired: 0 })
  })
})
