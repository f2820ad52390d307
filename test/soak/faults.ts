/** What may be wrong on the way of a soak, and how it is drawn: the same seed draws the same. */
import type { ScriptedAnswer } from 'openpipeline-receiver'
import type { Behaviour } from '../support/chaos-proxy.ts'
import { integerFrom, oneOf, type Random } from '../support/random.ts'

/** Servers between the line and the endpoint. */
export type Path =
  | 'direct'
  | 'nginx 413'
  | 'nginx 429'
  | 'nginx 504'
  | 'haproxy 429'
  | 'haproxy queue'
  | 'haproxy drop'
  | 'haproxy reject'

/** The line itself. `down`: nothing listens. */
const lines: Readonly<Record<string, Behaviour | 'down'>> = {
  latency: { requests: { latencyMs: 20, jitterMs: 80 }, answers: { latencyMs: 20, jitterMs: 80 } },
  narrow: { requests: { bytesPerSecond: 100_000 } },
  slices: { requests: { sliceBytes: 900 }, answers: { sliceBytes: 9 } },
  'reset in the head': { requests: { resetAfterBytes: 150 } },
  'reset in the body': { requests: { resetAfterBytes: 20_000 } },
  'reset in the answer': { answers: { resetAfterBytes: 50 } },
  'half-close': { answers: { finAfterBytes: 20 } },
  'black hole': { requests: { stallAfterBytes: 10_000 } },
  'black hole for answers': { answers: { stallAfterBytes: 0 } },
  down: 'down',
}

const RETRY_AFTER = { headers: { 'retry-after': '1' } }

/** What the endpoint answers, one or more times. */
const answers: Readonly<Record<string, ScriptedAnswer>> = {
  '500': { status: 500 },
  '503': { status: 503 },
  '503 with Retry-After': { status: 503, ...RETRY_AFTER },
  '429 with Retry-After': { status: 429, ...RETRY_AFTER },
  '401': { status: 401 },
  '404': { status: 404 },
  '302': { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
  '200 with a page': { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>log in</p>', store: false },
  'reset after the body': { reset: 'after-body', store: true },
  'reset within the body': { reset: 'mid-body' },
  hang: { hang: true },
  'late answer': { delayMs: 3000, store: true },
}

export interface Step {
  readonly path: Path
  /** Name of what is wrong with the line, and how it behaves. */
  readonly line: readonly [string, Behaviour | 'down'] | undefined
  readonly answer: readonly [string, ScriptedAnswer] | undefined
  /** Open connections are reset at its beginning. */
  readonly cuts: boolean
  readonly forMs: number
}

/** Everything works. */
export const HEALED: Step = { path: 'direct', line: undefined, answer: undefined, cuts: true, forMs: 0 }

export function drawStep(random: Random, usablePaths: readonly Path[]): Step {
  const path = random() < 0.5 ? 'direct' : draw(random, usablePaths)
  const line = random() < 0.4 ? undefined : draw(random, Object.entries(lines))
  const times = random() < 0.5 ? integerFrom(random, 1, 4) : Infinity
  const answer = random() < 0.5 ? undefined : draw(random, Object.entries(answers))
  return {
    path,
    line,
    answer: answer === undefined ? undefined : [answer[0], { ...answer[1], times }],
    cuts: random() < 0.3,
    forMs: integerFrom(random, 500, 4000),
  }
}

function draw<Item>(random: Random, items: readonly Item[]): Item {
  const [first, ...others] = items
  if (first === undefined) throw new Error('there is nothing to draw from')
  return oneOf(random, [first, ...others])
}
