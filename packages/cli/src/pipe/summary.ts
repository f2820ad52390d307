/** What became of the lines: in one sentence, and as the answer to whether all were delivered. */
import type { Stats } from 'openpipeline-core'

import type { InputResult } from './input.ts'

export interface Outcome {
  readonly input: InputResult
  readonly stats: Stats
  readonly lastError: string | undefined
}

export function isComplete({ input, stats }: Outcome): boolean {
  return input.failure === undefined && stats.delivered === stats.accepted
}

/** `1200 lines, 1190 delivered, lost 10 (rejected 7, unsent-at-close 3); last error: 503 …` */
export function summaryLine({ input, stats, lastError }: Outcome): string {
  const { lines, failure } = input
  const losses = Object.entries(stats.lost).filter(([, count]) => count > 0)
  const lost = losses.reduce((sum, [, count]) => sum + count, 0)
  const parts = [`${lines} ${lines === 1 ? 'line' : 'lines'}`, `${stats.delivered} delivered`]
  if (lost > 0) parts.push(`lost ${lost} (${losses.map(([reason, count]) => `${reason} ${count}`).join(', ')})`)
  if (stats.deadLettered > 0) parts.push(`${stats.deadLettered} in the dead letter file`)
  if (stats.spooled > 0) parts.push(`${stats.spooled} left on disk`)
  const remarks = [
    ...(lastError === undefined ? [] : [`last error: ${lastError}`]),
    ...(failure === undefined ? [] : [`stdin could not be read to its end: ${failure}`]),
  ]
  return [parts.join(', '), ...remarks].join('; ')
}
