import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameEncoder, readFrame } from '../../../packages/core/src/spool/frame.ts'
import { Progress } from '../../../packages/core/src/spool/progress.ts'

const json = fc
  .record({ text: fc.string({ unit: 'binary', maxLength: 60 }), n: fc.double() })
  .map((value) => JSON.stringify(value))
const seq = fc.oneof(
  fc.nat(),
  fc.maxSafeNat().filter((number) => number < 36 ** 10),
)

describe('a frame', () => {
  it('is one line that gives back its number and its text', () => {
    const encoder = new FrameEncoder()
    fc.assert(
      fc.property(seq, json, (number, text) => {
        const bytes = encoder.encode(number, text)
        expect(bytes.indexOf(10)).toBe(bytes.length - 1)
        const frame = readFrame(bytes, 0, bytes.length - 1)
        expect(frame?.seq).toBe(number)
        expect(frame?.bytes.toString('utf8', frame.start, frame.end)).toBe(Buffer.from(text).toString())
      }),
    )
  })

  it('is the same of a text and of its bytes, wherever they stand', () => {
    fc.assert(
      fc.property(seq, json, fc.nat({ max: 9 }), (number, text, start) => {
        const part = Buffer.from(text)
        const bytes = Buffer.concat([Buffer.alloc(start, '#'), part, Buffer.from('#')])
        const frame = new FrameEncoder().encode(number, { bytes, start, end: start + part.length })
        expect(frame.equals(new FrameEncoder().encode(number, text))).toBe(true)
      }),
    )
  })

  it('is the same from an encoder that has written others of any length before', () => {
    const encoder = new FrameEncoder()
    for (const length of [10, 4060, 4070, 4080, 4090, 10, 20_000, 4075, 1_000_000, 10, 20_000]) {
      const text = JSON.stringify({ é: 'x'.repeat(length) })
      expect(encoder.encode(length, text).equals(new FrameEncoder().encode(length, text))).toBe(true)
      for (const number of [1, 2]) encoder.add(number, text)
      const [one, two] = [1, 2].map((number) => Buffer.from(new FrameEncoder().encode(number, text)))
      expect(encoder.take().equals(Buffer.concat([one ?? Buffer.of(), two ?? Buffer.of()]))).toBe(true)
    }
  })

  it('can be read with cut and checked with any crc32', () => {
    const line = new FrameEncoder().encode(35, '{"a":1}').toString()
    expect(line).toBe('b1854c62 z {"a":1}\n')
  })

  it('is nothing where it is no frame', () => {
    for (const text of [
      '',
      ' ',
      'x',
      '00000000',
      '00000000 ',
      '00000000 1',
      '00000000 1 ',
      '00000000 1 {}',
      'B1854C62 z {"a":1}',
    ]) {
      const bytes = Buffer.from(text)
      expect(readFrame(bytes, 0, bytes.length)).toBeUndefined()
    }
  })
})

describe('progress', () => {
  it('names the end of what has ended without a gap, whatever the order', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(cuts, fc.infiniteStream(fc.nat()), (ends, chances) => {
        const sorted = ends.toSorted((a, b) => a - b)
        const ranges = sorted.map((last, index) => ({ first: (sorted[index - 1] ?? 0) + 1, last }))
        const progress = new Progress(0)
        const ended = new Set<number>()
        while (ranges.length > 0) {
          const [range] = ranges.splice((chances.next().value ?? 0) % ranges.length, 1)
          if (range === undefined) break
          const before = progress.through
          const moved = progress.end(range.first, range.last)
          for (let number = range.first; number <= range.last; number++) ended.add(number)
          let through = 0
          while (ended.has(through + 1)) through++
          expect(progress.through).toBe(through)
          expect(moved).toBe(through > before)
          expect(progress.unended(1, 60)).toBe(60 - ended.size)
          expect(progress.unended(10, 20)).toBe(
            [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20].filter((number) => !ended.has(number)).length,
          )
        }
      }),
    )
  })
})
