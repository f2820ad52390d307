/** What all journeys share: the three ways, the processes of a test and their end, and the account that must be right after each. */
import type { LossReason } from 'openpipeline-core'
import { test as base, expect } from 'vitest'
import { type ReceiverProcess, type ReceiverProcessOptions, startReceiverProcess } from '../support/receiver-process.ts'
import { type Ended, Program, type ProgramOptions } from './program.ts'

export const ways = ['pino worker', 'pino in-process', 'winston'] as const
export type Way = (typeof ways)[number]

/** The ways that log in the application's own thread. */
export const waysInProcess = ['pino in-process', 'winston'] as const

const TOKEN = 'dt0c01.JOURNEY0JOURNEY0JOURNEY0.0SECRET0SECRET0SECRET0SECRET0'

interface Given {
  readonly way: Way
  /** Options of the transport, on top of where to and with which token. */
  readonly options?: object
  readonly [more: string]: unknown
}

export interface Journey {
  /** The token that receivers of this test accept. */
  readonly token: string
  /** A receiver in a process of its own, which ends with the test. */
  receive(options?: ReceiverProcessOptions): Promise<ReceiverProcess>
  /** Starts a program that logs to `url`; it ends with the test at the latest. */
  start(name: ConstructorParameters<typeof Program>[0], url: string, given: Given, options?: ProgramOptions): Program
  /** Starts one and waits for its end. */
  run(
    name: ConstructorParameters<typeof Program>[0],
    url: string,
    given: Given,
    options?: ProgramOptions,
  ): Promise<Ended>
}

export const it = base.extend<{ journey: Journey }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of the fixtures from this pattern
  journey: async ({}, use) => {
    const receivers: Promise<ReceiverProcess>[] = []
    const started: Program[] = []
    const start: Journey['start'] = (name, url, { options, ...given }, programOptions = {}) => {
      const all = { ...given, options: { url, token: TOKEN, ...options } }
      const program = new Program(name, all, programOptions)
      started.push(program)
      return program
    }
    await use({
      token: TOKEN,
      receive(options) {
        const receiver = startReceiverProcess({ token: TOKEN, ...options })
        receivers.push(receiver)
        return receiver
      },
      start,
      run: (...args) => start(...args).ended,
    })
    for (const program of started) program.signal('SIGKILL')
    for (const program of started) {
      await program.ended
      expect(() => process.kill(program.pid, 0)).toThrow('ESRCH')
    }
    for (const receiver of await Promise.allSettled(receivers)) {
      if (receiver.status === 'fulfilled') await receiver.value.close()
    }
  },
})

interface Account {
  readonly logged: number
  /** What must have been told as lost, by reason. */
  readonly lost?: Partial<Record<LossReason, number>>
  /** Events that may be at the receiver more than once, because an answer was lost. */
  readonly duplicates?: number
  /** Records that the program did not number with `n`. */
  readonly unnumbered?: number
  /** Lines on stderr that are not ours. */
  readonly otherLines?: unknown
}

/**
 * Every record that was logged has arrived once or was told as lost, and nothing unexpected was written to stderr. The receiver's
 * count of distinct ids decides, less the events in which losses themselves are reported; the counters in the process and the
 * lines on stderr must say the same.
 */
export async function expectAccount(
  ended: Ended,
  receiver: ReceiverProcess,
  { logged, lost = {}, duplicates = 0, unnumbered = 0, otherLines = [] }: Account,
): Promise<void> {
  const received = await receiver.stats()
  const numbers = (await receiver.ids('n')).filter((n) => n !== undefined)
  const reports = (await receiver.ids('openpipeline.loss.reason')).filter((reason) => reason !== undefined).length
  const { stats = {}, error } = ended.said
  expect(ended.otherLines).toEqual(otherLines)
  expect(error).toBeUndefined()
  expect(lostBy(ended)).toEqual(lost)
  expect(received.distinct - reports).toBe(logged - sum(lost))
  expect(received.duplicates).toBe(duplicates)
  expect(received.dropped).toBe(0)
  expect(new Set(numbers).size).toBe(logged - sum(lost) - unnumbered)
  if (stats.accepted === undefined) return // a worker keeps its counters to itself
  expect(withoutZeros(stats.lost ?? {})).toEqual(lost)
  expect(stats).toMatchObject({ accepted: logged, delivered: received.distinct - reports, pending: 0 })
  expectIdentity(ended)
}

/** `accepted = delivered + pending + spooled + deadLettered + Σ lost`. */
export function expectIdentity({ said: { stats = {} } }: Ended): void {
  const { accepted, delivered = 0, pending = 0, spooled = 0, deadLettered = 0, lost = {} } = stats
  expect(delivered + pending + spooled + deadLettered + sum(lost)).toBe(accepted)
}

/** How much slower than usual the machine is just now, by the time the program took to start: its bounds of time are as much longer. */
export function slowness({ said }: Ended): number {
  return Math.max(1, Number(said['startedAfterMs']) / 400)
}

/** Losses by the lines on stderr. */
function lostBy({ diagnostics }: Ended): Record<string, number> {
  const lost: Record<string, number> = {}
  for (const line of diagnostics) {
    if (line.kind === 'loss') lost[line.reason] = (lost[line.reason] ?? 0) + line.count
    const unsaid = /^loss (.*)$/.exec(line.kind)?.[1] // what the rate limit held back
    if (unsaid !== undefined) lost[unsaid] = (lost[unsaid] ?? 0) + (line.more ?? 0)
  }
  return lost
}

function withoutZeros(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
