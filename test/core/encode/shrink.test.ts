import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shrink } from '../../../packages/core/src/encode/shrink.ts'
import { anyRecord, anyText } from '../arbitraries.ts'

/** An event of many strings, so that there is something to cut. */
const largeEvent = fc
  .tuple(anyRecord, fc.array(anyText, { maxLength: 5 }), fc.integer({ min: 1, max: 400 }))
  .map(([record, texts, times]) => JSON.stringify({ ...record, texts: texts.map((text) => text.repeat(times)) }))

function parse(text: string | undefined): Record<string, unknown> {
  if (text === undefined) throw new Error('could not be made to fit')
  return Object(JSON.parse(text)) as Record<string, unknown>
}

describe('an event that is made to fit', () => {
  it('is valid JSON within the bound, or is given up', () => {
    fc.assert(
      fc.property(largeEvent, fc.integer({ min: 10, max: 3000 }), (text, maxBytes) => {
        const result = shrink(text, maxBytes)
        if (result === undefined) return
        expect(Buffer.byteLength(result)).toBeLessThanOrEqual(maxBytes)
        const { 'openpipeline.truncated': mark, ...others } = parse(result)
        expect(mark).toBe(Buffer.byteLength(text) > maxBytes ? true : undefined)
        expect(Object.keys(others)).toEqual(Object.keys(parse(text)).filter((key) => key !== 'openpipeline.truncated'))
      }),
    )
  })

  it('is never given up while its strings alone are what makes it large', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2000, max: 9000 }), (strings, maxBytes) => {
        const event = Object.fromEntries(Array.from({ length: strings }, (_, n) => [`k${n}`, 'é'.repeat(20_000)]))
        expect(shrink(JSON.stringify(event), maxBytes)).toBeDefined()
      }),
    )
  })

  it('is left as it is when it fits', () => {
    expect(shrink('{"a": 1}', 8)).toBe('{"a": 1}')
  })

  it('keeps short strings, numbers and names whole, and marks what it cut', () => {
    const event = { 'event.id': 'i-1', number: 12.5, list: [null, true], deep: { stack: 'x'.repeat(5000), n: 1 } }
    const result = parse(shrink(JSON.stringify(event), 1000))
    expect(result).toMatchObject({
      'openpipeline.truncated': true,
      'event.id': 'i-1',
      number: 12.5,
      list: [null, true],
      deep: { stack: expect.stringMatching(/^x{500}…\[truncated 4500 bytes\]$/), n: 1 },
    })
  })

  it('cuts no more than it must, by halves', () => {
    const lengthOf = (maxBytes: number): number => {
      const { a } = parse(shrink(JSON.stringify({ a: 'x'.repeat(10_000) }), maxBytes))
      return /^x*/.exec(String(a))?.[0].length ?? 0
    }
    expect(lengthOf(4000)).toBe(2000)
    expect(lengthOf(1000)).toBe(500)
    expect(lengthOf(200)).toBe(100)
  })

  it('is given up when names, numbers or many short strings leave it too large', () => {
    expect(shrink(JSON.stringify({ ['k'.repeat(2000)]: 'x'.repeat(2000) }), 1000)).toBeUndefined()
    expect(shrink(JSON.stringify({ a: Array.from({ length: 1000 }, (_, n) => n) }), 1000)).toBeUndefined()
    expect(shrink(JSON.stringify({ a: Array.from({ length: 1000 }, () => 'short') }), 1000)).toBeUndefined()
  })

  it('can be made smaller again, with one mark', () => {
    const once = shrink(JSON.stringify({ a: 'x'.repeat(10_000) }), 4000) ?? ''
    const twice = shrink(once, 1000) ?? ''
    expect(twice.split('openpipeline.truncated')).toHaveLength(2)
    expect(parse(twice)['openpipeline.truncated']).toBe(true)
  })

  it.each(['__proto__', 'constructor', 'toString'])('keeps an attribute named %s', (key) => {
    const text = `{"${key}":"own","a":"${'x'.repeat(3000)}"}`
    const result = parse(shrink(text, 1000))
    expect(Object.hasOwn(result, key)).toBe(true)
    expect(Object.getOwnPropertyDescriptor(result, key)?.value).toBe('own')
  })
})
