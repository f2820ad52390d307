import { describe, expect, it } from 'vitest'
import { problemWith, resolve } from './resolve.ts'

describe('minLevel', () => {
  it('is absent unless it is given', () => {
    expect(resolve().minLevel).toBeUndefined()
  })

  it.each(['trace', 'info', 'WARN', 'http', 'emerg', 'FATAL', 0, 35, -1, 17.5])('takes %j', (minLevel) => {
    expect(resolve({ minLevel }).minLevel).toBe(minLevel)
  })

  it('takes a name that `levels` explains', () => {
    expect(resolve({ minLevel: 'audit', levels: { audit: 'NOTICE' } }).minLevel).toBe('audit')
  })

  it('is refused with a suggestion where nobody knows the name', () => {
    expect(problemWith({ minLevel: 'wran' })).toBe(
      `test: minLevel must be the name of a level such as 'warn', or a number (did you mean 'warn'?), got "wran" (string)`,
    )
    expect(problemWith({ minLevel: 'audti', levels: { audit: 'NOTICE' } })).toContain("did you mean 'audit'?")
    expect(problemWith({ minLevel: 'zzzzzzzz' })).not.toContain('did you mean')
    for (const minLevel of [Number.NaN, Infinity, true, {}, ['warn'], '']) {
      expect(problemWith({ minLevel })).toContain('minLevel must be')
    }
  })
})

describe('levels', () => {
  it('is empty unless it is given, and takes names and numbers', () => {
    expect(resolve().levels).toEqual({})
    expect(resolve({ levels: { audit: 'NOTICE', 35: 'WARN' } }).levels).toEqual({ audit: 'NOTICE', 35: 'WARN' })
  })

  it('is refused with the value that is wrong and what was meant', () => {
    expect(problemWith({ levels: { audit: 'notise' } })).toMatch(
      /levels\['audit'\] must be one of NONE, TRACE, .* \(did you mean 'NOTICE'\?\), got "notise" \(string\)/,
    )
    expect(problemWith({ levels: { audit: 35 } })).toContain("levels['audit'] must be one of")
    expect(problemWith({ levels: ['NOTICE'] })).toContain("levels must be an object such as { audit: 'NOTICE' }")
  })
})
