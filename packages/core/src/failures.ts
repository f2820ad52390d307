/** The failures of a batch: those of one kind are counted, for only these together say something about its events. */
import type { Escalation } from './deliver/outcome.ts'

export interface Failures {
  /** There was one, of whatever kind. */
  readonly any: boolean
  /** What the batch comes to when the last kind goes on. */
  readonly kind?: Escalation['to']
  /** How many of this kind, and when the attempt began that was the first of them. */
  readonly count: number
  readonly since: number
}

export const NO_FAILURES: Failures = { any: false, count: 0, since: Infinity }

/** With one more, of an attempt that began at `at`. What is laid on no batch, such as an outage, counts for none and against none. */
export function withFailure(failures: Failures, at: number, kind: Escalation['to'] | undefined): Failures {
  if (kind === undefined) return { ...failures, any: true }
  if (kind !== failures.kind) return { any: true, kind, count: 1, since: at }
  return { ...failures, count: failures.count + 1 }
}
