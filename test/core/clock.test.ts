import { expect, it } from 'vitest'
import { systemClock } from '../../packages/core/src/clock.ts'

it('calls back after the time, once', async () => {
  const start = systemClock.now()
  await new Promise<void>((resolve) => systemClock.after(20, resolve))
  expect(systemClock.now() - start).toBeGreaterThan(18)
})

it('calls nothing that was cancelled, and bears being cancelled late', async () => {
  const called: string[] = []
  const cancel = systemClock.after(5, () => called.push('cancelled'))
  cancel()
  const late = systemClock.after(1, () => called.push('late'))
  await new Promise<void>((resolve) => systemClock.after(20, resolve))
  late()
  expect(called).toEqual(['late'])
})

it('waits as long as a timer can for a time that no timer can hold', async () => {
  const called: number[] = []
  const cancels = [Infinity, 1e12, 2 ** 31].map((ms) => systemClock.after(ms, () => called.push(ms)))
  await new Promise<void>((resolve) => systemClock.after(20, resolve))
  expect(called).toEqual([])
  for (const cancel of cancels) cancel()
})

it('takes a time that is over as none', async () => {
  await new Promise<void>((resolve) => systemClock.after(-1000, resolve))
})

it('keeps the process alive only with a timer that is meant to', () => {
  const before = refs()
  const cancels = [systemClock.after(60_000, () => undefined), systemClock.after(60_000, () => undefined, true)]
  expect(refs()).toBe(before + 1)
  for (const cancel of cancels) cancel()
  expect(refs()).toBe(before)
})

/** Timers that keep this process alive. */
function refs(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}

it('runs what is to come soon in another turn', async () => {
  const order: string[] = []
  systemClock.soon(() => order.push('soon'))
  await Promise.resolve()
  order.push('this turn')
  await new Promise<void>((resolve) => systemClock.soon(resolve))
  expect(order).toEqual(['this turn', 'soon'])
})
