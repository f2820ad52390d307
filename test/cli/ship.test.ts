import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { createShipper, type Shipper } from 'openpipeline-core'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { type Program, start } from './program.ts'

const token = 'dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.0SECRET0SECRET0SECRET0SECRET0SECRET'

async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

/** A shipper that cannot reach its endpoint, as nothing listens where its proxy should: it keeps everything on disk. */
function writer(url: string, directory: string): Shipper {
  const shipper = createShipper({
    url,
    token,
    diagnostics: 'silent',
    enrichment: false,
    spool: { directory },
    proxy: 'http://127.0.0.1:9',
  })
  onTestFinished(async () => void (await shipper.close({ timeoutMs: 0 })))
  return shipper
}

/** What so many processes have left that have ended. */
async function leave(url: string, directory: string, processes: number, events = 50): Promise<void> {
  for (let life = 1; life <= processes; life++) {
    const shipper = writer(url, directory)
    for (let n = 1; n <= events; n++) shipper.push({ n: `${life}-${n}` })
    expect(await shipper.close({ timeoutMs: 0 })).toMatchObject({ spooled: events })
  }
}

function startShip(directory: string, receiver: Receiver, args: readonly string[] = []): Program {
  return start(['ship', directory, ...args], { env: { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token } })
}

interface Shipped {
  readonly exit: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

async function ended(program: Program): Promise<Shipped> {
  const exit = await program.exit
  expect(program.stdout() + program.stderr()).not.toContain('0SECRET')
  return { exit, stdout: program.stdout(), stderr: program.stderr() }
}

const ship = (...given: Parameters<typeof startShip>): Promise<Shipped> => ended(startShip(...given))

function segmentsIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.seg'))
}

const nothing = { directories: 0, bytes: 0 }

describe('what ended processes have left', () => {
  it('is delivered, and nothing remains of it', async () => {
    const receiver = await receiverFor()
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 3)
    expect(await ship(directory, receiver)).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'openpipeline ship: 150 delivered\n',
    })
    expect(receiver.stats()).toMatchObject({ distinct: 150, duplicates: 0 })
    const [key = ''] = readdirSync(join(directory, 'v1'))
    expect(readdirSync(join(directory, 'v1', key))).toEqual([])
    expect(await ship(directory, receiver)).toMatchObject({ exit: 0, stderr: 'openpipeline ship: 0 delivered\n' })
  })

  it('is delivered once, by several at the same time', async () => {
    const receiver = await receiverFor({ latencyMs: 5 })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 12)
    const all = await Promise.all(Array.from({ length: 3 }, () => ship(directory, receiver)))
    expect(all.map(({ exit }) => exit)).toEqual([0, 0, 0])
    expect(receiver.stats()).toMatchObject({ distinct: 600, duplicates: 0 })
    expect(segmentsIn(directory)).toEqual([])
  })

  it('is reported as JSON', async () => {
    const receiver = await receiverFor()
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 1)
    const { stdout } = await ship(directory, receiver, ['--json'])
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      directory,
      delivered: 50,
      deadLettered: 0,
      lost: {},
      left: nothing,
      inUse: nothing,
      otherEndpoints: nothing,
    })
  })

  it('may be too old: then it is given up', async () => {
    const receiver = await receiverFor()
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 1)
    const file = join(directory, 'dead.ndjson')
    // As if it had been left long ago.
    const limits = ['--max-age', '60000', '--dead-letter', file]
    const [segment = ''] = segmentsIn(directory)
    const text = readFileSync(join(directory, segment), 'latin1')
    expect(text).toContain('"created":')
    writeFileSync(join(directory, segment), text.slice(text.indexOf('\n') + 1), 'latin1')
    utimesSync(join(directory, segment), 1, 1)
    const { exit, stdout } = await ship(directory, receiver, [...limits, '--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ delivered: 0, deadLettered: 50, left: nothing })
    expect(receiver.stats().events).toBe(0)
    expect(segmentsIn(directory)).toEqual([])
  })
})

describe('what is left alone', () => {
  it('is the directory of a process that runs', async () => {
    const receiver = await receiverFor()
    const directory = temporaryFolder()
    const living = writer(receiver.url, directory)
    for (let n = 1; n <= 20; n++) living.push({ n: `living-${n}` })
    await setImmediate() // it has looked for what others have left, and there was nothing yet
    await setImmediate()
    await leave(receiver.url, directory, 1)
    const { exit, stderr } = await ship(directory, receiver)
    expect(exit).toBe(0)
    expect(stderr).toContain('50 delivered; 1 directory of running processes left alone')
    expect(receiver.stats().events).toBe(50)
    expect(living.stats()).toMatchObject({ pending: 20 })
  })

  it('is what was spooled for another endpoint, and that is said', async () => {
    const [receiver, other] = [await receiverFor(), await receiverFor()]
    const directory = temporaryFolder()
    await leave(other.url, directory, 1)
    await leave(receiver.url, directory, 1)
    const { exit, stderr } = await ship(directory, receiver)
    expect(exit).toBe(0)
    expect(stderr).toMatch(
      /^openpipeline ship: 50 delivered; \d+ bytes for another endpoint left alone, which need its --url\n$/,
    )
    expect(await ship(directory, other)).toMatchObject({ exit: 0, stderr: 'openpipeline ship: 50 delivered\n' })
  })

  it('is everything, where the endpoint refuses the token', async () => {
    const receiver = await receiverFor({ token: 'other' })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 2)
    const { exit, stdout, stderr } = await ship(directory, receiver, ['--json'])
    expect(exit).toBe(1)
    expect(stderr).toContain('0 delivered; ')
    expect(stderr).toContain('401')
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      left: { directories: 2 },
      problem: expect.stringContaining('401'),
    })
    expect(segmentsIn(directory)).toHaveLength(2)
  })

  it('is everything, where nothing is accepted for --timeout', async () => {
    const receiver = await receiverFor({ script: [{ status: 503, times: Infinity }] })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 1)
    const { exit, stderr } = await ship(directory, receiver, ['--timeout', '700'])
    expect(exit).toBe(1)
    expect(stderr).toContain('503')
    receiver.answer([])
    expect(await ship(directory, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 50 })
  })
})

describe('an event that is refused', () => {
  const rejectEvent: ReceiverOptions['rejectEvent'] = ({ n }) => (n === '1-7' ? 'no sevens' : undefined)

  it('goes to the dead letter', async () => {
    const receiver = await receiverFor({ rejectEvent })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 1)
    const file = join(directory, 'dead.ndjson')
    const { exit, stderr } = await ship(directory, receiver, ['--dead-letter', file])
    expect(exit).toBe(1)
    expect(stderr).toContain('49 delivered, 1 in the dead letter\n')
    expect(statSync(file).size).toBeGreaterThan(0)
    expect(segmentsIn(directory)).toEqual([])
  })

  it('is counted as lost where there is none', async () => {
    const receiver = await receiverFor({ rejectEvent })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 1)
    expect(await ship(directory, receiver)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('49 delivered, 1 lost (rejected 1)\n'),
    })
  })
})

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends it in good order, with what is unsent spooled', async (signal) => {
    const receiver = await receiverFor({ script: [{ hang: true, times: Infinity }] })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 2)
    const program = startShip(directory, receiver)
    await receiver.received((_, { requests }) => requests >= 1, { timeoutMs: 15_000 })
    program.process.kill(signal)
    const { exit, stderr } = await ended(program)
    expect(exit).toBe(1)
    expect(stderr).toContain('0 delivered; ')
    expect(stderr).toContain('left in 2 directories; ended by a signal')
    receiver.answer([])
    expect(await ship(directory, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 100 })
  })

  it('SIGKILL loses nothing: the next one takes over', async () => {
    const receiver = await receiverFor({ script: [{ hang: true, times: Infinity }] })
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 2)
    const program = startShip(directory, receiver)
    await receiver.received((_, { requests }) => requests >= 1, { timeoutMs: 15_000 })
    program.process.kill('SIGKILL')
    expect(await program.exit).toBe('SIGKILL')
    receiver.answer([])
    expect(await ship(directory, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 100 })
  })
})

describe('with --watch', () => {
  it('it goes on, waits for an endpoint that is down, and ends with a signal', async () => {
    const receiver = await receiverFor({
      script: [
        { status: 401, times: 1 },
        { status: 503, times: 1 },
      ],
    })
    const directory = temporaryFolder()
    const program = startShip(directory, receiver, ['--watch', '--interval', '100', '--json'])
    await leave(receiver.url, directory, 1)
    await receiver.received(50, { timeoutMs: 20_000 })
    await program.printed(/"delivered":50/)
    await leave(receiver.url, directory, 1)
    await receiver.received(100, { timeoutMs: 20_000 })
    await program.printed(/"delivered":50[^]*"delivered":50/)
    program.process.kill('SIGTERM')
    const { exit, stdout } = await ended(program)
    expect(exit).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(segmentsIn(directory)).toEqual([])
  })

  it('leaves nothing behind while it waits', async () => {
    const receiver = await receiverFor()
    const directory = temporaryFolder()
    const program = startShip(directory, receiver, ['--watch', '--interval', '100'])
    mkdirSync(join(directory, 'v1'), { mode: 0o700 })
    await leave(receiver.url, directory, 1)
    await program.printed(/50 delivered/)
    const [key = ''] = readdirSync(join(directory, 'v1'))
    expect(readdirSync(join(directory, 'v1', key))).toEqual([])
    program.process.kill('SIGINT')
    expect(await program.exit).toBe(0)
  })
})

describe('a mistake', () => {
  it.each<[string, (folder: string) => string[], string]>([
    ['no directory', () => [], 'openpipeline ship: which directory?'],
    ['one that is missing', (folder) => [join(folder, 'none')], 'is not a directory; give the spool.directory'],
    ['a file', (folder) => (writeFileSync(join(folder, 'f'), ''), [join(folder, 'f')]), 'is not a directory'],
    [
      'a spool open to others',
      (folder) => (mkdirSync(join(folder, 'v1'), { mode: 0o755 }), [folder]),
      'can be used by others',
    ],
    ['a wrong interval', (folder) => [folder, '--interval', '1'], '--interval must be a whole number from 100'],
  ])('is explained: %s', async (_, argumentsIn, message) => {
    const receiver = await receiverFor()
    const folder = temporaryFolder()
    const program = start(['ship', ...argumentsIn(folder)], {
      env: { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token },
    })
    expect(await program.exit).toBe(2)
    expect(program.stderr()).toContain(message)
  })

  it('is explained: no URL and no token', async () => {
    const program = start(['ship', temporaryFolder()])
    expect(await program.exit).toBe(2)
    expect(program.stderr()).toContain('The URL comes from --url, --config or OPENPIPELINE_URL')
  })

  it('is explained: the spool of another user', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('needs root')
    const receiver = await receiverFor()
    const directory = temporaryFolder()
    await leave(receiver.url, directory, 1)
    chownSync(join(directory, 'v1'), 65534, 65534)
    const { exit, stderr } = await ship(directory, receiver)
    rmSync(join(directory, 'v1'), { recursive: true })
    expect(exit).toBe(2)
    expect(stderr).toContain('belongs to another user (65534); run it as the user of the application')
  })
})
