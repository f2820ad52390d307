import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote, quoteWithin, truncate } from '../../../packages/core/src/encode/quote.ts'
import { anyText } from '../arbitraries.ts'

/** Ends that matter: around the length where another way of looking begins. */
const padded = fc.tuple(fc.integer({ min: 0, max: 45 }), anyText).map(([pad, text]) => 'x'.repeat(pad) + text)

describe('a quoted string', () => {
  it('is what JSON.stringify makes of it, for every string', () => {
    fc.assert(
      fc.property(padded, (text) => {
        expect(quote(text)).toBe(JSON.stringify(text))
      }),
      { numRuns: 500 },
    )
  })

  it('is what JSON.stringify makes of it, for every single UTF-16 unit, in a short and in a long string', () => {
    const long = 'x'.repeat(50)
    const wrong: number[] = []
    for (let unit = 0; unit <= 0xffff; unit++) {
      const text = String.fromCharCode(unit)
      if (quote(text) !== JSON.stringify(text) || quote(long + text) !== JSON.stringify(long + text)) wrong.push(unit)
    }
    expect(wrong).toEqual([])
  })
})

describe('a string that is cut', () => {
  it('keeps its beginning, never half of a pair, and names the bytes that are missing', () => {
    fc.assert(
      fc.property(anyText, fc.nat({ max: 30 }), (text, max) => {
        fc.pre(text.length > max)
        const match = /^(.*)…\[truncated (\d+) bytes\]$/su.exec(truncate(text, max))
        const [, kept = '', bytes] = match ?? []
        expect(text.startsWith(kept)).toBe(true)
        expect([max, max - 1]).toContain(kept.length)
        expect(Number(bytes)).toBe(Buffer.byteLength(text) - Buffer.byteLength(kept))
        expect(text.slice(kept.length - 1, kept.length + 1)).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]/)
      }),
    )
  })

  it('keeps a pair that just fits, and leaves out one that does not', () => {
    expect(truncate('ab😀cd', 4)).toBe('ab😀…[truncated 2 bytes]')
    expect(truncate('ab😀cd', 3)).toBe('ab…[truncated 6 bytes]')
  })

  it('is cut only when it is longer than may be', () => {
    expect(quoteWithin('abcd', 4)).toBe('"abcd"')
    expect(quoteWithin('abcde', 4)).toBe('"abcd…[truncated 1 bytes]"')
  })
})
