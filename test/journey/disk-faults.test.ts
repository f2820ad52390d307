/** A disk that fails in the ways real ones do: the application sees nothing, one line tells of it, and nothing is lost that need not be. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import type { DiagnosticEvent, Stats } from 'openpipeline-core'
import { describe, expect } from 'vitest'
import type { ReceiverProcess } from '../support/receiver-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import type { Journey } from './journey.ts'
import { it } from './journey.ts'
import type { Program, ProgramOptions, Said } from './program.ts'

const NOBODY = 65_534

const busy = { status: 503, times: Infinity } as const

class Subject {
  readonly #program: Program
  #told = 0

  constructor(program: Program) {
    this.#program = program
  }

  get pid(): number {
    return this.#program.pid
  }

  /** Does it, and reports. */
  async does(act: string): Promise<Said & { stats: Stats }> {
    const line = `${act} ${++this.#told}`
    this.#program.tell(line)
    return (await this.#program.reported('done', line)) as Said & { stats: Stats }
  }

  /** Does it again and again, until what it reports is so. */
  async until(act: string, isSo: (said: Said & { stats: Stats }) => boolean): Promise<Said & { stats: Stats }> {
    for (;;) {
      const said = await this.does(act)
      if (isSo(said)) return said
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** @returns the lines on stderr that were told of the spool */
  async killed(): Promise<string[]> {
    this.#program.signal('SIGKILL')
    const { diagnostics, otherLines, said } = await this.#program.ended
    expect(otherLines).toEqual([])
    expect(said.error).toBeUndefined()
    return diagnostics.map((line: DiagnosticEvent) => line.message).filter((message) => message.includes('spool'))
  }
}

interface Setting {
  readonly directory: string
  readonly receiver: ReceiverProcess
  readonly subject: Subject
}

async function begin(
  journey: Journey,
  directory: string,
  { spool = {}, ...options }: ProgramOptions & { spool?: object } = {},
): Promise<Setting> {
  const receiver = await journey.receive({ script: [busy] })
  const program = startTold(journey, receiver, directory, { life: 'first', spool, options })
  await program.told('ready')
  return { directory, receiver, subject: new Subject(program) }
}

function startTold(
  journey: Journey,
  receiver: ReceiverProcess,
  directory: string,
  { life, options, spool }: { life: string; options: ProgramOptions; spool: object },
): Program {
  const retry = { minDelayMs: 10, maxDelayMs: 100 }
  const given = { life, options: { spool: { directory, ...spool }, retry, enrichment: false } }
  const program = new URL('./programs/told-to.mjs', import.meta.url)
  return journey.start(program, receiver.url, { way: 'winston', ...given }, options)
}

/** The endpoint works again, and another process takes over: which of so many records have arrived. */
async function missingAfterwards(journey: Journey, { directory, receiver }: Setting, count: number): Promise<number[]> {
  await receiver.answer([])
  startTold(journey, receiver, directory, { life: 'second', options: { uid: process.getuid?.() }, spool: {} })
  await receiver.received(count, { distinct: true, timeoutMs: 10_000 }).catch(() => undefined)
  const arrived = new Set(await receiver.ids('n'))
  return Array.from({ length: count }, (_, index) => index + 1).filter((n) => !arrived.has(n))
}

function needs(context: { skip(note: string): void }, isThere: boolean, what: string): void {
  if (isThere) return
  expect(process.env['CI'], `${what} is needed`).toBeUndefined()
  context.skip(`needs ${what}`)
}

const isRoot = process.getuid?.() === 0

const hasFiu = spawnSync('fiu-run', ['-x', 'true']).status === 0

/** https://blitiri.com.ar/p/libfiu/ */
const underFiu = { prefix: ['fiu-run', '-x'] }

function fail(subject: Subject, name: string, errno: number): void {
  execFileSync('fiu-ctrl', ['-c', `enable name=${name},failinfo=${errno}`, String(subject.pid)])
}

function mend(subject: Subject, name: string): void {
  execFileSync('fiu-ctrl', ['-c', `disable name=${name}`, String(subject.pid)])
}

const EIO = 5
const EDQUOT = 122

describe.concurrent('a disk on which', () => {
  it('no sync works: a flush confirms nothing until one does, and then everything', async ({
    journey,
    onTestFinished,
    skip,
  }) => {
    needs({ skip }, hasFiu, 'fiu-utils')
    const setting = await begin(journey, temporaryFolder(onTestFinished), {
      ...underFiu,
      spool: { durability: 'batch' },
    })
    const { subject } = setting
    await subject.does('log 100')
    expect(await subject.does('flush 300')).toMatchObject({ flushed: { pending: 0, spooled: 100 } })
    fail(subject, 'posix/io/sync/fdatasync', EIO)
    await subject.does('log 100')
    expect(await subject.does('flush 300')).toMatchObject({ flushed: { pending: 200, spooled: 0 } })
    mend(subject, 'posix/io/sync/fdatasync')
    expect(await subject.does('flush 300')).toMatchObject({ flushed: { pending: 0, spooled: 200 } })
    expect(await subject.killed()).toEqual([
      'the spool does not reach the device: EIO: i/o error, fdatasync',
      'the spool reaches the device again',
    ])
    expect(await missingAfterwards(journey, setting, 200)).toEqual([])
  })

  it.for([
    ['i/o errors', 'posix/io/rw/pwrite', EIO],
    ['a quota that is used up', 'posix/io/oc/open', EDQUOT],
  ] as const)(
    '%s: what came meanwhile is written when it works again',
    async ([, name, errno], { journey, onTestFinished, skip }) => {
      needs({ skip }, hasFiu, 'fiu-utils')
      const directory = temporaryFolder(onTestFinished)
      const setting = await begin(journey, directory, { ...underFiu, spool: { maxBytes: 1_048_576 } })
      const { receiver, subject } = setting
      await receiver.answer([])
      await subject.does('log 50')
      expect(await subject.does('flush 5000')).toMatchObject({ flushed: { delivered: 50 } })
      fail(subject, name, errno)
      // What is delivered needs a checkpoint, and what is more than a segment holds another one.
      await subject.does('log 50')
      await subject.does('flush 5000')
      await receiver.answer([busy])
      const { stats } = await subject.does('log 500')
      expect(stats).toMatchObject({ delivered: 100, pending: 500, lost: { 'queue-full': 0, 'spool-error': 0 } })
      mend(subject, name)
      await subject.does('pass 5100') // it is tried again after 5 s
      const { logged = 0 } = await subject.does('log 1')
      await subject.does('stats')
      const told = await subject.killed()
      expect(told.filter((message) => message.includes('cannot be written'))).toHaveLength(1)
      expect(told.filter((message) => message.includes('written again'))).toHaveLength(1)
      expect(await missingAfterwards(journey, setting, logged)).toEqual([])
    },
  )

  it('no descriptor is left: what is open goes on being used', async ({ journey, onTestFinished, skip }) => {
    needs({ skip }, process.platform === 'linux', 'Linux')
    const prefix = ['sh', '-c', 'ulimit -n 64; exec "$0" "$@"']
    const setting = await begin(journey, temporaryFolder(onTestFinished), { prefix, spool: { maxBytes: 1_048_576 } })
    const { subject } = setting
    await subject.does('log 10')
    await subject.does('exhaust')
    // Several segments.
    const { stats } = await subject.does('log 1500')
    expect(stats).toMatchObject({ accepted: 1510, pending: 1510 })
    await subject.does('release')
    await subject.does('log 10')
    expect(await subject.killed()).toEqual([])
    expect(await missingAfterwards(journey, setting, 1520)).toEqual([])
  })

  it('nothing may be written: memory keeps it, and it goes to disk once it may be', async ({
    journey,
    onTestFinished,
    skip,
  }) => {
    needs({ skip }, isRoot, 'root')
    const directory = temporaryFolder(onTestFinished)
    chownSync(directory, NOBODY, NOBODY)
    chmodSync(directory, 0o500)
    const setting = await begin(journey, directory, { uid: NOBODY })
    const { subject } = setting
    const { stats } = await subject.does('log 100')
    expect(stats).toMatchObject({ pending: 100, spooled: 0 })
    chmodSync(directory, 0o700)
    await subject.does('pass 5100')
    await subject.does('log 1')
    await subject.does('stats')
    expect(await subject.killed()).toEqual([expect.stringContaining('EACCES'), 'the spool is written again'])
    chownAll(join(directory, 'v1'))
    expect(await missingAfterwards(journey, setting, 101)).toEqual([])
  })

  it('everything is read-only: the same', async ({ journey, onTestFinished, skip }) => {
    needs({ skip }, isRoot, 'root')
    const directory = temporaryFolder(onTestFinished)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,ro,mode=700', 'tmpfs', directory])
    onTestFinished(() => void execFileSync('umount', ['-l', directory]))
    const setting = await begin(journey, directory)
    const { subject } = setting
    await subject.does('log 100')
    execFileSync('mount', ['-o', 'remount,rw', directory])
    await subject.does('pass 5100')
    await subject.does('log 1')
    await subject.does('stats')
    expect(await subject.killed()).toEqual([expect.stringContaining('EROFS'), 'the spool is written again'])
    expect(await missingAfterwards(journey, setting, 101)).toEqual([])
  })
})

/** As an automounter does of a host that is not there, and /proc of any name. `mkdir` with `recursive` would never come back. */
it.concurrent(
  'a place in which no directory can be made is told, and no log call waits for it',
  async ({ journey, skip }) => {
    needs({ skip }, process.platform === 'linux', 'Linux')
    const receiver = await journey.receive({ rejectWhere: { key: 'content', value: 'poison' } })
    const ended = await journey.run('log-and-end', receiver.url, {
      way: 'winston',
      options: { spool: { directory: '/proc/nowhere/spool' }, deadLetter: { file: '/proc/nowhere/dead.ndjson' } },
      count: 2,
      poisonAt: 1,
      end: 'close, then process.exit',
    })
    expect(ended.exit).toBe(0)
    expect(ended.said.stats).toMatchObject({ accepted: 2, delivered: 1, lost: { rejected: 1 } })
    expect(ended.diagnostics.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('the spool cannot be written'),
        expect.stringContaining('the dead letter /proc/nowhere/dead.ndjson takes no more events'),
      ]),
    )
  },
)

/** The next process is another user's. */
function chownAll(directory: string): void {
  execFileSync('chown', ['-R', String(process.getuid?.()), directory])
}
