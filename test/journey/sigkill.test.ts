/** A process with a spool may be killed at any moment: no record whose log call returned is lost. */
import { describe, expect } from 'vitest'
import type { ReceiverProcess, ReceiverProcessOptions } from '../support/receiver-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import type { Journey, Way } from './journey.ts'
import { it, ways, waysInProcess } from './journey.ts'

const KILLS = process.env['CI'] === undefined ? 60 : 300

const WORKER_KILLS = process.env['CI'] === undefined ? 8 : 16

/** Lives at a time; they share the directory, so those that go on adopt what the killed ones left. */
const CHAINS = 3

type Script = NonNullable<ReceiverProcessOptions['script']>

/** One answer in ten is 503, one in ten is lost after the events were stored. */
function chaos(random: () => number): Script {
  return Array.from({ length: 20_000 }, () => {
    const drawn = random()
    if (drawn < 0.1) return { status: 503 }
    return drawn < 0.2 ? { reset: 'after-body' as const, store: true } : { status: 202 }
  })
}

/** The same numbers for the same seed, so that a failure can be looked at again. https://en.wikipedia.org/wiki/Xorshift */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Most live shortly: at the begin there is the most to go wrong, and the next one is to be started. */
function lifeMs(random: () => number): number {
  return random() * (random() < 0.25 ? 320 : 80)
}

interface Life {
  readonly life: string
  /** Records whose log call has returned; with pino's worker, that it has read too. */
  readonly logged: number
  /** With pino's worker: records whose log call has returned, and how many a turn of the event loop logs. */
  readonly written: number
  readonly perTurn: number
}

const optionsWith = (directory: string): object => ({
  spool: { directory },
  delivery: { concurrency: 1 },
  batch: { lingerMs: 20 },
  retry: { minDelayMs: 5, maxDelayMs: 50 },
  diagnostics: 'silent',
})

async function liveAndDie(
  journey: Journey,
  url: string,
  given: { way: Way; options: object; life: string; isReadFirst?: boolean },
  ms: number,
): Promise<Life> {
  const program = journey.start('chatter', url, given)
  await program.told('logged')
  await new Promise((resolve) => setTimeout(resolve, ms))
  program.signal('SIGKILL')
  const { exit, said } = await program.ended
  expect(exit).toBe('SIGKILL')
  const { logged = 0, written = logged, perTurn = 0 } = said
  return { life: given.life, logged, written: Number(written), perTurn: Number(perTurn) }
}

/** Which numbers of each life have arrived, in the order of their first arrival. */
async function arrivals(receiver: ReceiverProcess): Promise<{ byLife: Map<unknown, number[]>; total: number }> {
  const [lives, ns] = [await receiver.ids('life'), await receiver.ids('n')]
  const byLife = new Map<unknown, { seen: Set<unknown>; order: number[] }>()
  for (const [index, life] of lives.entries()) {
    const found = byLife.get(life) ?? { seen: new Set(), order: [] }
    byLife.set(life, found)
    if (found.seen.has(ns[index])) continue
    found.seen.add(ns[index])
    found.order.push(Number(ns[index]))
  }
  return { byLife: new Map([...byLife].map(([life, { order }]) => [life, order])), total: ns.length }
}

function missingOf(lives: readonly Life[], byLife: ReadonlyMap<unknown, number[]>): string[] {
  return lives.flatMap(({ life, logged }) => {
    const arrived = new Set(byLife.get(life))
    const missing = Array.from({ length: logged }, (_, index) => index + 1).filter((n) => !arrived.has(n))
    return missing.map((n) => `${life}: ${n}`)
  })
}

/** Until everything is there, or nothing more comes. */
async function settledArrivals(
  receiver: ReceiverProcess,
  lives: readonly Life[],
): Promise<Awaited<ReturnType<typeof arrivals>>> {
  let idle = 0
  for (let before = -1; ;) {
    const now = await arrivals(receiver)
    if (missingOf(lives, now.byLife).length === 0) return now
    idle = now.total === before ? idle + 1 : 0
    if (idle === 60) return now
    before = now.total
    await receiver.received(now.total + 1, { timeoutMs: 500 }).catch(() => undefined)
  }
}

/** Events that may be there twice: those of requests whose answer was lost, and of one under way at each kill. */
async function inDoubt(receiver: ReceiverProcess, kills: number): Promise<number> {
  const requests = await receiver.requests()
  const answerless = requests.filter(({ outcome }) => outcome !== 'answered')
  const largest = Math.max(...requests.map(({ events }) => events))
  return answerless.reduce((sum, { events }) => sum + events, 0) + kills * largest
}

describe('killed at random moments, with an endpoint that fails and loses answers', () => {
  it(
    `loses no record in ${KILLS} kills, and keeps the order of each life`,
    { timeout: 300_000 },
    async ({ journey }) => {
      const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
      const random = randomOf(seed)
      const receiver = await journey.receive({ script: chaos(random), maxEvents: 5_000_000, maxRequests: 100_000 })
      const options = optionsWith(temporaryFolder())
      const lives: Life[] = []
      const chain = async (name: number): Promise<void> => {
        const way = waysInProcess[name % waysInProcess.length] ?? 'winston'
        for (let kill = 0; kill < KILLS / CHAINS; kill++) {
          const life = `${name}-${kill}`
          lives.push(await liveAndDie(journey, receiver.url, { way, options, life }, lifeMs(random)))
        }
      }
      await Promise.all(Array.from({ length: CHAINS }, (_, name) => chain(name)))
      await receiver.answer([])
      journey.start('chatter', receiver.url, { way: 'pino in-process', options, life: 'last', count: 1 })
      const { byLife, total } = await settledArrivals(receiver, lives)

      const logged = lives.reduce((sum, life) => sum + life.logged, 0)
      const distinct = [...byLife.values()].reduce((sum, order) => sum + order.length, 0)
      console.log(`seed ${seed}: ${lives.length} kills, ${logged} logged, ${total - distinct} delivered twice`)
      expect(missingOf(lives, byLife), `seed ${seed}`).toEqual([])
      expect(total - distinct, 'delivered twice').toBeLessThanOrEqual(await inDoubt(receiver, lives.length))
      for (const [life, order] of byLife) {
        expect(order, `order of ${String(life)}, seed ${seed}`).toEqual(order.toSorted((a, b) => a - b))
      }
    },
  )
})

describe("pino's worker, killed at random moments", () => {
  it(
    'loses at most the records of one turn of the event loop, the newest, and nothing that it has read',
    { timeout: 120_000 },
    async ({ journey }) => {
      const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
      const random = randomOf(seed)
      const receiver = await journey.receive({ script: chaos(random), maxEvents: 5_000_000 })
      const options = optionsWith(temporaryFolder())
      const lives: Life[] = []
      for (let kill = 0; kill < WORKER_KILLS; kill++) {
        const given = { way: 'pino worker', options, life: `worker-${kill}`, isReadFirst: true } as const
        lives.push(await liveAndDie(journey, receiver.url, given, lifeMs(random)))
      }
      await receiver.answer([])
      journey.start('chatter', receiver.url, { way: 'pino in-process', options, life: 'last', count: 1 })
      const { byLife } = await settledArrivals(receiver, lives)
      expect(missingOf(lives, byLife), `seed ${seed}`).toEqual([])
      for (const [life, order] of byLife) {
        expect(order, `${String(life)}, seed ${seed}`).toEqual(Array.from(order, (_, index) => index + 1))
      }
      const lost = lives.map(({ life, written }) => written - (byLife.get(life)?.length ?? 0))
      console.log(`seed ${seed}: ${lives.length} kills of a worker, lost with each ${lost.join(' ')}`)
      for (const [index, { perTurn }] of lives.entries()) expect(lost[index]).toBeLessThanOrEqual(perTurn)
      const reasons = await receiver.ids('openpipeline.loss.reason')
      expect(reasons.filter((reason) => reason !== undefined)).toEqual([])
    },
  )
})

const ends = ['process.exit', 'uncaught exception', 'naturally', 'end, then process.exit']

describe.each(ways)('%s with a spool, its endpoint down', (way) => {
  // A worker may not have read the records of the last tick when the process is killed.
  it.concurrent.for(way === 'pino worker' ? ends : [...ends, 'SIGKILL'])(
    'keeps everything for the next process: %s',
    async (end, { journey, onTestFinished }) => {
      const options = optionsWith(temporaryFolder(onTestFinished))
      const receiver = await journey.receive()
      const { url } = receiver
      await receiver.close()
      const ended = await journey.run('log-and-end', url, { way, options, count: 1000, end })
      expect(ended.exit).toBe({ 'uncaught exception': 1, SIGKILL: 'SIGKILL' }[end] ?? 0)
      const again = await journey.receive({ port: Number(new URL(url).port) })
      journey.start('chatter', again.url, { way, options, life: 'last', count: 1 })
      await again.received(1001, { distinct: true })
      expect(new Set(await again.ids('n')).size).toBe(1000)
    },
  )
})
