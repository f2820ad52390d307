/** `transportStats` and `observeTransport`: the worker's counters on the main thread, where an application's metrics are. */
import type { FlushOptions, LossReason, Shipper, Stats } from 'openpipeline-core'
import { OpenPipelineError } from 'openpipeline-core'
import { observeStats } from 'openpipeline-core/mapping'

import type { Transport } from './ask-worker.ts'
import { ask, isEnded } from './ask-worker.ts'
import type { PinoLogger } from './destination.ts'
import { transportOf } from './destination.ts'
import { field } from './main-thread.ts'
import { HOST } from './options.ts'

const DEFAULT_TIMEOUT_MS = 5000

/**
 * The counters of every `pino-openpipeline` target of this transport, added up. They are the worker's: a record that it has not
 * read yet is in none of them.
 * @param given what `pino.transport()` returned, or a logger that logs to it
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target, has ended or does not answer within `timeoutMs` (default 5000);
 * `INVALID_OPTIONS` for anything else than a transport or its logger
 */
export async function transportStats(
  given: Transport | PinoLogger,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: FlushOptions = {},
): Promise<Stats> {
  const transport = transportOf(given, 'transportStats')
  const stats = await ask(transport, { about: 'stats', caller: 'transportStats', waitMs: timeoutMs })
  if (isStats(stats)) return stats
  throw new OpenPipelineError('NO_ANSWER', 'transportStats: the worker runs another version of this package')
}

/**
 * Gives the worker's counters to the OpenTelemetry SDK of the application, as the other ways of logging do by themselves: asked for
 * whenever metrics are collected. Does nothing where no MeterProvider is registered.
 * @param given what `pino.transport()` returned, or a logger that logs to it
 * @returns a function that ends it; the end of the transport does, too
 * @throws OpenPipelineError `INVALID_OPTIONS` for anything else than a transport or its logger
 */
export function observeTransport(given: Transport | PinoLogger): () => void {
  const transport = transportOf(given, 'observeTransport')
  const stop = observeStats(HOST.name, () =>
    isEnded(transport) ? undefined : transportStats(transport).catch(() => undefined),
  )
  transport.on('close', stop)
  return () => {
    transport.off('close', stop)
    stop()
  }
}

/** The worker's side. */
export function sumOfStats(shippers: readonly Shipper[]): Stats {
  return shippers.map((shipper) => shipper.stats()).reduce(sum)
}

/** From the best to the one that needs somebody. */
const STATES = ['closed', 'open', 'throttled', 'held'] as const

function sum(a: Stats, b: Stats): Stats {
  const lastError = a.lastError ?? b.lastError
  return {
    accepted: a.accepted + b.accepted,
    delivered: a.delivered + b.delivered,
    pending: a.pending + b.pending,
    spooled: a.spooled + b.spooled,
    deadLettered: a.deadLettered + b.deadLettered,
    lost: sumOfLost(a.lost, b.lost),
    requests: a.requests + b.requests,
    retries: a.retries + b.retries,
    bytesSent: a.bytesSent + b.bytesSent,
    possibleDuplicates: a.possibleDuplicates + b.possibleDuplicates,
    state: STATES.indexOf(a.state) > STATES.indexOf(b.state) ? a.state : b.state,
    ...(lastError !== undefined && { lastError }),
  }
}

function sumOfLost(a: Stats['lost'], b: Stats['lost']): Stats['lost'] {
  const lost: Record<LossReason, number> = { ...a }
  for (const reason of reasonsOf(lost)) lost[reason] += b[reason]
  return lost
}

function reasonsOf(lost: Stats['lost']): LossReason[] {
  return Object.keys(lost).filter((key): key is LossReason => key in lost)
}

function isStats(value: unknown): value is Stats {
  return typeof field(value, 'accepted') === 'number' && typeof field(value, 'lost') === 'object'
}
