import { expect, it } from 'vitest'
import { closest } from '../../../packages/core/src/options/closest.ts'

const known = ['maxBytes', 'maxEvents', 'lingerMs', 'url', 'token', 'closeTimeoutMs']

it.each([
  ['maxbytes', 'maxBytes'],
  ['MAXBYTES', 'maxBytes'],
  ['maxByte', 'maxBytes'],
  ['max_bytes', 'maxBytes'],
  ['mxaEvents', 'maxEvents'],
  ['linger', 'lingerMs'],
  ['closeTimeout', 'closeTimeoutMs'],
  ['tokn', 'token'],
  ['tokne', 'token'],
  ['ulr', 'url'],
  ['lignerMs', 'lingerMs'],
  ['uri', 'url'],
])('knows what %s meant: %s', (name, meant) => {
  expect(closest(name, known)).toBe(meant)
})

it.each(['', 'a', 'apiKey', 'compression', 'zzz', 'flushInterval'])('has no idea what "%s" meant', (name) => {
  expect(closest(name, known)).toBeUndefined()
})

it('prefers the nearest, and the first of two that are as near', () => {
  expect(closest('maxEvent', ['maxEvens', 'maxEvents'])).toBe('maxEvens')
  expect(closest('maxEvents', ['maxEvens', 'maxEvents'])).toBe('maxEvents')
})
