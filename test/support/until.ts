/** Waits for a condition, turn by turn of the event loop: for what nobody tells of, while the clock of a test stands still. */
import { expect } from 'vitest'

const LIMIT_MS = 4000

export async function until(condition: () => boolean, what = String(condition)): Promise<void> {
  const end = performance.now() + LIMIT_MS
  while (!condition()) {
    if (performance.now() > end) expect.fail(`waited ${LIMIT_MS} ms in vain for ${what}`)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
