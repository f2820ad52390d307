import { describe, expect, it } from 'vitest'
import { OpenPipelineError } from '../../../packages/core/src/errors.ts'
import { OptionReader, Problems } from '../../../packages/core/src/options/reader.ts'

/** What a reader says of these values. */
function problemsOf(values: unknown, read: (reader: OptionReader) => unknown): string {
  const problems = new Problems()
  read(new OptionReader(values, '', problems))
  try {
    problems.throwIfAny('test')
  } catch (error) {
    if (error instanceof OpenPipelineError && error.code === 'INVALID_OPTIONS') return error.message
  }
  return ''
}

describe('a wrong value', () => {
  it.each<[unknown, string]>([
    ['5mb', '"5mb" (string)'],
    [1.5, '1.5 (number)'],
    [0, '0 (number)'],
    [11, '11 (number)'],
    [Number.NaN, 'NaN (number)'],
    [Number.POSITIVE_INFINITY, 'Infinity (number)'],
    [true, 'true (boolean)'],
    [5n, '5 (bigint)'],
    [Symbol('s'), 'Symbol(s) (symbol)'],
    [{}, 'an object'],
    [[1, 2], 'an array of 2'],
    [() => undefined, 'a function'],
    ['x'.repeat(100), `"${'x'.repeat(60)}" (string)`],
  ])('is named with what was expected, its value and its type', (value, shown) => {
    const text = problemsOf({ a: value }, (reader) => reader.integer('a', { min: 1, max: 10, fallback: 5 }))
    expect(text).toBe(`test: a must be an integer from 1 to 10, got ${shown}`)
  })

  it('is named for each kind of option', () => {
    expect(problemsOf({ a: 'c' }, (reader) => reader.choice('a', ['x', 'y'], 'x'))).toBe("test: a must be 'x' or 'y', got \"c\" (string)") // prettier-ignore
    expect(problemsOf({ a: 'true' }, (reader) => reader.boolean('a', false))).toBe('test: a must be true or false, got "true" (string)') // prettier-ignore
    for (const value of ['', 5]) {
      expect(problemsOf({ a: value }, (reader) => reader.string('a'))).toContain('a must be a non-empty string, got')
    }
  })

  it('that is absent, undefined or null leaves the default', () => {
    for (const values of [{}, { a: undefined }, { a: null }, Object.create({ a: 7 }) as object, undefined]) {
      const reader = new OptionReader(values, '', new Problems())
      expect(reader.integer('a', { min: 1, max: 10, fallback: 5 })).toBe(5)
      expect(reader.choice('a', ['x', 'y'], 'y')).toBe('y')
      expect(reader.boolean('a', true)).toBe(true)
      expect(reader.string('a')).toBeUndefined()
    }
  })

  it('at a bound is right, and one beyond it is not', () => {
    const read = (reader: OptionReader): number => reader.integer('a', { min: 1, max: 10, fallback: 5 })
    for (const value of [1, 10]) expect(problemsOf({ a: value }, read)).toBe('')
    for (const value of [0, 11]) expect(problemsOf({ a: value }, read)).not.toBe('')
  })
})

describe('a key nobody asked for', () => {
  const read = (reader: OptionReader): void => {
    reader.string('url')
    const batch = reader.group('batch')
    batch.integer('maxBytes', { min: 1, max: 10, fallback: 5 })
    batch.refuseOthers()
    reader.allowUnnamed(['$context'])
    reader.refuseOthers()
  }

  it('is refused with what was most likely meant', () => {
    expect(problemsOf({ uri: 'x' }, read)).toBe('test: uri is not an option; did you mean url?')
  })

  it('is refused with its full name where it is nested', () => {
    expect(problemsOf({ batch: { maxbytes: 5 } }, read)).toBe(
      'test: batch.maxbytes is not an option; did you mean batch.maxBytes?',
    )
  })

  it('is refused with a list of what is known where nothing is near, without what hosts add', () => {
    expect(problemsOf({ somethingElse: 1 }, read)).toBe('test: somethingElse is not an option; known are url, batch')
  })

  it.each([
    ['level', 'minLevel'],
    ['maxbytes', 'batch.maxBytes or queue.maxBytes'],
    ['serviceName', "attributes: { 'service.name': … }"],
    ['ca', 'tls.ca'],
    ['labels', 'attributes'],
  ])('is refused with where it belongs, also under the name of other transports: %s', (key, place) => {
    expect(problemsOf({ [key]: 1 }, read)).toBe(`test: ${key} is not an option; did you mean ${place}?`)
  })

  it('is refused with the reason where there is none on purpose', () => {
    expect(problemsOf({ maxRetries: 5 }, read)).toBe('test: maxRetries is not an option; there is no limit of attempts')
  })

  it('passes where it is undefined, or a host reads it', () => {
    expect(problemsOf({ uri: undefined, $context: {} }, read)).toBe('')
  })

  it('is refused also where it is null, and whatever its name is', () => {
    expect(problemsOf({ uri: null }, read)).toContain('uri is not an option')
    expect(problemsOf(JSON.parse('{"__proto__":1}'), read)).toContain('__proto__ is not an option')
    expect(problemsOf({ constructor: 1 }, read)).toContain('constructor is not an option')
  })
})

describe('several problems', () => {
  it('are told in one message, a line each', () => {
    const text = problemsOf({ a: 0, b: 'x', other: 1 }, (reader) => {
      reader.integer('a', { min: 1, max: 10, fallback: 5 })
      reader.boolean('b', false)
      reader.refuseOthers()
    })
    expect(text.split('\n')).toEqual([
      'test: ',
      '  - a must be an integer from 1 to 10, got 0 (number)',
      '  - b must be true or false, got "x" (string)',
      '  - other is not an option; known are a, b',
    ])
  })
})

describe('what is no object', () => {
  it.each([['text'], [5], [[]], [null], [() => undefined]])('is refused as options: %s', (values) => {
    expect(problemsOf(values, (reader) => reader.refuseOthers())).toContain('options must be an object, got')
  })

  it('is refused as a group', () => {
    const text = problemsOf({ batch: 5 }, (reader) =>
      reader.group('batch').integer('a', { min: 1, max: 2, fallback: 1 }),
    )
    expect(text).toBe('test: batch must be an object, got 5 (number)')
  })
})
