/** Delivers what ended processes have left: a shipper takes their directories over, one after another, until there are none. */
import { setTimeout as sleep } from 'node:timers/promises'

import { type DiagnosticEvent, type Stats, type SpoolSurvey, surveySpool } from 'openpipeline-core'

import { openShipper } from '../open-shipper.ts'
import type { ShipOptions } from './options.ts'

export interface DrainLimits {
  /** Gives up when nothing was accepted for so long; Infinity waits for an endpoint that is down. */
  readonly timeoutMs: number
  /** Aborts when somebody does not want to wait. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  /** Something that the user should know at once. */
  readonly onTrouble: (message: string) => void
}

export interface Progress {
  readonly stats: Stats
  readonly survey: SpoolSurvey
}

export interface Drained {
  readonly stats: Stats
  /** Why it has ended before everything was delivered. */
  readonly problem: string | undefined
}

const LOOK_INTERVAL_MS = 200

export async function drain(options: ShipOptions, limits: DrainLimits): Promise<Drained> {
  const stop = new AbortController()
  limits.signal.addEventListener('abort', () => stop.abort())
  const waits = limits.timeoutMs === Infinity
  const shipper = openShipper({
    ...options,
    enrichment: false,
    diagnostics: {
      onEvent(event) {
        if (isTrouble(event, waits)) limits.onTrouble(event.message)
        if (event.kind === 'state' && event.state === 'held' && !waits) stop.abort()
      },
    },
  })
  try {
    const isShipped = await untilDone(
      () => ({ stats: shipper.stats(), survey: surveySpool(options) }),
      limits,
      stop.signal,
    )
    // Read before closing, which breaks off the attempt under way and would be told as the failure.
    const { lastError } = shipper.stats()
    const otherwise = `nothing was accepted for ${limits.timeoutMs} ms`
    const problem = limits.signal.aborted ? 'ended by a signal' : (lastError ?? otherwise)
    await shipper.close()
    return { stats: shipper.stats(), problem: isShipped ? undefined : problem }
  } finally {
    await shipper.close({ timeoutMs: 0 })
  }
}

/** @returns whether nothing is left */
async function untilDone(look: () => Progress, limits: DrainLimits, signal: AbortSignal): Promise<boolean> {
  let ended = -1
  let movedAt = performance.now()
  while (!signal.aborted) {
    await sleep(LOOK_INTERVAL_MS, undefined, { signal }).catch(() => undefined)
    const progress = look()
    limits.onProgress(progress)
    if (isDone(progress)) return true
    const endedNow = progress.stats.accepted - progress.stats.pending
    if (endedNow !== ended) movedAt = performance.now()
    ended = endedNow
    if (performance.now() - movedAt > limits.timeoutMs) return false
  }
  return false
}

function isDone({ stats, survey }: Progress): boolean {
  return stats.pending === 0 && survey.left.directories === 0 && survey.own.directories === 0
}

/** Losses are counted in the result; while it waits, a state that lasts is told too. */
function isTrouble(event: DiagnosticEvent, waits: boolean): boolean {
  return event.kind === 'warning' || (waits && event.kind !== 'dead-letter')
}
