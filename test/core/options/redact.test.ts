import { describe, expect, it } from 'vitest'
import { ANY, parsePath } from '../../../packages/core/src/options/redact.ts'
import { problemWith, resolve } from './resolve.ts'

describe('a path', () => {
  it.each([
    ['password', ['password']],
    ['req.headers.authorization', ['req', 'headers', 'authorization']],
    ['req.headers["x-api-key"]', ['req', 'headers', 'x-api-key']],
    ["req.headers['x-api-key']", ['req', 'headers', 'x-api-key']],
    ['["a.b"].c', ['a.b', 'c']],
    ['a[0].b', ['a', '0', 'b']],
    ['users[*].password', ['users', ANY, 'password']],
    ['*.token', [ANY, 'token']],
    ['a.*', ['a', ANY]],
    ['a[*]', ['a', ANY]],
    ['*', [ANY]],
    ['a.*.b.*.c', ['a', ANY, 'b', ANY, 'c']],
    ['a["*"]', ['a', '*']],
    ['x-api-key', ['x-api-key']],
    ['größe.ß', ['größe', 'ß']],
    ['__proto__.a', ['__proto__', 'a']],
  ])('%s', (path, keys) => {
    expect(parsePath(path)).toEqual(keys)
  })

  it.each(['', '.', '.a', 'a.', 'a..b', 'a[', 'a]', 'a[]', 'a[b', '[', 'a.[b]', 'a[b]c', '**', 'a.b*', 'a["b]', ' '])(
    'is not %j',
    (path) => {
      expect(parsePath(path)).toBeUndefined()
    },
  )
})

describe('secretHeaders', () => {
  it('are credentials and cookies unless they are given, in any case', () => {
    expect(resolve().secretHeaders).toEqual(
      expect.arrayContaining(['authorization', 'cookie', 'set-cookie', 'x-api-key']),
    )
    expect(resolve({ secretHeaders: ['X-Secret', 'Cookie'] }).secretHeaders).toEqual(['x-secret', 'cookie'])
    expect(resolve({ secretHeaders: [] }).secretHeaders).toEqual([])
  })

  it('are refused with the name that is wrong', () => {
    expect(problemWith({ secretHeaders: 'cookie' })).toContain('secretHeaders must be an array of names such as')
    expect(problemWith({ secretHeaders: ['cookie', 'no header'] })).toMatch(
      /secretHeaders\[1\] must be the name of a header/,
    )
    expect(problemWith({ secretHeaders: [7] })).toContain('secretHeaders[0] must be the name of a header')
    expect(problemWith({ secretHeader: [] })).toContain('did you mean secretHeaders?')
  })
})

describe('redact', () => {
  it('is empty unless it is given', () => {
    expect(resolve().redact).toEqual([])
    expect(resolve({ redact: ['a.b', '*.c'] }).redact).toEqual([
      ['a', 'b'],
      [ANY, 'c'],
    ])
  })

  it('is refused with the path that is wrong', () => {
    expect(problemWith({ redact: 'password' })).toContain("redact must be an array of paths such as 'req.headers")
    expect(problemWith({ redact: ['a', 'a..b'] })).toMatch(
      /redact\[1\] must be a path such as .*, got "a\.\.b" \(string\)/,
    )
    expect(problemWith({ redact: [7] })).toContain('redact[0] must be a path')
    expect(problemWith({ redakt: [] })).toContain('did you mean redact?')
  })
})
