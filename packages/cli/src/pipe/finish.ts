/** After the end of stdin: deliver what waits, until it is done, the time is up, or a signal says that nobody wants to wait. */
import type { Shipper } from 'openpipeline-core'

export interface FinishOptions {
  readonly timeoutMs: number
  /** Aborts when waiting is over. */
  readonly signal: AbortSignal
}

/** Answers with the last failure of delivery, if it was still failing. */
export async function finish(shipper: Shipper, { timeoutMs, signal }: FinishOptions): Promise<string | undefined> {
  await Promise.race([shipper.flush({ timeoutMs }), aborted(signal)])
  // Read before closing, which breaks off the attempt under way and would be told as the failure.
  const { lastError } = shipper.stats()
  // What is still there has had its time.
  await shipper.close({ timeoutMs: 0 })
  return lastError
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
