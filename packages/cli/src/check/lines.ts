/** What `check` prints: for people, and for scripts. */
import type { Destination } from 'openpipeline-core'

import type { ProbeResult } from './probe.ts'

export interface CheckResult extends ProbeResult {
  readonly destination: Destination
}

/** A line for each step, up to the one that failed. */
export function checkLines({ destination, ...result }: CheckResult): string {
  const { url, urlFrom, token, tokenFrom, proxy } = destination
  const lines = [
    `url         ${url}, from ${urlFrom}`,
    `token       ${token}, from ${tokenFrom}`,
    ...(proxy === undefined ? [] : [`proxy       ${proxy}`]),
    ...stepLines(result),
    ...(result.warning === undefined ? [] : [`note        ${result.warning}`]),
  ]
  return lines.join('\n')
}

function stepLines({ accepted, authorised, durationMs, problem = '', reached }: ProbeResult): string[] {
  if (!reached) return [`reached     no: ${problem}`]
  if (authorised === false) return ['reached     yes', `authorised  no: ${problem}`]
  const steps = ['reached     yes', ...(authorised === true ? ['authorised  yes'] : [])]
  return [...steps, accepted ? `accepted    yes, one test event in ${durationMs} ms` : `accepted    no: ${problem}`]
}

export function checkJson({ destination, ...result }: CheckResult): string {
  return JSON.stringify({ ok: result.accepted, ...destination, ...result })
}
