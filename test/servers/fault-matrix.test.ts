/**
 * Every fault with every end of a program: nothing is lost where the endpoint works again in time, and where it does not, every
 * record is counted. By all three ways to log.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Ended, Program } from '../journey/program.ts'
import { selfSigned } from '../support/authority.ts'
import { freePort } from './daemon.ts'
import { type Fault, FAULT_MS, faultsOf } from './faults.ts'
import { FaultyEndpoint } from './faulty-endpoint.ts'

/** Most of a cell is waiting. */
vi.setConfig({ maxConcurrency: 12 })

const ways = ['pino worker', 'pino in-process', 'winston'] as const
const ends = ['close', 'return', 'exit', 'uncaught', 'SIGTERM with handler'] as const
type Way = (typeof ways)[number]
type End = (typeof ends)[number]

const SECRET = '0SECRET0SECRET0SECRET0SECRET0SECRET0'
const TOKEN = `dt0c01.MATRIX00MATRIX00MATRIX00.${SECRET}`
const OLD_TOKEN = TOKEN.replace('MATRIX00M', 'OLDTOKENM')
const RECORDS = 300
const LOAD_MS = FAULT_MS + 300
const PROGRAM = new URL('./programs/log-through-a-fault.mjs', import.meta.url)

const folder = mkdtempSync(join(tmpdir(), 'openpipeline-matrix-'))
const certified = selfSigned()
const foreign = new FaultyEndpoint((exchange) => exchange.accept())
const foreignPort = await freePort()
const faults = faultsOf(`http://127.0.0.1:${foreignPort}/platform/ingest/v1/events`)

beforeAll(() => foreign.listen(foreignPort))
afterAll(async () => {
  await foreign.close()
  rmSync(folder, { recursive: true, force: true })
})

const matrix = Object.entries(faults).flatMap(([name, fault]) =>
  ends.flatMap((end) => ways.map((way) => [name, end, way, fault] as const)),
)

it.concurrent.for(matrix)('%s: %s, %s', async ([name, end, way, fault]) => {
  const { endpoint, ended } = await run({ name, fault, way, end })
  expectQuiet(ended, { way, end })
  expect(ended.said['error']).toBeUndefined()
  expect(ended.exit).toBe(end === 'uncaught' ? 1 : 0)
  expect(ended.afterLoadMs).toBeLessThan(9000) // at ten seconds pino would end the worker by force
  expect(endpoint.requests).toBeLessThanOrEqual(fault.maxRequests ?? 30)
  expect(foreign.connections).toBe(0)
  for (const value of endpoint.authorizations) expect(value).toMatch(/^Api-Token dt0c01\./)
  expectAccount(endpoint, ended, { fault, way, end })
})

interface Cell {
  readonly name: string
  readonly fault: Fault
  readonly way: Way
  readonly end: End
}

interface Ran {
  readonly endpoint: FaultyEndpoint
  readonly ended: Ended & { readonly afterLoadMs: number }
}

let cells = 0

async function run({ fault, way, end }: Cell): Promise<Ran> {
  const tokenFile = join(folder, `token-${++cells}`)
  const endpoint = new FaultyEndpoint(rotating(fault, tokenFile), fault.tls === undefined ? undefined : certified)
  endpoint.refuses = fault.refuses ?? 0
  const port = await freePort()
  if (fault.downForMs === undefined) await endpoint.listen(port)
  writeFileSync(tokenFile, OLD_TOKEN)
  // Longer where there is something to wait for.
  const closeTimeoutMs = fault.recovers ? 3000 : 500
  const options = {
    url: `${fault.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    token: fault.rotates === true ? { file: tokenFile } : TOKEN,
    batch: { lingerMs: 100 },
    delivery: { timeoutMs: 800 },
    retry: { minDelayMs: 100, maxDelayMs: 1000 },
    closeTimeoutMs,
    ...(fault.tls === 'trusted' && { tls: { ca: certified.cert } }),
    ...(way === 'winston' && end === 'uncaught' && { handleExceptions: true }),
  }
  const given = { way, options, count: RECORDS, forMs: LOAD_MS, flushMs: closeTimeoutMs, end }
  const program = new Program(PROGRAM, given, { nodeArguments: ['--unhandled-rejections=strict'] })
  let up: NodeJS.Timeout | undefined
  try {
    await program.told('began')
    endpoint.begin()
    if (fault.downForMs !== undefined && fault.downForMs < Infinity) {
      up = setTimeout(() => void endpoint.listen(port), fault.downForMs)
    }
    await program.told('logged')
    const loadedAt = performance.now()
    const ended = await program.ended
    return { endpoint, ended: { ...ended, afterLoadMs: performance.now() - loadedAt } }
  } finally {
    clearTimeout(up)
    program.signal('SIGKILL')
    await program.ended
    await endpoint.close()
  }
}

/** From half of the fault's time on only the new token is right, which then stands in the file. */
function rotating({ behave, rotates }: Fault, tokenFile: string): Fault['behave'] {
  if (rotates !== true) return behave
  return async (exchange) => {
    if (exchange.elapsedMs > FAULT_MS) writeFileSync(tokenFile, TOKEN)
    const isRight = exchange.request.headers.authorization === `Api-Token ${TOKEN}`
    await (isRight || exchange.elapsedMs < FAULT_MS / 2 ? exchange.accept() : exchange.answer(401))
  }
}

/** Only our own lines, and Node's account of the exception that it was given. */
function expectQuiet({ stdout, stderr, otherLines }: Ended, { way, end }: Pick<Cell, 'way' | 'end'>): void {
  expect(stdout).toBe('')
  expect(stderr).not.toContain(SECRET)
  if (end !== 'uncaught' || way === 'winston') return expect(otherLines).toEqual([])
  expect(otherLines.join('\n')).toMatch(
    /^file:\S+\n.*\n\s*\^\n(\n)?Error: a fault of the application\n(\s+at .*\n)+Node\.js v\S+$/,
  )
}

/** Whether a program that ends so can wait for what it has logged: in its own thread it cannot, once it calls process.exit. */
function waits(way: Way, end: End): boolean {
  return way === 'pino worker' || !(end === 'exit' || (end === 'uncaught' && way !== 'winston'))
}

function expectAccount(endpoint: FaultyEndpoint, ended: Ended, { fault, way, end }: Omit<Cell, 'name'>): void {
  const numbers = Array.from({ length: RECORDS }, (_, n) => n)
  const missing = numbers.filter((n) => !endpoint.taken.has(n))
  const { lost, pending } = countedBy(ended)
  const rejected = lost['rejected'] ?? 0
  if (fault.recovers && waits(way, end)) {
    expect(missing).toEqual(fault.poison === undefined ? [] : [fault.poison])
    expect(lost).toEqual(fault.poison === undefined ? {} : { rejected: 1 })
  } else {
    // Counted as lost, or still in the counters when the process ended. More than are missing where an answer was lost.
    const counted = sum(lost) + pending
    expect(counted).toBeGreaterThanOrEqual(missing.length)
    if (!fault.recovers) expect({ missing: missing.length, rejected }).toEqual({ missing: RECORDS, rejected: 0 })
    if (!fault.recovers && way !== 'winston') expect(counted).toBe(RECORDS)
  }
  expectNoMoreDuplicatesThanTold(endpoint, ended)
}

function expectNoMoreDuplicatesThanTold({ taken }: FaultyEndpoint, { said: { stats = {} } }: Ended): void {
  const { accepted, delivered = 0, pending = 0, lost = {}, possibleDuplicates = 0 } = stats
  if (accepted === undefined) return // a worker keeps its counters to itself
  expect(accepted).toBe(delivered + pending + sum(Object.values(lost)))
  expect(sum(taken.values()) - taken.size).toBeLessThanOrEqual(possibleDuplicates)
}

/** By the lines on stderr, which is all that there is of a worker; in process by the counters, which must say the same. */
function countedBy({ diagnostics, said: { stats = {} } }: Ended): { lost: Record<string, number>; pending: number } {
  const lost: Record<string, number> = {}
  for (const line of diagnostics) {
    if (line.kind === 'loss') lost[line.reason] = (lost[line.reason] ?? 0) + line.count
  }
  if (stats.accepted !== undefined) {
    const counters = Object.entries(stats.lost ?? {}).filter(([, count]) => count > 0)
    expect(lost).toEqual(Object.fromEntries(counters))
  }
  return { lost, pending: stats.pending ?? 0 }
}

function sum(counts: Readonly<Record<string, number>> | Iterable<number>): number {
  const all = Symbol.iterator in counts ? [...counts] : Object.values(counts)
  return (all as readonly number[]).reduce((total, count) => total + count, 0)
}
