/** What every link of delivery is: a body goes in, an outcome comes back. */
import type { Outcome } from './outcome.ts'

/** Sends one body. Never throws: how it ended is a value. The signal gives the attempt up. */
export type Deliver = (body: Buffer, signal: AbortSignal) => Promise<Outcome>

/** No link is expected to throw; if one does, the loop that sends must live on. */
export function neverThrowing(deliver: Deliver): Deliver {
  return async (body, signal) => {
    try {
      return await deliver(body, signal)
    } catch (error) {
      return { status: 'retry', cause: faultOfOurs(error), ambiguous: true }
    }
  }
}

export function faultOfOurs(error: unknown): string {
  return `a fault in this package, please report it: ${String(error)}`
}
