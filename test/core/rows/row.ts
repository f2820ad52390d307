/**
 * One row of the decision table: what the sender does about one condition. A real shipper on real sockets, at a server that answers
 * with bytes, by a clock that only the test moves: so every wait has an exact lower and upper bound, and every counter one value.
 */
import type { Socket } from 'node:net'
import type { ShipperOptions, Stats } from 'openpipeline-core'
import { expect, onTestFinished } from 'vitest'
import type { Cancel } from '../../../packages/core/src/clock.ts'
import { noLosses } from '../../../packages/core/src/loss-reason.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { ship, sum } from '../../support/shipping.ts'
import type { Shipping } from '../../support/shipping.ts'
import { until } from '../../support/until.ts'
import { rawServer } from '../deliver/raw-server.ts'
import type { RawOptions } from '../deliver/raw-server.ts'

/** Time of an attempt. No other timer is of this length, so that the clock can tell how many are under way. */
export const TIMEOUT_MS = 29_999

/** How long a batch waits for more events. */
export const LINGER_MS = 1000

/** Chance at its ends: the shortest and the longest wait there may be. */
export const bounds = [0, 1] as const

export interface RowRequest {
  /** 1 for the first one. */
  readonly number: number
  readonly head: string
  /** Numbers of the events in it, from 0; none where the body is not waited for, or compressed. */
  readonly ids: readonly number[]
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly body: Buffer
  readonly socket: Socket
}

/** Gives the bytes of an answer, or does to the socket what is to be done. */
export type Serve = (request: RowRequest) => Buffer | string | void

export interface RowOptions extends Omit<RawOptions, 'onRequest'> {
  readonly serve?: Serve
  readonly options?: ShipperOptions
  /** 1 unless given. */
  readonly random?: number
  /** The server speaks TLS. */
  readonly secure?: boolean
  /** By which name the server is reached. */
  readonly hostname?: string
  /** The server is the proxy to this endpoint. */
  readonly proxyTo?: string
}

type Shown = Partial<Omit<Stats, 'lost' | 'lastError'>> & {
  readonly lost?: Partial<Stats['lost']>
  readonly lastError?: RegExp
  /** Attempts that have not ended. */
  readonly underWay?: number
}

class RowClock extends FakeClock {
  underWay = 0

  override after(ms: number, run: () => void): Cancel {
    if (ms !== TIMEOUT_MS) return super.after(ms, run)
    let isOver = false
    const end = (): void => {
      if (!isOver) this.underWay--
      isOver = true
    }
    this.underWay++
    const cancel = super.after(ms, run)
    return () => {
      end()
      cancel()
    }
  }
}

export interface Row extends Pick<Shipping, 'push' | 'pushEvent' | 'flush' | 'close' | 'stats' | 'told'> {
  readonly clock: FakeClock
  /** Of the server. */
  readonly url: string
  readonly requests: readonly RowRequest[]
  readonly connections: readonly Socket[]
  /** The next request is made this long from now, not earlier and not later. */
  next(ms: number): Promise<void>
  /** So many requests have come to the server. */
  got(count: number): Promise<void>
  /** Nothing is under way any more. */
  rest(): Promise<void>
  /** All counters have these values, and 0 otherwise; `pending` is what is left of the events. */
  shows(shown: Shown): Promise<void>
}

export async function startRow(rowOptions: RowOptions): Promise<Row> {
  const { hostname = '127.0.0.1', options, proxyTo, random = 1, secure, serve = () => '', ...raw } = rowOptions
  const requests: RowRequest[] = []
  const onRequest: RawOptions['onRequest'] = ({ body, head, number, socket }) => {
    const events = eventsOf(body)
    const request = { number, head, body, socket, events, ids: events.map(({ n }) => Number(n)) }
    requests.push(request)
    const bytes = serve(request)
    if (bytes !== undefined && bytes !== '') socket.write(bytes)
  }
  const server = await rawServer({ ...raw, onRequest })
  const clock = new RowClock()
  const defaults = { batch: { lingerMs: LINGER_MS }, retry: {}, delivery: { timeoutMs: TIMEOUT_MS, concurrency: 1 } }
  const given = { ...defaults, ...options, delivery: { ...defaults.delivery, ...options?.delivery } }
  const url = server.url.replace('http:', secure === true ? 'https:' : 'http:').replace('127.0.0.1', hostname)
  const way = proxyTo === undefined ? { url } : { url: proxyTo, proxy: url }
  const shipping = ship({ ...way, ...given }, { clock, random: () => random })
  onTestFinished(async () => {
    const closing = shipping.close({ timeoutMs: 0 })
    await clock.advance(1)
    await closing
  })
  const next: Row['next'] = async (ms) => {
    const { requests: before } = shipping.stats()
    if (ms > 0) await clock.advance(ms - 1)
    if (ms > 0) expect(shipping.stats().requests, `requests within ${ms - 1} ms`).toBe(before)
    await clock.advance(ms > 0 ? 2 : 0)
    expect(shipping.stats().requests, `requests after ${ms} ms`).toBe(before + 1)
  }
  const shows: Row['shows'] = async ({ lastError, underWay = 0, ...shown }) => {
    const all = (): object => countersOf(shipping.stats(), clock.underWay)
    const expected = (): object => countersOf({ ...zeros(shipping.stats(), shown) }, underWay)
    // The sockets are real: what was answered has to come here first.
    await until(() => JSON.stringify(all()) === JSON.stringify(expected())).catch(() => undefined)
    expect(all()).toEqual(expected())
    if (lastError !== undefined) expect(shipping.stats().lastError).toMatch(lastError)
  }
  return {
    ...shipping,
    clock,
    url,
    requests,
    connections: server.connections,
    got: (count) => server.got(count),
    next,
    shows,
    rest: () => until(() => clock.underWay === 0),
  }
}

/** What is shown, and 0 for what is not. */
function zeros({ accepted }: Stats, { lost = {}, ...shown }: Omit<Shown, 'lastError' | 'underWay'>): Stats {
  const counts = { delivered: 0, spooled: 0, deadLettered: 0, ...shown }
  const pending = accepted - counts.delivered - counts.spooled - counts.deadLettered - sum({ ...noLosses(), ...lost })
  const traffic = { requests: 0, retries: 0, bytesSent: 0, possibleDuplicates: 0, state: 'open' as const }
  return { accepted, pending, ...traffic, ...counts, lost: { ...noLosses(), ...lost } }
}

/** All counters but the bytes, in one order. */
function countersOf(stats: Stats, underWay: number): object {
  const { accepted, deadLettered, delivered, lost, pending, possibleDuplicates, requests, retries, spooled, state } =
    stats
  const ends = { accepted, delivered, pending, spooled, deadLettered, lost: { ...noLosses(), ...lost } }
  return { ...ends, requests, retries, possibleDuplicates, state, underWay }
}

function eventsOf(body: Buffer): RowRequest['events'] {
  if (body.length === 0 || body[0] !== 0x5b) return []
  return JSON.parse(body.toString()) as RowRequest['events']
}

/** Answers in turn, then well. */
export function inTurn(ok: Buffer, ...answers: readonly Buffer[]): Serve {
  return ({ number }) => answers[number - 1] ?? ok
}

/** The envelope in which the service refuses. */
export function envelope(message: string, others: object = {}): string {
  return JSON.stringify({ error: { code: 400, message, ...others } })
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
