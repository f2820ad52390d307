import { expect, it } from 'vitest'

import { closeOnSignals } from '../../packages/core/src/shutdown.ts'

// What happens at a signal is shown by `test/journey/shutdown.test.ts`, in processes that may end.

it('refuses the name of a signal alone, whose letters would be taken for signals', () => {
  const before = process.eventNames()
  expect(() => closeOnSignals(() => Promise.resolve(), { signals: 'SIGTERM' as never })).toThrow(
    "signals must be an array such as ['SIGTERM'], got SIGTERM",
  )
  expect(process.eventNames()).toEqual(before)
})
