/** What the tests of this folder share: servers that end with their test, senders, and the account that must be right after each. */
import { createHash } from 'node:crypto'
import type { DiagnosticEvent, Shipper, ShipperOptions } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import { test as base, expect } from 'vitest'
import { type Behaviour, type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { type ReceiverProcess, type ReceiverProcessOptions, startReceiverProcess } from '../support/receiver-process.ts'
import { type Daemon, findProgram, type Place, type Recipe, startDaemon } from './daemon.ts'

export const TOKEN = 'dt0c01.SERVERS0SERVERS0SERVERS0.0SECRET0SECRET0SECRET0SECRET0'

/** Debian's name of the package, where it is not the program's. */
const PACKAGES: Readonly<Record<string, string>> = { stunnel: 'stunnel4' }

export interface Servers {
  /** A receiver in a process of its own that takes our token only. */
  receive(options?: ReceiverProcessOptions): Promise<ReceiverProcess>
  /** A server program; where it is not installed, the test fails in CI and is skipped elsewhere. */
  start(recipe: (place: Place) => Recipe): Promise<Daemon>
  chaos(targetPort: number, behaviour?: Behaviour): Promise<ChaosProxy>
  send(url: string, options?: ShipperOptions): Sender
}

export interface Sender extends Pick<Shipper, 'flush' | 'close' | 'stats'> {
  /** Pushes so many events more. */
  log(count: number, options?: { readonly bytes?: number }): void
  /** State changes, losses and warnings so far. */
  readonly told: readonly DiagnosticEvent[]
  /** Resolves once one of these is told. */
  toldOf(condition: (event: DiagnosticEvent) => boolean): Promise<DiagnosticEvent>
}

export const it = base.extend<{ servers: Servers }>({
  servers: async ({ skip }, use) => {
    const ends: (() => unknown)[] = []
    await use({
      async receive(options) {
        const receiver = await startReceiverProcess({ token: TOKEN, ...options })
        ends.push(() => receiver.close())
        return receiver
      },
      async start(recipe) {
        const { program } = recipe({ folder: '', port: 0 })
        if (findProgram(program) === undefined) missing(program, skip)
        const daemon = await startDaemon(recipe)
        ends.push(() => daemon.remove())
        return daemon
      },
      async chaos(targetPort, behaviour = {}) {
        const proxy = await startChaosProxy({ targetPort, behaviour })
        ends.push(() => proxy.close())
        return proxy
      },
      send(url, options) {
        const sender = createSender(url, options)
        ends.push(() => sender.close({ timeoutMs: 0 }))
        return sender
      },
    })
    for (const end of ends.toReversed()) await end()
  },
})

const said = new Set<string>()

function missing(program: string, skip: (note: string) => never): never {
  const note = `${program} is not installed; apt-get install ${PACKAGES[program] ?? program}`
  if ((process.env['CI'] ?? '') !== '') throw new Error(note)
  if (!said.has(program)) console.warn(`skipped: ${note}`)
  said.add(program)
  return skip(note)
}

/** Short waits, since a test is not an outage; everything else as it is by default. */
function createSender(url: string, { retry, ...options }: ShipperOptions = {}): Sender {
  const told: DiagnosticEvent[] = []
  const watchers = new Set<() => void>()
  const onEvent = (event: DiagnosticEvent): void => {
    told.push(event)
    for (const look of watchers) look()
  }
  const shipper = createShipper({
    url,
    token: TOKEN,
    batch: { lingerMs: 50 },
    retry: { minDelayMs: 50, maxDelayMs: 500, ...retry },
    diagnostics: { onEvent },
    ...options,
  })
  let logged = 0
  return {
    flush: (limits) => shipper.flush(limits),
    close: (limits) => shipper.close(limits),
    stats: () => shipper.stats(),
    told,
    log(count, { bytes = 100 } = {}) {
      for (const end = logged + count; logged < end; logged++) shipper.push(eventOf(logged, bytes))
    },
    toldOf(condition) {
      return new Promise((resolve) => {
        const look = (): void => {
          const event = told.find(condition)
          if (event === undefined) return
          watchers.delete(look)
          resolve(event)
        }
        watchers.add(look)
        look()
      })
    },
  }
}

/** An event whose content can be checked on arrival, with letters of one to four bytes. */
function eventOf(n: number, bytes: number): { n: number; content: string; checksum: string } {
  const content = `${n} äß€ 𝕏 `.padEnd(bytes, `${n} `)
  return { n, content, checksum: checksumOf(n, content) }
}

function checksumOf(n: unknown, content: unknown): string {
  return createHash('sha256')
    .update(`${String(n)}:${String(content)}`)
    .digest('hex')
    .slice(0, 16)
}

export function urlOf({ port }: Place): string {
  return `http://127.0.0.1:${port}`
}

/** Everything that was logged has arrived unchanged, and no more often than the sender itself says. */
export async function expectAllDelivered(sender: Sender, receiver: ReceiverProcess, logged: number): Promise<void> {
  const { accepted, delivered, pending, lost, possibleDuplicates } = sender.stats()
  expect({ accepted, delivered, pending }).toEqual({ accepted: logged, delivered: logged, pending: 0 })
  expect(Object.values(lost).every((count) => count === 0)).toBe(true)
  await expectArrived(receiver, logged)
  expect((await receiver.stats()).duplicates).toBeLessThanOrEqual(possibleDuplicates)
}

/** Nothing missing, nothing corrupted, nothing that was not sent. */
async function expectArrived(receiver: ReceiverProcess, logged: number): Promise<void> {
  const events = await receiver.events()
  const numbers = new Set(events.map((event) => event['n']))
  const corrupted = events.filter((event) => event['checksum'] !== checksumOf(event['n'], event['content']))
  expect({ distinct: numbers.size, corrupted: corrupted.length }).toEqual({ distinct: logged, corrupted: 0 })
  expect(Array.from({ length: logged }, (_, n) => n).every((n) => numbers.has(n))).toBe(true)
}

/** Waits until the sender has told that it holds. @returns what it says */
export function held(sender: Sender): Promise<string> {
  return inState(sender, 'held')
}

/** Waits until the sender has told that it waits after a failure. @returns what it says */
export function throttled(sender: Sender): Promise<string> {
  return inState(sender, 'throttled')
}

async function inState(sender: Sender, state: string): Promise<string> {
  const { message } = await sender.toldOf((event) => event.kind === 'state' && event.state === state)
  return message
}
