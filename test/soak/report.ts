/** What a soak has shown: sums over all lives, and a text for people. */
import type { Life } from './lane.ts'
import type { Totals } from './oracle.ts'

export interface Report {
  readonly accepted: number
  readonly missing: number
  readonly spurious: number
  readonly corrupted: number
  readonly duplicates: number
  readonly possibleDuplicates: number
  readonly violations: readonly string[]
  readonly text: string
}

export function reportOf(lives: readonly Life[], faults: ReadonlyMap<string, number>, totals: Totals): Report {
  const sum = (count: (life: Life) => number): number => lives.reduce((total, life) => total + count(life), 0)
  const { corrupted, spurious } = totals
  const numbers = {
    accepted: sum(({ accepted }) => accepted),
    missing: sum(({ settled }) => settled.missing.length),
    spurious,
    corrupted,
    duplicates: sum(({ settled }) => settled.duplicates),
    possibleDuplicates: sum(({ stats }) => stats?.possibleDuplicates ?? 0),
  }
  const violations = lives.flatMap(({ end, producer, violations: own }) =>
    own.map((violation) => `${producer}, ${end}: ${violation}`),
  )
  const shown = {
    ...numbers,
    delivered: sum(({ settled }) => settled.delivered),
    poison: sum(({ settled }) => settled.poison),
    rejected: sum(({ stats }) => stats?.lost.rejected ?? 0),
    requests: sum(({ stats }) => stats?.requests ?? 0),
    retries: sum(({ stats }) => stats?.retries ?? 0),
    lives: lives.length,
    'largest process in MB': Math.round(Math.max(...lives.map(({ maxRss }) => maxRss)) / 1_000_000),
  }
  const text = [
    ...linesOf(shown),
    `answers of the endpoint: ${inOneLine(Object.entries(totals.statuses))}`,
    `faults: ${inOneLine([...faults])}`,
    ...violations,
  ].join('\n')
  return { ...numbers, violations, text }
}

function linesOf(numbers: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(numbers).map(([name, value]) => `${name.padEnd(24)}${String(value).padStart(10)}`)
}

function inOneLine(counts: readonly (readonly [string, number])[]): string {
  return counts
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}×`)
    .join(', ')
}
