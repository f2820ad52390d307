import { expect, it } from 'vitest'
import { atNaturalEnd } from '../../packages/core/src/natural-end.ts'

it('has one hook for all shippers, and none when the last of them is gone', () => {
  const before = process.listenerCount('beforeExit')
  const leaves = [atNaturalEnd(() => undefined), atNaturalEnd(() => undefined)]
  expect(process.listenerCount('beforeExit')).toBe(before + 1)
  leaves[0]?.()
  leaves[0]?.()
  expect(process.listenerCount('beforeExit')).toBe(before + 1)
  leaves[1]?.()
  expect(process.listenerCount('beforeExit')).toBe(before)
})

it('calls each one each time, as long as it stays', () => {
  const calls: string[] = []
  const hook = hookOf(() => [atNaturalEnd(() => calls.push('a')), atNaturalEnd(() => calls.push('b'))])
  hook.run()
  hook.run()
  expect(calls).toEqual(['a', 'b', 'a', 'b'])
  hook.leaves[0]?.()
  hook.run()
  expect(calls.slice(4)).toEqual(['b'])
  hook.leaves[1]?.()
})

it('bears one that leaves while it is called', () => {
  const calls: string[] = []
  const hook = hookOf(() => {
    const leave = atNaturalEnd(() => {
      calls.push('a')
      leave()
    })
    return [atNaturalEnd(() => calls.push('b')), leave]
  })
  hook.run()
  hook.run()
  expect(calls.filter((call) => call === 'a')).toHaveLength(1)
  expect(calls.filter((call) => call === 'b')).toHaveLength(2)
  hook.leaves[0]?.()
})

interface Hook {
  readonly run: () => void
  readonly leaves: readonly (() => void)[]
}

/** Our hook alone, without those of the test runner: calling these would tell it that the process ends. */
function hookOf(enter: () => (() => void)[]): Hook {
  const others = new Set(process.listeners('beforeExit'))
  const leaves = enter()
  const [ours] = process.listeners('beforeExit').filter((listener) => !others.has(listener))
  if (ours === undefined) throw new Error('no hook was set')
  return { run: () => ours.call(process, 0), leaves }
}
