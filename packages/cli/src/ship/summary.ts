/** What became of a spool: in one sentence, as JSON, and as a line that is overwritten while it goes on. */
import type { SpoolSurvey, Stats } from 'openpipeline-core'

import type { Drained, Progress } from './drain.ts'

export interface Result extends Drained {
  readonly directory: string
  readonly survey: SpoolSurvey
}

export function hasLosses({ deadLettered, lost }: Stats): boolean {
  return deadLettered > 0 || sum(lost) > 0
}

export function isComplete({ problem, stats, survey }: Result): boolean {
  return problem === undefined && !hasLosses(stats) && survey.left.directories === 0
}

/** `180 delivered, 5 in the dead letter, 3 lost (rejected 3); 1.5 MB left in 2 directories; 401 …` */
export function summaryLine({ problem, stats, survey }: Result): string {
  const { deadLettered, delivered, lost } = stats
  const { inUse, left, otherEndpoints } = survey
  const parts = [`${delivered} delivered`]
  if (deadLettered > 0) parts.push(`${deadLettered} in the dead letter`)
  const reasons = Object.entries(lost).filter(([, count]) => count > 0)
  if (reasons.length > 0) parts.push(`${sum(lost)} lost (${reasons.map((each) => each.join(' ')).join(', ')})`)
  const remarks = [
    ...(left.directories > 0 ? [`${megabytes(left.bytes)} left in ${directories(left.directories)}`] : []),
    ...(inUse.directories > 0 ? [`${directories(inUse.directories)} of running processes left alone`] : []),
    ...(otherEndpoints.directories > 0
      ? [`${megabytes(otherEndpoints.bytes)} for another endpoint left alone, which need its --url`]
      : []),
    ...(problem === undefined ? [] : [problem]),
  ]
  return [parts.join(', '), ...remarks].join('; ')
}

export function summaryJson(result: Result): string {
  const { directory, problem, stats, survey } = result
  const { deadLettered, delivered, lost } = stats
  const reasons = Object.fromEntries(Object.entries(lost).filter(([, count]) => count > 0))
  const { inUse, left, otherEndpoints } = survey
  const shares = { left, inUse, otherEndpoints }
  return JSON.stringify({
    ok: isComplete(result),
    directory,
    delivered,
    deadLettered,
    lost: reasons,
    ...shares,
    problem,
  })
}

/** `1200 delivered, 45.2 MB left` */
export function progressLine({ stats, survey }: Progress): string {
  return `${stats.delivered} delivered, ${megabytes(survey.left.bytes + survey.own.bytes)} left`
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function directories(count: number): string {
  return count === 1 ? '1 directory' : `${count} directories`
}

function sum(lost: Stats['lost']): number {
  return Object.values(lost).reduce((total, count) => total + count, 0)
}
