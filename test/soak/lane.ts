/** A lane of a soak: one way to log, one producer after another, a line of their own that goes wrong and is mended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Stats } from 'openpipeline-core'
import { type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { integerFrom, oneOf, type Random, seeded } from '../support/random.ts'
import { drawStep, HEALED, type Step } from './faults.ts'
import type { Fronts } from './fronts.ts'
import type { Oracle, Settled } from './oracle.ts'

export const ways = ['pino worker', 'pino in-process', 'winston'] as const
type Way = (typeof ways)[number]

/** Ends that lose nothing where the line is mended before. */
const ends = {
  'pino worker': ['close', 'return', 'exit', 'SIGTERM'],
  'pino in-process': ['close', 'return', 'SIGTERM', 'flush, then SIGKILL'],
  winston: ['close', 'return', 'SIGTERM', 'flush, then SIGKILL'],
} as const

const SECRET = '0SOAK0SECRET0SOAK0SECRET0SOAK0SECRET'
export const TOKEN = `dt0c01.SOAK00SOAK00SOAK00SOAK00.${SECRET}`

/** A life that takes longer to end hangs. */
const LONGEST_END_MS = 30_000
const MAX_RECORDS_OF_A_LIFE = 50_000

export interface LaneParts {
  readonly lane: number
  readonly way: Way
  readonly seed: number
  readonly oracle: Oracle
  readonly fronts: Fronts
  /** Where a fault is drawn. */
  readonly onFault: (name: string) => void
}

/** One producer from start to end, as it was seen from outside. */
export interface Life {
  readonly producer: string
  readonly end: string
  readonly accepted: number
  readonly stats: Stats | undefined
  readonly settled: Settled
  readonly maxRss: number
  /** What must not be: each is a sentence. */
  readonly violations: readonly string[]
}

/** Lives one after another until the time is over. */
export async function runLane(parts: LaneParts, untilMs: number): Promise<readonly Life[]> {
  const line = await startChaosProxy({ targetPort: parts.fronts.portOf(parts.lane, 'direct'), seed: parts.seed })
  const lives: Life[] = []
  try {
    while (performance.now() < untilMs) {
      // Drawn afresh for each life, so that it does not depend on how long those before it took.
      const random = seeded(parts.seed * 31 + parts.lane * 7919 + lives.length)
      lives.push(await live({ ...parts, line, random, producer: `${parts.lane}-${lives.length}` }, untilMs))
    }
  } finally {
    await line.close()
  }
  return lives
}

interface LifeParts extends LaneParts {
  readonly line: ChaosProxy
  readonly random: Random
  readonly producer: string
}

async function live(parts: LifeParts, untilMs: number): Promise<Life> {
  const { oracle, producer, random, way } = parts
  await oracle.expect(producer)
  const [first, ...others] = ends[way]
  const end = oneOf<string>(random, [first, ...others])
  const lifeMs = integerFrom(random, 8000, 25_000)
  const child = new Producer(parts)
  const endsAt = Math.min(performance.now() + lifeMs, untilMs)
  while (performance.now() < endsAt && !child.hasEnded) {
    const step = drawStep(random, parts.fronts.paths)
    await take(parts, step)
    await after(Math.min(step.forMs, Math.max(0, endsAt - performance.now())))
  }
  const violations = child.hasEnded ? [`${producer} ended by itself`] : []
  await take(parts, HEALED)
  violations.push(...(await child.end(end)))
  const settled = await oracle.settle(producer, child.accepted)
  violations.push(...faultsIn(child, settled))
  const { accepted, stats, maxRss } = child
  return { producer: `${producer} (${way})`, end, accepted, stats, settled, maxRss, violations }
}

async function take({ fronts, lane, line, onFault, oracle }: LifeParts, step: Step): Promise<void> {
  line.leadTo(fronts.portOf(lane, step.path))
  await oracle.answer(lane, step.answer === undefined ? [] : [step.answer[1]])
  if (step.line?.[1] === 'down') await line.down()
  else {
    await line.up()
    line.behave(step.line?.[1] ?? {})
  }
  if (step.cuts) line.cut()
  if (step.path !== 'direct') onFault(step.path)
  if (step.line !== undefined) onFault(`line: ${step.line[0]}`)
  if (step.answer !== undefined) onFault(`answer: ${step.answer[0]}`)
}

/** What the oracle saw against what the producer itself says. */
function faultsIn({ accepted, stats }: Producer, { delivered, duplicates, missing, poison }: Settled): string[] {
  const faults: string[] = []
  if (missing.length > 0) faults.push(`${missing.length} missing, the first is ${missing[0]}`)
  if (stats === undefined) return [...faults, 'no counters were told']
  const lost = Object.entries(stats.lost).filter(([reason, count]) => count > 0 && reason !== 'rejected')
  for (const [reason, count] of lost) faults.push(`${count} told as ${reason}`)
  if (stats.lost.rejected !== poison) faults.push(`${stats.lost.rejected} told as rejected, ${poison} were poison`)
  // At its end it tells of its losses by an event of its own, which is no record.
  if (stats.accepted < accepted) faults.push(`${stats.accepted} counted as accepted, ${accepted} were logged`)
  if (stats.delivered < delivered) faults.push(`${stats.delivered} counted as delivered, ${delivered} arrived`)
  if (stats.pending > 0) faults.push(`${stats.pending} still pending`)
  if (duplicates > stats.possibleDuplicates)
    faults.push(`${duplicates} duplicates, ${stats.possibleDuplicates} were told as possible`)
  return faults
}

class Producer {
  readonly #child: ChildProcess
  readonly #ended: Promise<readonly unknown[]>
  #output = ''
  hasEnded = false
  accepted = 0
  stats: Stats | undefined
  maxRss = 0

  constructor({ line, producer, random, seed, way }: LifeParts) {
    const options = {
      url: line.url,
      token: TOKEN,
      batch: { lingerMs: integerFrom(random, 20, 500), maxBytes: integerFrom(random, 200_000, 1_000_000) },
      delivery: {
        timeoutMs: 2000,
        concurrency: integerFrom(random, 1, 4),
        compression: random() < 0.3 ? 'gzip' : 'none',
      },
      retry: { minDelayMs: 100, maxDelayMs: 2000 },
      closeTimeoutMs: 8000,
    }
    const perSecond = integerFrom(random, 20, 300)
    const given = { way, producer, seed, options, perSecond, maxRecords: MAX_RECORDS_OF_A_LIFE }
    const program = fileURLToPath(new URL('producer.mjs', import.meta.url))
    const args = ['--unhandled-rejections=strict', program, JSON.stringify(given)]
    const env = { PATH: process.env['PATH'] ?? '' }
    this.#child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
    const [stdin, stdout, stderr, told] = this.#child.stdio
    stdin?.on('error', () => undefined)
    for (const stream of [stdout, stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-200_000)))
    }
    createInterface({ input: told as Readable }).on('line', (text) => this.#hear(JSON.parse(text)))
    this.#ended = once(this.#child, 'close').finally(() => (this.hasEnded = true))
  }

  /** @returns what was wrong with the end */
  async end(how: string): Promise<readonly string[]> {
    this.#child.stdin?.write(`${how}\n`)
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), LONGEST_END_MS)
    const startedAt = performance.now()
    const [code, signal] = await this.#ended
    clearTimeout(impatience)
    const faults: string[] = []
    if (performance.now() - startedAt >= LONGEST_END_MS) faults.push(`did not end within ${LONGEST_END_MS} ms`)
    const expected = how.includes('SIGKILL') ? 'SIGKILL' : 0
    if ((signal ?? code) !== expected) faults.push(`ended with ${String(signal ?? code)} after ${how}`)
    if (this.#output.includes(SECRET)) faults.push('printed its token')
    const strange = this.#output.split('\n').find((text) => text !== '' && !text.startsWith('{"openpipeline":'))
    if (strange !== undefined) faults.push(`printed: ${strange}`)
    return faults
  }

  #hear(said: { accepted?: number; stats?: Stats; maxRss?: number }): void {
    this.accepted = said.accepted ?? this.accepted
    this.stats = said.stats ?? this.stats
    this.maxRss = said.maxRss ?? this.maxRss
  }
}
