import { describe, expect, it } from 'vitest'
import { constantAttributes } from '../../packages/core/src/constant-attributes.ts'
import { OpenPipelineError } from '../../packages/core/src/errors.ts'
import type { Attributes } from '../../packages/core/src/event.ts'
import { MAX_REQUEST_BYTES } from '../../packages/core/src/limits.ts'
import { resolveOptions } from '../../packages/core/src/settings.ts'
import { problemOf, problemWith, resolve, TOKEN_OK, URL_OK } from './options/resolve.ts'

/** Path of an option, its default, its lowest and its highest value: design.md section 4. */
const integers = [
  ['batch.maxEvents', 5000, 1, 100_000],
  ['batch.maxBytes', 1_000_000, 1000, 9_500_000],
  ['batch.lingerMs', 1000, 0, 3_600_000],
  ['queue.maxBytes', 33_554_432, 1000, 4_294_967_296],
  ['delivery.concurrency', 4, 1, 64],
  ['delivery.timeoutMs', 30_000, 100, 600_000],
  ['retry.minDelayMs', 500, 1, 600_000],
  ['retry.maxDelayMs', 30_000, 1, 3_600_000],
  ['retry.maxRetryAfterMs', 600_000, 0, 86_400_000],
  ['closeTimeoutMs', 3000, 0, 8000],
] as const

const choices = [
  ['queue.onFull', ['drop-oldest', 'drop-newest']],
  ['delivery.compression', ['none', 'gzip']],
] as const

/** `with('batch.maxBytes', 5)` → `{ batch: { maxBytes: 5 } }` */
function optionsWith(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object
}

function at(settings: object, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => Reflect.get(Object(inner) as object, key), settings)
}

describe.each(integers)('%s', (path, fallback, min, max) => {
  it(`is ${fallback} unless it is given`, () => {
    for (const options of [{}, optionsWith(path, undefined), optionsWith(path, null)]) {
      expect(at(resolve(options), path)).toBe(fallback)
    }
  })

  it(`is an integer from ${min} to ${max}`, () => {
    // a longest wait below the shortest is raised to it, see below
    const others = path === 'retry.maxDelayMs' ? { minDelayMs: 1 } : {}
    for (const value of [min, max]) {
      const options = path.startsWith('retry') ? { retry: { ...others, [path.slice(6)]: value } } : optionsWith(path, value) // prettier-ignore
      expect(at(resolve(options), path)).toBe(value)
    }
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN, Infinity, `${min}`, true, {}, [min]]) {
      expect(problemWith(optionsWith(path, value))).toContain(
        `test: ${path} must be an integer from ${min} to ${max}, got`,
      )
    }
  })
})

describe.each(choices)('%s', (path, values) => {
  it(`is '${values[0]}' unless it is given, and one of ${values.join(', ')}`, () => {
    expect(at(resolve(), path)).toBe(values[0])
    for (const value of values) expect(at(resolve(optionsWith(path, value)), path)).toBe(value)
    for (const value of ['', values[0].toUpperCase(), 5, true, {}]) {
      expect(problemWith(optionsWith(path, value))).toContain(`test: ${path} must be '${values.join("' or '")}', got`)
    }
  })
})

it('never lets a batch be larger than the service takes', () => {
  expect(MAX_REQUEST_BYTES).toBeLessThan(10_000_000)
  expect(problemWith({ batch: { maxBytes: MAX_REQUEST_BYTES + 1 } })).toContain('batch.maxBytes')
})

it('never has a longest wait below the shortest', () => {
  expect(resolve({ retry: { minDelayMs: 60_000 } }).retry).toMatchObject({ minDelayMs: 60_000, maxDelayMs: 60_000 })
})

describe('nested', () => {
  it("is 'flatten' unless it is given, and one of 'flatten' and 'keep'", () => {
    expect([resolve().flatten, resolve({ nested: 'flatten' }).flatten, resolve({ nested: 'keep' }).flatten]).toEqual([true, true, false]) // prettier-ignore
    for (const nested of ['', 'text', true]) {
      expect(problemWith({ nested })).toContain("nested must be 'flatten' or 'keep', got")
    }
  })
})

/** Attributes of every event, without what the surroundings add. */
function fixed(options: object = {}): Attributes {
  return constantAttributes(resolve(options), 'test').fixed
}

describe('event', () => {
  it("is of type 'log' and of the package unless it is given", () => {
    expect(fixed()).toEqual({ 'event.type': 'log', 'event.provider': 'test' })
  })

  it('has the type, provider and kind that are given', () => {
    expect(fixed({ event: { type: 'audit', provider: 'me', kind: 'BIZ_EVENT' } })).toEqual({
      'event.type': 'audit',
      'event.provider': 'me',
      'event.kind': 'BIZ_EVENT',
    })
  })

  it('has the service as its provider where that is known', () => {
    expect(fixed({ attributes: { 'service.name': 'shop' } })).toMatchObject({ 'event.provider': 'shop' })
    expect(fixed({ attributes: { 'service.name': 'shop' }, event: { provider: 'me' } })).toMatchObject({ 'event.provider': 'me' }) // prettier-ignore
    expect(fixed({ attributes: { 'service.name': 5 } })).toMatchObject({ 'event.provider': 'test' })
  })

  it.each([
    [{ type: 5 }, 'event.type must be a non-empty string, got 5 (number)'],
    [{ provider: '' }, 'event.provider must be a non-empty string, got "" (string)'],
    [{ kind: {} }, 'event.kind must be a non-empty string, got an object'],
    [{ typ: 'x' }, 'event.typ is not an option; did you mean event.type?'],
    ['log', 'event must be an object, got "log" (string)'],
  ])('is checked: %j', (event, problem) => {
    expect(problemWith({ event })).toBe(`test: ${problem}`)
  })
})

describe('attributes', () => {
  it('are taken as they are, and win over those of the option event', () => {
    const attributes = { a: 'text', b: 1.5, c: false, d: ['x', 1, true], 'event.type': 'mine', '': '' }
    expect(fixed({ attributes })).toEqual({ 'event.provider': 'test', ...attributes })
  })

  it('may have any name', () => {
    const attributes: unknown = JSON.parse('{"__proto__":"own","constructor":"x"}')
    const attributesOfEvents = fixed({ attributes })
    expect(Object.getOwnPropertyDescriptor(attributesOfEvents, '__proto__')?.value).toBe('own')
    expect(attributesOfEvents['constructor']).toBe('x')
  })

  it('that are undefined are left out', () => {
    expect(fixed({ attributes: { a: undefined } })).not.toHaveProperty('a')
  })

  it.each([[null], [{}], [Number.NaN], [1n], [[{}]], [[null]], [Symbol('s')], [() => undefined]])(
    'may not have the value %s',
    (value) => {
      expect(problemWith({ attributes: { 'my.name': value } })).toContain(
        "attributes['my.name'] must be a string, a finite number, a boolean or an array of these, got",
      )
    },
  )

  it.each(['text', 5, [['a', 1]]])('are an object, and not %j', (attributes) => {
    expect(problemWith({ attributes })).toContain('attributes must be an object, got')
  })
})

describe('diagnostics', () => {
  it("is 'stderr' unless it is given, 'silent' or a listener", () => {
    const onEvent = (): void => undefined
    expect(resolve().diagnostics).toBe('stderr')
    expect(resolve({ diagnostics: 'silent' }).diagnostics).toBe('silent')
    expect(resolve({ diagnostics: { onEvent } }).diagnostics).toEqual({ onEvent })
  })

  it.each([
    ['stdout', `diagnostics must be 'stderr', 'silent' or { onEvent }, got "stdout" (string)`],
    [true, "diagnostics must be 'stderr', 'silent' or { onEvent }, got true (boolean)"],
    [{}, 'diagnostics.onEvent must be a function, got undefined (undefined)'],
    [{ onEvent: 'f' }, 'diagnostics.onEvent must be a function, got "f" (string)'],
    [{ onEvent: () => undefined, onevent: 1 }, 'diagnostics.onevent is not an option; did you mean diagnostics.onEvent?'], // prettier-ignore
  ])('is checked: %j', (diagnostics, problem) => {
    expect(problemWith({ diagnostics })).toBe(`test: ${problem}`)
  })
})

describe('deadLetter', () => {
  it('is off unless it is given, and has a bound', () => {
    expect(resolve().deadLetter).toBeUndefined()
    expect(resolve({ deadLetter: { file: 'a.ndjson' } }).deadLetter).toEqual({ file: 'a.ndjson', maxBytes: 33_554_432 })
    for (const maxBytes of [1000, 1_099_511_627_776]) {
      expect(resolve({ deadLetter: { file: 'a', maxBytes } }).deadLetter?.maxBytes).toBe(maxBytes)
    }
    for (const maxBytes of [999, 1_099_511_627_777, '5']) {
      expect(problemWith({ deadLetter: { file: 'a', maxBytes } })).toContain('deadLetter.maxBytes must be an integer')
    }
    expect(problemWith({ deadLetter: {} })).toContain('deadLetter.file is missing')
    expect(problemWith({ deadLetter: 'a.ndjson' })).toContain('deadLetter must be an object')
  })
})

describe('options that are wrong', () => {
  it('are refused with an error that has a code and a name', () => {
    expect(() => resolveOptions({}, { name: 'test' }, {})).toThrow(OpenPipelineError)
    expect(() => resolveOptions({}, { name: 'test' }, {})).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', name: 'OpenPipelineError' }),
    )
  })

  it('are named all at once, at every level', () => {
    const text = problemOf({ url: 'nonsense', tokn: 'x', batch: { maxbytes: 5, maxEvents: 0 }, retry: 7, nested: 1 })
    const lines = text.split('\n').slice(1)
    expect(lines).toEqual([
      expect.stringContaining('url must be a URL'),
      expect.stringContaining('token is missing'),
      expect.stringContaining('batch.maxEvents must be an integer'),
      expect.stringContaining('batch.maxbytes is not an option; did you mean batch.maxBytes?'),
      expect.stringContaining('retry must be an object, got 7 (number)'),
      expect.stringContaining('nested must be'),
      expect.stringContaining('tokn is not an option; did you mean token?'),
    ])
  })

  it.each([
    [{ maxBytes: 5 }, 'maxBytes is not an option'],
    [{ batch: { maxbytes: 5 } }, 'batch.maxbytes is not an option; did you mean batch.maxBytes?'],
    [{ queue: { onfull: 'x' } }, 'queue.onfull is not an option; did you mean queue.onFull?'],
    [{ delivery: { timeout: 5 } }, 'delivery.timeout is not an option; did you mean delivery.timeoutMs?'],
    [{ retry: { maxDelay: 5 } }, 'retry.maxDelay is not an option; did you mean retry.maxDelayMs?'],
    [{ Url: URL_OK }, 'Url is not an option; did you mean url?'],
    [{ closeTimeout: 5 }, 'closeTimeout is not an option; did you mean closeTimeoutMs?'],
  ])('are refused also where only their name is: %j', (options, problem) => {
    expect(problemWith(options)).toContain(`test: ${problem}`)
  })

  it('are not those that the host reads itself', () => {
    const host = { name: 'test', optionKeys: ['level', '$context'] }
    const options = { url: URL_OK, token: TOKEN_OK, level: 'info', $context: {} }
    expect(resolveOptions(options, host, {}).ingestUrl).toContain(URL_OK)
    expect(() => resolveOptions({ ...options, levle: 'x' }, host, {})).toThrow(
      'levle is not an option; did you mean level?',
    )
  })

  it.each([['text'], [5], [[]], [null]])('are also what is no object: %j', (options) => {
    expect(problemOf(options)).toContain('options must be an object')
  })
})

describe('options that are right', () => {
  it('are not changed, and may be frozen', () => {
    const options = Object.freeze({ url: URL_OK, token: TOKEN_OK, batch: Object.freeze({ maxEvents: 5 }) })
    expect(resolveOptions(options, { name: 'test' }, {}).batch.maxEvents).toBe(5)
  })

  it('are read from the environment of the process where none is given', () => {
    process.env['OPENPIPELINE_URL'] = 'https://from-process.example'
    try {
      expect(resolveOptions({ token: TOKEN_OK }, { name: 'test' }).ingestUrl).toContain('from-process.example')
    } finally {
      delete process.env['OPENPIPELINE_URL']
    }
  })
})
