import { createHash } from 'node:crypto'

import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { FrameEncoder } from '../../../packages/core/src/spool/frame.ts'
import { ownedName } from '../../../packages/core/src/spool/owner.ts'
import { MemoryDisk } from './memory-disk.ts'
import { ENDPOINT, KEY, ownerWith, recover, textOf, unique, writerOn } from './writers.ts'

const RECORDS = 40

const numbers = Array.from({ length: RECORDS }, (_, index) => index + 1)
const texts = numbers.map(textOf)
/** Where each stands among what was written. */
const places = new Map(texts.map((text, place) => [text, place]))

interface Segment {
  readonly name: string
  readonly bytes: Buffer
}

/** The files that a writer leaves. */
function filesOf(maxBytes: number, records = RECORDS, settled = 0): { segments: Segment[]; checkpoint: Buffer } {
  const disk = new MemoryDisk()
  const { journal } = writerOn(disk, 1, { maxBytes })
  for (let number = 1; number <= records; number++) expect(journal.append(number, textOf(number))).toBeGreaterThan(0)
  if (settled > 0) journal.end(1, settled)
  const path = journal.home?.path ?? ''
  const names = disk.list(path).filter((name) => name.endsWith('.seg'))
  return {
    segments: names.map((name) => ({ name, bytes: disk.contents(`${path}/${name}`) })),
    checkpoint: disk.contents(`${path}/checkpoint`),
  }
}

const one = filesOf(1e9)
const many = filesOf(16 * 1024)

/** What is recovered of these files. */
function recoverOf(segments: readonly Segment[], checkpoint = one.checkpoint) {
  const disk = new MemoryDisk()
  const path = `${ENDPOINT}/${ownedName(ownerWith(1), unique())}`
  disk.makeDirectory(path, true)
  disk.put(`${path}/hb`, Buffer.from('1'))
  disk.put(`${path}/checkpoint`, checkpoint)
  for (const { name, bytes } of segments) disk.put(`${path}/${name}`, Buffer.from(bytes))
  const recovered = recover(disk)
  if (disk.openFiles !== 0) throw new Error('a file was left open')
  const left = disk.list(ENDPOINT)
  const quarantined = left.includes('quarantine') ? disk.list(`${ENDPOINT}/quarantine`) : []
  return { ...recovered, disk, left, quarantined }
}

/** As `expect` says it, which takes longer than all the rest where it is asked for thousands of times. */
function isSame(first: readonly string[], other: readonly string[]): boolean {
  return first.length === other.length && first.every((text, index) => text === other[index])
}

/** Nothing that was not written, nothing twice, in order. */
function expectNothingForged(found: readonly string[]): void {
  const at = found.map((text) => places.get(text) ?? NaN)
  if (!at.every((place, index) => place > (at[index - 1] ?? -1))) expect(found).toEqual(texts)
}

/** Bytes of every value in no order, the same in each run. */
const noise = Buffer.from(
  Array.from({ length: 4096 }, (_, index) => createHash('md5').update(String(index)).digest()).flatMap((part) => [
    ...part,
  ]),
)

const [file] = one.segments
const bytes = file?.bytes ?? Buffer.alloc(0)

/** Where each line of the file ends: the header's, then each record's. */
const ends: number[] = []
for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at)

/** Records of which a byte lies in the range, or the newline before. */
function touched(from: number, to: number): number {
  return numbers.filter((number) => (ends[number - 1] ?? 0) < to && (ends[number] ?? 0) >= from).length
}

describe('a damaged spool', { timeout: 180_000 }, () => {
  beforeAll(() => {
    expect(one.segments).toHaveLength(1)
    expect(many.segments.length).toBeGreaterThan(3)
    expect(ends).toHaveLength(RECORDS + 1)
  })

  it('is read in full where nothing is damaged', () => {
    for (const { segments, checkpoint } of [one, many]) {
      const { gaps, left, texts: found } = recoverOf(segments, checkpoint)
      expect(found).toEqual(texts)
      expect(gaps).toBe(0)
      expect(left).toEqual([])
    }
  })

  it('gives every whole record, cut at any byte', () => {
    for (let length = 0; length <= bytes.length; length++) {
      const { gaps, texts: found } = recoverOf([{ name: '0000000001.seg', bytes: bytes.subarray(0, length) }])
      const whole = ends.slice(1).filter((end) => end < length).length
      const isTorn = length > 0 && bytes[length - 1] !== 10
      // A torn header counts too: nobody knows what it was.
      const isRight = gaps === (isTorn ? 1 : 0) && isSame(found, texts.slice(0, whole))
      if (!isRight) expect({ length, found, gaps }).toBe(`the first ${whole}`)
    }
  })

  it('loses with any flipped bit at most the record that was hit, and its neighbour where the newline between them is', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes)
      const at = bit >> 3
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7))
      const { gaps, texts: found } = recoverOf([{ name: '0000000001.seg', bytes: damaged }])
      const hits = touched(at, at + 1)
      const lost = RECORDS - found.length
      // Behind the last record nothing tells how many there were; one at least is counted.
      const isCounted = at < (ends[RECORDS - 1] ?? 0) ? gaps === lost : gaps > 0 === lost > 0
      if (lost > hits || !isCounted || found.some((text) => !places.has(text)))
        expect({ bit, lost, hits, gaps }).toBe('only what was hit')
    }
  })

  it('never gives what was not written, nor loses what was not hit, whatever is done to a part of the file', () => {
    const damage = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      length: fc.integer({ min: 1, max: 300 }),
      kind: fc.constantFrom('zeros', 'garbage', 'insertion', 'removal'),
      from: fc.nat({ max: noise.length - 300 }),
    })
    fc.assert(
      fc.property(damage, ({ at, from, kind, length }) => {
        const garbage = noise.subarray(from, from + length)
        const end = Math.min(bytes.length, at + length)
        const middle = kind === 'zeros' ? Buffer.alloc(end - at) : kind === 'removal' ? Buffer.alloc(0) : garbage
        const rest = kind === 'insertion' ? at : end
        const damaged = Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(rest)])
        const { texts: found } = recoverOf([{ name: '0000000001.seg', bytes: damaged }])
        expectNothingForged(found)
        const hits = touched(at, Math.max(rest, at + 1))
        if (RECORDS - found.length > hits) expect(found).toHaveLength(RECORDS - hits)
      }),
      { numRuns: 20_000 },
    )
  })

  it('is read in full, in order and once, with its segments swapped or doubled', () => {
    const segments = fc.shuffledSubarray([...many.segments.keys()], { minLength: many.segments.length })
    const doubled = fc.nat({ max: many.segments.length - 1 })
    fc.assert(
      fc.property(segments, doubled, (order, twice) => {
        const renamed = [...order, twice].map((from, index) => ({
          name: `${String(index + 1).padStart(10, '0')}.seg`,
          bytes: many.segments[from]?.bytes ?? Buffer.alloc(0),
        }))
        const { gaps, texts: found } = recoverOf(renamed, many.checkpoint)
        expect(found).toEqual(texts)
        expect(gaps).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('counts exactly what a missing segment held', () => {
    for (const missing of many.segments) {
      const { gaps, texts: found } = recoverOf(
        many.segments.filter((segment) => segment !== missing),
        many.checkpoint,
      )
      expectNothingForged(found)
      // of the newest nothing tells that it was there
      expect(gaps).toBe(missing === many.segments.at(-1) ? 0 : RECORDS - found.length)
    }
  })

  it('goes on behind its checkpoint, and from the start where both slots are damaged', () => {
    const { segments, checkpoint } = filesOf(1e9, RECORDS, 30)
    expect(recoverOf(segments, checkpoint).texts).toEqual(texts.slice(30))
    for (const bad of [Buffer.alloc(1024), Buffer.alloc(0), Buffer.alloc(1024, 'garbage\n')]) {
      expect(recoverOf(segments, bad)).toMatchObject({ texts, gaps: 0 })
    }
  })

  it('takes the older slot where the newer is torn, at any byte', () => {
    const disk = new MemoryDisk()
    const { journal } = writerOn(disk, 1)
    for (const number of numbers) journal.append(number, textOf(number))
    journal.end(1, 10)
    journal.end(11, 20)
    const path = journal.home?.path ?? ''
    const checkpoint = disk.contents(`${path}/checkpoint`)
    const segments = [{ name: '0000000001.seg', bytes: disk.contents(`${path}/0000000001.seg`) }]
    for (let at = 0; at < 1024; at++) {
      const torn = Buffer.from(checkpoint)
      torn[at] = 0x55
      const { gaps, texts: found } = recoverOf(segments, torn)
      expect([texts.slice(10), texts.slice(20)]).toContainEqual(found)
      expect(gaps).toBe(0)
    }
  })

  it('puts a segment of an unknown version or another endpoint aside, unread and undeleted', () => {
    const encoder = new FrameEncoder()
    for (const header of [
      { version: 99, endpoint: KEY, first: 1, previous: 0 },
      { version: 1, endpoint: 'another', first: 1, previous: 0 },
    ]) {
      const head = Buffer.from(encoder.encode(0, JSON.stringify(header)))
      const other = { name: '0000000001.seg', bytes: Buffer.concat([head, bytes.subarray((ends[0] ?? 0) + 1)]) }
      const { quarantined, texts: found } = recoverOf([other])
      expect(found).toEqual([])
      expect(quarantined).toHaveLength(1)
    }
  })

  it('keeps a damaged segment for whoever wants to look at it', () => {
    const damaged = Buffer.from(bytes)
    damaged[200] = 0
    const { quarantined, disk } = recoverOf([{ name: '0000000001.seg', bytes: damaged }])
    expect(quarantined).toHaveLength(1)
    expect(disk.contents(`${ENDPOINT}/quarantine/${quarantined[0]}`)).toEqual(damaged)
  })

  it('keeps the newest of what is damaged, within a bound', () => {
    const disk = new MemoryDisk()
    const leave = (times: number, size: number): void => {
      for (let time = 1; time <= times; time++) {
        disk.now++
        const path = `${ENDPOINT}/f-${String(time).padStart(8, '0')}`
        disk.makeDirectory(path, true)
        disk.put(`${path}/0000000001.seg`, Buffer.alloc(size, 'no newline '))
        recover(disk)
      }
    }
    const kept = (): number[] => {
      const folder = `${ENDPOINT}/quarantine`
      return disk.list(folder).map((name) => disk.lstat(`${folder}/${name}`).ctimeMs)
    }
    leave(100, 100)
    expect(kept()).toEqual(Array.from({ length: 64 }, (_, index) => disk.now - 63 + index))
    leave(5, 12_000_000)
    expect(kept()).toEqual([disk.now - 1, disk.now])
  })

  it('puts a file aside unread that is larger than any segment', () => {
    const large = { name: '0000000001.seg', bytes: Buffer.concat([bytes, Buffer.alloc(33_554_432, ' ')]) }
    const { quarantined, texts: found } = recoverOf([large])
    expect(found).toEqual([])
    expect(quarantined).toHaveLength(1)
  })

  it('survives a directory full of nonsense', () => {
    const disk = new MemoryDisk()
    disk.makeDirectory(ENDPOINT, true)
    for (const name of ['i-nonsense', 'f-12345678', 'n-12', ownedName(ownerWith(1), unique())])
      disk.makeDirectory(`${ENDPOINT}/${name}`)
    disk.put(`${ENDPOINT}/f-12345678/0000000007.seg`, Buffer.alloc(100_000, 'no newline '))
    disk.put(`${ENDPOINT}/f-12345678/notes.txt`, Buffer.from('hello'))
    disk.put(`${ENDPOINT}/f-87654321`, Buffer.from('a file'))
    expect(recover(disk)).toMatchObject({ texts: [], gaps: 1 })
    expect(disk.list(ENDPOINT)).toEqual(['i-nonsense', 'n-12', 'f-87654321', 'quarantine'])
  })
})
