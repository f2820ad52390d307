/** Somebody on the same machine puts things where the spool will look: nothing of it is followed, waited for, or written to. */
import { execFileSync } from 'node:child_process'
import * as nodeFs from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'
import { adopt } from '../../../packages/core/src/spool/adopt.ts'
import { endpointDirectory } from '../../../packages/core/src/spool/directory.ts'
import type { FileSystem } from '../../../packages/core/src/spool/file-system.ts'
import { fileSystem } from '../../../packages/core/src/spool/file-system.ts'
import { FrameEncoder } from '../../../packages/core/src/spool/frame.ts'
import { Home } from '../../../packages/core/src/spool/home.ts'
import { ownedName } from '../../../packages/core/src/spool/owner.ts'
import { Replay } from '../../../packages/core/src/spool/replay.ts'
import { SegmentReader } from '../../../packages/core/src/spool/segment-reader.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { KEY, ownerWith, processesOf, textOf, unique } from './writers.ts'

const UID = process.getuid?.()

/** What a writer that has ended has left: the directory of the endpoint and its own, with records 1 to 3. */
function left(): { endpoint: string; path: string; segment: string } {
  const endpoint = endpointDirectory(fileSystem, join(temporaryFolder(), 'spool'), KEY, UID)
  const home = Home.create(fileSystem, endpoint, ownedName(ownerWith(1), unique()))
  const segment = home.segmentPath(1)
  nodeFs.writeFileSync(segment, framesOf(1, 3), { mode: 0o600 })
  home.close()
  return { endpoint, path: home.path, segment }
}

function framesOf(first: number, last: number, header: object = {}): Buffer {
  const encoder = new FrameEncoder()
  encoder.add(0, JSON.stringify({ version: 1, created: 0, endpoint: KEY, first, previous: first - 1, ...header }))
  for (let number = first; number <= last; number++) encoder.add(number, textOf(number))
  return Buffer.from(encoder.take())
}

interface Found {
  readonly texts: string[]
  readonly missing: number
}

/** As a process does that comes next; undefined where it takes nothing over. */
function comeNext(endpoint: string, fs: FileSystem = fileSystem): Found | undefined {
  const nowMs = Date.now()
  const home = adopt({ fs, endpoint, processes: processesOf(2), uid: UID, unique, nowMs })?.home
  if (home === undefined) return undefined
  const texts: string[] = []
  let missing = 0
  const onGap = ({ count }: { count: number }): void => void (missing += count)
  const replay = new Replay({ fs, clock: new FakeClock(), key: KEY, home, base: -1e12, maxAgeMs: Infinity, onGap })
  while (replay.hasMore) texts.push(...(replay.take({ maxEvents: 100, maxBytes: 1e6 })?.batch.texts() ?? []))
  replay.finish()
  return { texts, missing }
}

/** Something of the user that is none of the spool's business. */
function victim(): { path: string; isUntouched: () => boolean } {
  const path = join(temporaryFolder(), 'victim')
  nodeFs.writeFileSync(path, framesOf(7, 9))
  const before = nodeFs.statSync(path)
  return {
    path,
    isUntouched: () => nodeFs.readFileSync(path).equals(framesOf(7, 9)) && nodeFs.statSync(path).mode === before.mode,
  }
}

const nothingOf = { texts: [], missing: 0 }
const all = { texts: [1, 2, 3].map(textOf), missing: 0 }

it('is what the next process finds where nobody has touched it', () => {
  expect(comeNext(left().endpoint)).toEqual(all)
})

describe('whatever the umask', () => {
  it.each([0o000, 0o022, 0o077])('%i: what is made is for this user alone', (umask) => {
    const before = process.umask(umask)
    onTestFinished(() => void process.umask(before))
    const top = temporaryFolder()
    const endpoint = endpointDirectory(fileSystem, join(top, 'made', 'too'), KEY, UID)
    const home = Home.create(fileSystem, endpoint, ownedName(ownerWith(1), unique()))
    home.close()
    const names = nodeFs.readdirSync(top, { recursive: true, encoding: 'utf8' })
    expect(names).toHaveLength(7)
    for (const name of names) {
      const { mode } = nodeFs.lstatSync(join(top, name))
      expect((mode & 0o777).toString(8), name).toBe(/(hb|checkpoint)$/.test(name) ? '600' : '700')
    }
  })
})

describe('a symbolic link in place of', () => {
  it.each(['', 'v1', `v1/${KEY}`])('the directory "%s" is not followed', (part) => {
    const directory = join(temporaryFolder(), 'spool')
    const elsewhere = temporaryFolder()
    const path = join(directory, part)
    nodeFs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    nodeFs.symlinkSync(elsewhere, path)
    expect(() => endpointDirectory(fileSystem, directory, KEY, UID)).toThrow('is not a directory')
    expect(nodeFs.readdirSync(elsewhere)).toEqual([])
  })

  it('a directory that was left is not followed', () => {
    const { endpoint, path } = left()
    const elsewhere = join(temporaryFolder(), 'elsewhere')
    nodeFs.renameSync(path, elsewhere)
    nodeFs.symlinkSync(elsewhere, path)
    expect(comeNext(endpoint)).toBeUndefined()
    expect(nodeFs.readdirSync(elsewhere)).toHaveLength(3)
  })

  it.each(['hb', 'checkpoint'])('%s is not followed', (name) => {
    const { endpoint, path } = left()
    const { isUntouched, path: target } = victim()
    nodeFs.unlinkSync(join(path, name))
    nodeFs.symlinkSync(target, join(path, name))
    expect(comeNext(endpoint)).toBeUndefined()
    expect(isUntouched()).toBe(true)
  })

  it('a segment is not followed', () => {
    const { endpoint, segment } = left()
    const { isUntouched, path: target } = victim()
    nodeFs.unlinkSync(segment)
    nodeFs.symlinkSync(target, segment)
    expect(comeNext(endpoint)).toEqual(nothingOf)
    expect(isUntouched()).toBe(true)
  })

  it('the quarantine is not followed', () => {
    const { endpoint, segment } = left()
    const elsewhere = temporaryFolder()
    nodeFs.symlinkSync(elsewhere, join(endpoint, 'quarantine'))
    nodeFs.writeFileSync(segment, 'damaged')
    expect(() => comeNext(endpoint)).toThrow('is not a directory')
    expect(nodeFs.readdirSync(elsewhere)).toEqual([])
  })
})

describe('another name of a file, by a hard link, as', () => {
  it.each(['hb', 'checkpoint'])('%s is not written to', (name) => {
    const { endpoint, path } = left()
    const { isUntouched, path: target } = victim()
    nodeFs.unlinkSync(join(path, name))
    nodeFs.linkSync(target, join(path, name))
    expect(comeNext(endpoint)).toBeUndefined()
    expect(isUntouched()).toBe(true)
  })

  it('a segment is not read', () => {
    const { endpoint, segment } = left()
    const { isUntouched, path: target } = victim()
    nodeFs.unlinkSync(segment)
    nodeFs.linkSync(target, segment)
    expect(comeNext(endpoint)).toEqual(nothingOf)
    expect(isUntouched()).toBe(true)
  })
})

describe('something else in place of', () => {
  const makers = {
    pipe: (path: string) => void execFileSync('mkfifo', [path]),
    directory: (path: string) => nodeFs.mkdirSync(path),
  }

  // To open a pipe waits for its other end, with everything else that this process does.
  it.each(['pipe', 'directory'] as const)('a segment, a %s: is put aside', (kind) => {
    const { endpoint, segment } = left()
    nodeFs.unlinkSync(segment)
    makers[kind](segment)
    expect(comeNext(endpoint)).toEqual(nothingOf)
    expect(nodeFs.readdirSync(join(endpoint, 'quarantine'))).toHaveLength(1)
  })

  it.each([
    ['hb', 'pipe'],
    ['hb', 'directory'],
    ['checkpoint', 'pipe'],
    ['checkpoint', 'directory'],
  ] as const)('%s, a %s: the directory is left alone', (name, kind) => {
    const { endpoint, path } = left()
    nodeFs.unlinkSync(join(path, name))
    makers[kind](join(path, name))
    expect(comeNext(endpoint)).toBeUndefined()
    const open = nodeFs.readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`))
    expect(open.filter((file) => file.includes(basename(path)))).toEqual([])
  })

  it('one does not keep the others from being taken over', () => {
    const { endpoint, path } = left()
    const other = Home.create(fileSystem, endpoint, ownedName(ownerWith(3), unique()))
    nodeFs.writeFileSync(other.segmentPath(1), framesOf(1, 3))
    other.close()
    nodeFs.unlinkSync(join(path, 'hb'))
    makers.pipe(join(path, 'hb'))
    expect(comeNext(endpoint)).toEqual(all)
  })
})

function linkOf(path: string): string {
  try {
    return nodeFs.readlinkSync(path)
  } catch {
    return '' // the one with which the list was read
  }
}

describe('another user', () => {
  it('owns a directory: it is left alone', () => {
    const { endpoint, path } = left()
    const theirs: FileSystem = {
      ...fileSystem,
      lstat: (name) =>
        name === path ? Object.assign(fileSystem.lstat(name), { uid: 65_534 }) : fileSystem.lstat(name),
    }
    expect(comeNext(endpoint, theirs)).toBeUndefined()
    expect(comeNext(endpoint)).toEqual(all)
  })
})

describe('a segment', () => {
  it('that grows while it is read is read to a bound', () => {
    const { segment } = left()
    let last = 0
    const growing: FileSystem = {
      ...fileSystem,
      read(fd, bytes, offset, position) {
        const { size } = nodeFs.statSync(segment)
        if (size < 64_000_000) nodeFs.truncateSync(segment, size + 8_000_000)
        const count = fileSystem.read(fd, bytes, offset, position)
        last = position + count
        return count
      },
    }
    const reader = new SegmentReader(growing, segment)
    onTestFinished(() => reader.close())
    let records = 0
    while (reader.next() !== undefined) records++
    expect(records).toBe(4) // with the header
    expect(last).toBe(33_554_432)
  })

  it.each([
    ['a number that nobody has written', { previous: 2 ** 53 }],
    ['a number below none', { first: -5 }],
    ['half a number', { first: 1.5 }],
    ['no number', { previous: null }],
  ])('whose header holds %s is put aside', (_, header) => {
    const { endpoint, segment } = left()
    nodeFs.writeFileSync(segment, framesOf(1, 3, header))
    expect(comeNext(endpoint)).toEqual(nothingOf)
    expect(nodeFs.readdirSync(join(endpoint, 'quarantine'))).toHaveLength(1)
  })

  it('whose header is huge is not read for its place', () => {
    const { endpoint, path, segment } = left()
    nodeFs.writeFileSync(segment, framesOf(1, 3, { padding: 'x'.repeat(20_000_000) }))
    nodeFs.writeFileSync(join(path, '0000000002.seg'), framesOf(4, 6))
    let largest = 0
    let isPlaced = false
    const watching: FileSystem = {
      ...fileSystem,
      read(fd, bytes, offset, position) {
        if (!isPlaced) largest = Math.max(largest, bytes.length)
        isPlaced ||= nodeFs.readlinkSync(`/proc/self/fd/${fd}`).endsWith('2.seg')
        return fileSystem.read(fd, bytes, offset, position)
      },
    }
    expect(comeNext(endpoint, watching)?.texts).toEqual([1, 2, 3, 4, 5, 6].map(textOf))
    expect(largest).toBeLessThanOrEqual(131_072)
  })
})
