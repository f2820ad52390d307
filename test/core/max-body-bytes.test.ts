import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MaxBodyBytes } from '../../packages/core/src/max-body-bytes.ts'

interface Learning {
  readonly size: MaxBodyBytes
  readonly now: () => number
  /** So many bodies pass, each as large as it may be, or of so many bytes. */
  readonly accept: (count: number, bytes?: number) => void
  /** A body of so many bytes is refused. */
  readonly refuse: (bytes: number) => void
}

function learning(configured = 1_000_000): Learning {
  let learned = configured
  const size = new MaxBodyBytes(configured, (bytes) => (learned = bytes))
  const accept: Learning['accept'] = (count, bytes) => {
    for (let index = 0; index < count; index++) size.accepted(bytes ?? learned)
  }
  return { size, now: () => learned, accept, refuse: (bytes) => size.refused(bytes, Math.ceil(bytes / 2)) }
}

/** An endpoint with this limit, and always as much to send as a body may hold. @returns how many were refused */
function sendTo(limit: number, { accept, now, refuse }: Learning, bodies: number): number {
  let refused = 0
  for (let count = 0; count < bodies; count++) {
    if (now() <= limit) accept(1)
    else {
      refuse(now())
      refused++
    }
  }
  return refused
}

it('falls to the larger half of what was refused, and never rises by a refusal', () => {
  const { now, size } = learning()
  size.refused(1_000_000, 510_000)
  expect(now()).toBe(510_000)
  size.refused(1_400_000, 700_000)
  expect(now()).toBe(510_000)
  size.refused(510_000, 260_000)
  expect(now()).toBe(260_000)
})

it('does not fall below 1000 bytes, since a refusal there is not about size', () => {
  const { now, refuse } = learning()
  refuse(20)
  expect(now()).toBe(1000)
})

it('rises by five per cent for every twenty accepted, up to the option', () => {
  const { accept, now, size } = learning(1_000_000)
  size.refused(1_000_000, 900_000)
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
  size.refused(1_000_000, 500_000)
  accept(19, 10)
  size.refused(500_000, 400_000)
  accept(19, 10)
  expect(now()).toBe(400_000)
})

it('falls back to the largest that passed, not to a half', () => {
  const { accept, now, refuse } = learning()
  refuse(1_000_000)
  accept(20)
  expect(now()).toBe(525_000)
  refuse(525_000)
  expect(now()).toBe(500_000)
})

it('falls to the half again where the limit has fallen below what passed', () => {
  const { accept, now, refuse } = learning()
  refuse(1_000_000)
  accept(5)
  refuse(500_000)
  expect(now()).toBe(250_000)
})

it('is tried further up more and more rarely', () => {
  const state = learning()
  expect(sendTo(600_000, state, 90)).toBeLessThanOrEqual(2)
  expect(sendTo(600_000, state, 410)).toBeLessThanOrEqual(5)
  expect(sendTo(600_000, state, 10_000)).toBeLessThanOrEqual(8)
  expect(state.now()).toBeGreaterThan(560_000)
})

it('rises as fast as at first once a body passes that is as large as one that was refused', () => {
  const state = learning()
  sendTo(600_000, state, 5000)
  state.accept(3500) // one try that is as rare as the last, and then ten more
  expect(state.now()).toBe(1_000_000)
})

it('is not tried more rarely because of what was refused while it fell', () => {
  const { accept, now, refuse } = learning()
  refuse(1_000_000)
  refuse(500_000)
  accept(20)
  expect(now()).toBe(262_500)
})

it('stays at a bound for how rarely it is tried', () => {
  const state = learning()
  sendTo(600_000, state, 200_000)
  const before = state.now()
  state.accept(5000)
  expect(state.now()).toBeGreaterThan(before)
})

it('falls by a broken connection only where smaller bodies pass between two of these', () => {
  const { accept, now, size } = learning()
  size.broke(400_000, 200_000)
  size.broke(200_000, 100_000)
  expect(now(), 'it may be the line').toBe(1_000_000)
  accept(3, 300_000)
  size.broke(200_000, 100_000)
  expect(now(), 'larger ones passed').toBe(1_000_000)
  accept(3, 100_000)
  size.broke(200_000, 100_000)
  expect(now()).toBe(100_000)
})

it('stays within 1000 bytes and the option, and comes back to it, whatever happens', () => {
  const refusals = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1 })
  fc.assert(
    fc.property(refusals, fc.integer({ min: 1000, max: 9_500_000 }), (list, configured) => {
      const { accept, now, refuse } = learning(configured)
      for (const bytes of list) {
        refuse(bytes)
        accept(7)
        expect(now() >= Math.min(1000, configured) && now() <= configured).toBe(true)
      }
      accept(20 * 200)
      expect(now()).toBe(configured)
    }),
  )
})
