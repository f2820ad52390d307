/** One test event on its way to the endpoint, and how far it got. */
import type { DiagnosticEvent, ShipperOptions } from 'openpipeline-core'

import { openShipper } from '../open-shipper.ts'

export interface ProbeResult {
  /** Something answered at this address. */
  readonly reached: boolean
  /** The token is taken; unknown where the answer says nothing about it. */
  readonly authorised: boolean | undefined
  readonly accepted: boolean
  /** What is wrong, and what to do about it. */
  readonly problem: string | undefined
  /** Something that was off and cost nothing. */
  readonly warning: string | undefined
  readonly durationMs: number
}

/** A check is no outage: it is tried again soon. */
const RETRY = { minDelayMs: 200, maxDelayMs: 1000 }

/** Ends at once where somebody must mend something; what may pass by itself is tried again until the time is over. */
export async function probe(options: ShipperOptions, timeoutMs: number): Promise<ProbeResult> {
  const told: DiagnosticEvent[] = []
  const verdict = new AbortController()
  const onEvent = (event: DiagnosticEvent): void => {
    told.push(event)
    if (isFinal(event)) verdict.abort()
  }
  const batch = { lingerMs: 0 }
  const shipper = openShipper({ ...options, batch, retry: RETRY, enrichment: false, diagnostics: { onEvent } })
  const startedAt = performance.now()
  shipper.push({ timestamp: Date.now(), 'event.type': 'openpipeline.check', content: 'openpipeline check', loglevel: 'INFO' }) // prettier-ignore
  await Promise.race([shipper.flush({ timeoutMs }), aborted(verdict.signal)])
  const durationMs = Math.round(performance.now() - startedAt)
  const { delivered, lastError } = shipper.stats()
  await shipper.close({ timeoutMs: 0 })
  const warning = told.find(({ kind }) => kind === 'warning')?.message
  if (delivered > 0) return { reached: true, authorised: true, accepted: true, problem: undefined, warning, durationMs }
  const refusal = told.find(isRefusal)?.message
  if (refusal !== undefined)
    return { reached: true, authorised: true, accepted: false, problem: refusal, warning, durationMs }
  const problem = lastError ?? `no answer within ${timeoutMs} ms`
  return { ...howFar(problem), accepted: false, problem, warning, durationMs }
}

function isFinal(event: DiagnosticEvent): boolean {
  return isRefusal(event) || (event.kind === 'state' && event.state === 'held')
}

/** Of the event itself, by whoever has taken the token. */
function isRefusal(event: DiagnosticEvent): boolean {
  return event.kind === 'loss' && event.reason !== 'unsent-at-close'
}

/** A cause begins with the status where there was an answer. */
function howFar(cause: string): Pick<ProbeResult, 'reached' | 'authorised'> {
  const status = /^(\d{3})\b/.exec(cause)?.[1]
  if (status === undefined) return { reached: false, authorised: undefined }
  return { reached: true, authorised: status === '401' || status === '403' ? false : undefined }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
