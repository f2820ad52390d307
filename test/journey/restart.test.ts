/** An outage that outlasts the process: all that was logged meanwhile is on disk, and the next process delivers it. */
import { readdirSync } from 'node:fs'
import { expect } from 'vitest'

import { temporaryFolder } from '../support/temporary.ts'
import { it, type Journey, type Way, ways } from './journey.ts'
import type { Program } from './program.ts'

/** `RESTART_RECORDS=1000000` for the number that is promised, by all three ways, and for the rate: that needs a machine of its own. */
const records = Number(process.env['RESTART_RECORDS'] ?? 50_000)
const isMeasured = process.env['RESTART_RECORDS'] !== undefined
const chosen: readonly Way[] = isMeasured ? ways : ['pino in-process']

const limitMs = 60_000 + records / 2

/** The budget over the idle logger: half as much again as the queue may hold, and 40 MB. */
const budgetBytes = 33_554_432 * 1.5 + 40_000_000

/** A worker is an isolate of its own, whose young generation V8 lets grow from 8 to 34 MB under load, whatever runs in it. */
const secondIsolateBytes = 26_000_000

it.for(chosen)(
  `${records} records that were spooled while the endpoint was down arrive after a restart, each once: %s`,
  { timeout: limitMs },
  async (way, { journey, onTestFinished }) => {
    const tally = await Tally.start(journey)
    const [ofLive, ofOutage] = [temporaryFolder(onTestFinished), temporaryFolder(onTestFinished)]
    const start = (directory: string, count: number): Program => {
      const options = { spool: { directory, maxBytes: 4_294_967_296 }, enrichment: false, diagnostics: 'silent' }
      const program = new URL('./programs/restarted.mjs', import.meta.url)
      return journey.start(program, tally.url, { way, options, count }, { limitMs })
    }
    const boundBytes = budgetBytes + (way === 'pino worker' ? secondIsolateBytes : 0)
    /** As the kernel does when memory runs out. @returns what it has taken over the idle logger */
    const kill = async (program: Program): Promise<number> => {
      program.signal('SIGKILL')
      const { exit, said } = await program.ended
      expect(exit).toBe('SIGKILL')
      expect(said.error).toBeUndefined()
      return Number(said['memoryBytes'])
    }

    const live = start(ofLive, records)
    const liveRate = await tally.arrivals()
    const liveBytes = await kill(live)

    await tally.does('reset')
    await tally.does('down')
    const first = start(ofOutage, records)
    await first.reported('logged', records)
    const outageBytes = await kill(first)

    await tally.does('up')
    const second = start(ofOutage, 0)
    const replayRate = await tally.arrivals()
    expect(tally.said).toMatchObject({ distinct: records, duplicates: 0, others: 0 })
    // What was delivered is not kept.
    await expect.poll(() => segmentsIn(ofOutage), { timeout: 10_000 }).toEqual([])
    const replayBytes = await kill(second)

    console.log(
      `${way}: ${records} records, live ${perSecond(liveRate)} (${megabytes(liveBytes)}), ` +
        `logged in the outage (${megabytes(outageBytes)}), replayed ${perSecond(replayRate)} (${megabytes(replayBytes)})`,
    )
    for (const bytes of [outageBytes, replayBytes]) expect(bytes).toBeLessThan(boundBytes)
    if (isMeasured) expect(replayRate).toBeGreaterThanOrEqual(liveRate / 2)
  },
)

class Tally {
  readonly #program: Program
  readonly url: string

  private constructor(program: Program, url: string) {
    this.#program = program
    this.url = url
  }

  static async start(journey: Journey): Promise<Tally> {
    const path = new URL('./programs/tally.mjs', import.meta.url)
    const program = journey.start(path, 'http://127.0.0.1', { way: 'winston', records }, { limitMs })
    return new Tally(program, String(await program.told('url')))
  }

  get said(): Program['said'] {
    return this.#program.said
  }

  async does(act: 'up' | 'down' | 'reset'): Promise<void> {
    this.#program.tell(act)
    await this.#program.reported('done', act)
  }

  /** Waits for all. @returns how many came in a second, from the first to the last */
  async arrivals(): Promise<number> {
    const { firstAt, lastAt } = await this.#program.reported('distinct', records)
    return (records / (Number(lastAt) - Number(firstAt))) * 1000
  }
}

function segmentsIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.seg'))
}

function perSecond(rate: number): string {
  return `${Math.round(rate)}/s`
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
