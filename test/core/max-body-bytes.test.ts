import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MaxBodyBytes } from '../../packages/core/src/max-body-bytes.ts'

function learning(configured = 1_000_000): { size: MaxBodyBytes; now: () => number; accept: (count: number) => void } {
  let bytes = configured
  const size = new MaxBodyBytes(configured, (learned) => (bytes = learned))
  const accept = (count: number): void => {
    for (let index = 0; index < count; index++) size.accepted()
  }
  return { size, now: () => bytes, accept }
}

it('falls to the size of the larger half that was refused, and never rises by a refusal', () => {
  const { now, size } = learning()
  size.refused(500_000)
  expect(now()).toBe(500_000)
  size.refused(700_000)
  expect(now()).toBe(500_000)
  size.refused(250_000)
  expect(now()).toBe(250_000)
})

it('does not fall below 1000 bytes, since a refusal there is not about size', () => {
  const { now, size } = learning()
  size.refused(10)
  expect(now()).toBe(1000)
})

it('rises by five per cent for every twenty accepted, up to the option', () => {
  const { accept, now, size } = learning(1000_000)
  size.refused(900_000)
  accept(19)
  expect(now()).toBe(900_000)
  accept(1)
  expect(now()).toBe(945_000)
  accept(40)
  expect(now()).toBe(1_000_000)
  accept(1000)
  expect(now()).toBe(1_000_000)
})

it('begins to count the accepted anew at a refusal', () => {
  const { accept, now, size } = learning()
  size.refused(500_000)
  accept(19)
  size.refused(400_000)
  accept(19)
  expect(now()).toBe(400_000)
})

it('stays within 1000 bytes and the option, and comes back to it, whatever happens', () => {
  const refusals = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1 })
  fc.assert(
    fc.property(refusals, fc.integer({ min: 1000, max: 9_500_000 }), (list, configured) => {
      const { accept, now, size } = learning(configured)
      for (const bytes of list) {
        size.refused(bytes)
        accept(7)
        expect(now() >= Math.min(1000, configured) && now() <= configured).toBe(true)
      }
      accept(20 * 200)
      expect(now()).toBe(configured)
    }),
  )
})
