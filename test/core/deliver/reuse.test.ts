import { errors } from 'undici'
import { expect, it } from 'vitest'
import { firstErrorOf, wasUsedBefore } from '../../../packages/core/src/deliver/reuse.ts'

function endOfSocket(bytesRead?: number): Error {
  const socket = bytesRead === undefined ? undefined : { bytesRead }
  return Object.assign(new errors.SocketError('other side closed'), { socket })
}

it('a connection that ended was in use before when it had brought anything', () => {
  expect(wasUsedBefore(endOfSocket(1))).toBe(true)
  expect(wasUsedBefore(endOfSocket(0))).toBe(false)
  expect(wasUsedBefore(endOfSocket())).toBe(false)
})

it('what was thrown beside connections says nothing of their use', () => {
  expect(wasUsedBefore(new Error('other'))).toBe(false)
  expect(wasUsedBefore('text')).toBe(false)
  expect(wasUsedBefore(undefined)).toBe(false)
})

it('an error that followed none is its own cause', () => {
  const error = new Error('alone')
  expect(firstErrorOf(error)).toBe(error)
  expect(firstErrorOf('text')).toBe('text')
})
