/** `flushTransport`: a flush of the worker from the main thread, for `targets` too, where `logger.flush` does not reach a target. */
import type { FlushOptions, FlushResult, Shipper } from 'openpipeline-core'

import type { Transport } from './ask-worker.ts'
import { ask, isEnded } from './ask-worker.ts'
import type { PinoLogger } from './destination.ts'
import { transportOf } from './destination.ts'
import { field } from './main-thread.ts'

const DEFAULT_TIMEOUT_MS = 10_000

/** On top of the flush's own time: a worker that has no turn for so long is given up by pino itself as well. */
const PATIENCE_MS = 10_000

/**
 * Resolves when everything logged before the call is delivered by every `pino-openpipeline` target of this transport, or has
 * ended otherwise, or after `timeoutMs` (default 10000); later where the worker is too busy to answer, as long as it lives. Keeps
 * the process alive until then.
 * @param given what `pino.transport()` returned, or a logger that logs to it
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target, has refused its options or has ended;
 * `INVALID_OPTIONS` for anything else than a transport or its logger
 */
export async function flushTransport(
  given: Transport | PinoLogger,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: FlushOptions = {},
): Promise<FlushResult> {
  const transport = transportOf(given, 'flushTransport')
  // Hands over what this thread still holds: the question would otherwise overtake the records.
  if (!isEnded(transport)) transport.flushSync()
  const waitMs = timeoutMs + PATIENCE_MS
  return readResult(await ask(transport, { about: 'flush', caller: 'flushTransport', timeoutMs, waitMs }))
}

/** The worker's side. */
export async function flushAll(shippers: readonly Shipper[], timeoutMs: number | undefined): Promise<FlushResult> {
  // Two turns, in which pino's multistream passes on what it read last.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  const options = timeoutMs === undefined ? {} : { timeoutMs }
  const results = await Promise.all(shippers.map((shipper) => shipper.flush(options)))
  return results.reduce(sum)
}

/** What came over the thread, as numbers. */
function readResult(result: unknown): FlushResult {
  const count = (key: string): number => Number(field(result, key) ?? 0)
  return {
    delivered: count('delivered'),
    spooled: count('spooled'),
    deadLettered: count('deadLettered'),
    lost: count('lost'),
    pending: count('pending'),
  }
}

function sum(a: FlushResult, b: FlushResult): FlushResult {
  return {
    delivered: a.delivered + b.delivered,
    spooled: a.spooled + b.spooled,
    deadLettered: a.deadLettered + b.deadLettered,
    lost: a.lost + b.lost,
    pending: a.pending + b.pending,
  }
}
