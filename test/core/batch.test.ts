import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Batch } from '../../packages/core/src/batch.ts'
import { anyText, eventText } from './arbitraries.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

function batchOf(texts: readonly string[], first = 1, openedAt = 0): Batch {
  const batch = new Batch(first, openedAt)
  for (const text of texts) expect(batch.add(text, Infinity)).toBe(Buffer.byteLength(text) + 1)
  return batch
}

function bodyOf(texts: readonly string[]): string {
  return `[${texts.join(',')}]`
}

/** Whether a batch says and holds exactly these events. */
function expectEvents(batch: Batch, texts: readonly string[], first: number): void {
  expect(batch.count).toBe(texts.length)
  expect(batch.first).toBe(first)
  expect(batch.next).toBe(first + texts.length)
  expect(batch.bytes).toBe(texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0))
  if (texts.length === 0) return
  const body = batch.body()
  expect(body.toString()).toBe(bodyOf(texts))
  expect(batch.bodyBytes).toBe(body.length)
}

describe('a batch', () => {
  it('is a JSON array of exactly the events that were added, in order, whatever their text', () => {
    fc.assert(
      fc.property(fc.array(eventText, { minLength: 1 }), (texts) => {
        const batch = batchOf(texts)
        expectEvents(batch, texts, 1)
        expect(JSON.parse(batch.body().toString())).toEqual(texts.map((text) => JSON.parse(text)))
      }),
    )
  })

  it('counts bytes as UTF-8 has them, also for text that is not well-formed', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (texts) => {
        const batch = batchOf(texts)
        expect(batch.body()).toEqual(Buffer.from(bodyOf(texts)))
        expect(batch.bodyBytes).toBe(Buffer.byteLength(bodyOf(texts)))
      }),
    )
  })

  it('never lets its body pass the bound, except for a first event that passes it alone', () => {
    fc.assert(
      fc.property(fc.array(eventText, { minLength: 1 }), fc.integer({ min: 3, max: 200 }), (texts, maxBytes) => {
        const batch = new Batch(1, 0)
        const taken: string[] = []
        for (const text of texts) {
          const fits = Buffer.byteLength(bodyOf([...taken, text])) <= maxBytes
          const bytes = batch.add(text, maxBytes)
          expect(bytes).toBe(fits || taken.length === 0 ? Buffer.byteLength(text) + 1 : 0)
          if (bytes > 0) taken.push(text)
        }
        expectEvents(batch, taken, 1)
        expect(batch.bodyBytes <= maxBytes || batch.count === 1).toBe(true)
      }),
    )
  })

  it('has room for an event that fits to the byte, and none for one byte more', () => {
    const batch = batchOf(['"é"'])
    expect(batch.add('"漢"', 11)).toBe(0)
    expect(batch.add('"漢"', 12)).toBe(6)
    expect(batch.body()).toHaveLength(12)
  })

  it.each(['a', 'é', '漢', '😀', '\u0000'])('has room for %j as for any other text, to the byte', (text) => {
    for (const count of [50, 5000, 6000, 9000]) {
      const event = JSON.stringify(text.repeat(count))
      const bytes = Buffer.byteLength(bodyOf([event, event]))
      for (const maxBytes of [bytes - 1, bytes]) {
        const batch = batchOf([event])
        expect(batch.add(event, maxBytes) > 0).toBe(maxBytes === bytes)
        expectEvents(batch, maxBytes === bytes ? [event, event] : [event], 1)
      }
    }
  })

  it('grows beyond its first capacity without harm to what it holds', () => {
    const texts = Array.from({ length: 300 }, (_, index) => `{"n":${index},"text":"${'é'.repeat(index)}"}`)
    const batch = batchOf(texts)
    expect(batch.bytes).toBeGreaterThan(65_536)
    expectEvents(batch, texts, 1)
  })

  it('can be asked for its body, take another event and be asked again', () => {
    const batch = batchOf(['1'])
    expect(batch.body().toString()).toBe('[1]')
    expect(batch.body().toString()).toBe('[1]')
    batch.add('2', Infinity)
    expectEvents(batch, ['1', '2'], 1)
  })
})

/** What is done to a batch in the property below. */
const step = fc.oneof(
  fc.record({ act: fc.constant('add' as const), text: eventText, maxBytes: fc.integer({ min: 20, max: 300 }) }),
  fc.record({ act: fc.constantFrom('drop first' as const, 'drop last' as const, 'close' as const) }),
  fc.record({ act: fc.constant('keep part' as const), at: fc.nat({ max: 20 }), right: fc.boolean() }),
)

describe('a batch that loses events', () => {
  it('holds exactly the others, whichever are dropped, added and split off in any order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let batch = new Batch(7, 0)
        let texts: string[] = []
        let first = 7
        for (const done of steps) {
          if (done.act === 'add') {
            const fits = texts.length === 0 || Buffer.byteLength(bodyOf([...texts, done.text])) <= done.maxBytes
            expect(batch.add(done.text, done.maxBytes) > 0).toBe(fits)
            if (fits) texts.push(done.text)
          } else if (texts.length === 0) continue
          else if (done.act === 'drop first') {
            expect(batch.dropFirst()).toBe(Buffer.byteLength(texts.shift() ?? '') + 1)
            first++
          } else if (done.act === 'drop last') {
            expect(batch.dropLast()).toBe(Buffer.byteLength(texts.pop() ?? '') + 1)
          } else if (done.act === 'close') batch.close()
          else if (done.act === 'keep part') {
            const at = done.at % (texts.length + 1)
            const parts = batch.split(at)
            expectEvents(parts[0], texts.slice(0, at), first)
            expectEvents(parts[1], texts.slice(at), first + at)
            batch = parts[done.right ? 1 : 0]
            texts = done.right ? texts.slice(at) : texts.slice(0, at)
            if (done.right) first += at
          }
          expectEvents(batch, texts, first)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('gives parts that share nothing with it', () => {
    const batch = batchOf(['1', '2', '3'])
    const [left, right] = batch.split(1)
    batch.body().fill(0)
    left.body().fill(0)
    expectEvents(right, ['2', '3'], 2)
  })

  it('hands its age and its failures on to its parts', () => {
    const batch = batchOf(['1', '2'], 5, 1234)
    const failures = { any: true, kind: 'split', count: 3, since: 99 } as const
    batch.failures = failures
    for (const part of batch.split(1)) {
      expect(part).toMatchObject({ openedAt: 1234, failures })
      expect(part.asNew()).toMatchObject({ openedAt: 1234, failures: { any: false, count: 0 } })
    }
  })
})

describe('a batch that is given up', () => {
  it('gives its texts back as they were added, without those that were dropped', () => {
    fc.assert(
      fc.property(fc.array(eventText, { minLength: 1 }), fc.nat(), (texts, dropped) => {
        const batch = batchOf(texts)
        const count = dropped % texts.length
        for (let index = 0; index < count; index++) batch.dropFirst()
        expect([...batch.texts()]).toEqual(texts.slice(count))
      }),
    )
  })
})

describe('a batch with one event', () => {
  it('is replaced by one with another text at the same place', () => {
    const batch = batchOf(['"long"'], 12, 34)
    const smaller = batch.withOnly('"é"')
    expectEvents(smaller, ['"é"'], 12)
    expect(smaller.openedAt).toBe(34)
  })
})
