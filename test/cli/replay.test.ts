import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createShipper } from 'openpipeline-core'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bin, type Program, start, temporaryFile } from './program.ts'

const token = 'dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.0SECRET0SECRET0SECRET0SECRET0SECRET'

async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'openpipeline-replay-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function letter(n: number, event: object = {}): string {
  const id = `id-${String(n).padStart(6, '0')}`
  const full = { 'event.id': id, 'event.type': 'log', 'event.provider': 'shop', timestamp: Date.now(), n, ...event }
  return JSON.stringify({ at: '2026-01-01T00:00:00.000Z', reason: 'rejected', cause: '400', event: full })
}

function letters(count: number): string[] {
  return Array.from({ length: count }, (_, n) => letter(n))
}

function fileWith(lines: readonly string[], path = join(folder(), 'dead.ndjson')): string {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  return path
}

interface Line {
  readonly reason: string
  readonly cause: string
  readonly status?: number
  readonly answer?: string
  readonly event: Readonly<Record<string, unknown>>
}

function linesIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

function lettersIn(file: string): Line[] {
  return linesIn(file).map((line) => JSON.parse(line) as Line)
}

function startReplay(file: string, receiver: Receiver, args: readonly string[] = []): Program {
  return start(['replay', file, ...args], { env: { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token } })
}

/** With one request at a time the first answer is known before the second request leaves; else what it delivered may stay in the file. */
function oneAtATime(): readonly string[] {
  return ['--config', temporaryFile(JSON.stringify({ delivery: { concurrency: 1 } }))]
}

interface Replayed {
  readonly exit: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

async function replay(file: string, receiver: Receiver, args: readonly string[] = []): Promise<Replayed> {
  const program = startReplay(file, receiver, args)
  const exit = await program.exit
  expect(program.stdout() + program.stderr()).not.toContain('0SECRET')
  // whatever happened, nothing is left beside the file
  if (existsSync(dirname(file))) expect(readdirSync(dirname(file)).filter((name) => name.includes('.replay-'))).toEqual([]) // prettier-ignore
  return { exit, stdout: program.stdout(), stderr: program.stderr() }
}

describe('a dead letter file', () => {
  it('is sent again as it was, and empty afterwards', async () => {
    const receiver = await receiverFor()
    const events = [
      { 'a.b': 1, list: [1, 'x'], häß: 'ü\u2028\n"', nested: { deep: { er: true } }, 'log.raw_level': '30' },
      { content: 'x'.repeat(1000), 'service.name': 'shop', observed_timestamp: 5, none: null },
    ]
    const timestamp = Date.now() - 5000
    const file = fileWith(events.map((event, n) => letter(n, { ...event, timestamp })))
    expect(await replay(file, receiver)).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'openpipeline replay: 2 events: 2 delivered\n',
    })
    const expected = events.map((event, n) => ({
      'event.id': `id-00000${n}`,
      'event.type': 'log',
      'event.provider': 'shop',
      timestamp,
      n,
      ...event,
    }))
    expect(receiver.events).toEqual(expected)
    expect(statSync(file)).toMatchObject({ size: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('keeps what is refused again, with the new answer, and loses the rest', async () => {
    let refused = 7
    const receiver = await receiverFor({ rejectEvent: ({ n }) => (Number(n) % 50 === refused ? 'still no sevens' : undefined) }) // prettier-ignore
    const file = fileWith(letters(200))
    const { exit, stderr, stdout } = await replay(file, receiver, ['--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      file,
      events: 200,
      delivered: 196,
      refused: 4,
      unsent: 0,
      unreadable: 0,
      lost: 0,
      left: statSync(file).size,
    })
    expect(stderr).toBe(`openpipeline replay: 200 events: 196 delivered, 4 refused again; the rest is in ${file}\n`)
    expect(receiver.stats()).toMatchObject({ distinct: 196, duplicates: 0 })
    const left = lettersIn(file)
    expect(left.map(({ event }) => Number(event['n'])).toSorted((a, b) => a - b)).toEqual([7, 57, 107, 157])
    expect(left[0]).toMatchObject({
      reason: 'rejected',
      status: 400,
      answer: expect.stringContaining('still no sevens'),
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    refused = -1
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(statSync(file).size).toBe(0)
  })

  it('comes from a shipper that could not deliver', async () => {
    const file = join(folder(), 'dead.ndjson')
    const shipper = createShipper({ url: 'http://127.0.0.1:9', token, deadLetter: { file }, diagnostics: 'silent' })
    for (let n = 0; n < 300; n++) shipper.push({ timestamp: Date.now(), n, content: `record ${n}` })
    expect(await shipper.close({ timeoutMs: 0 })).toMatchObject({ deadLettered: 300 })
    const sent = lettersIn(file).map(({ event }) => event)
    const receiver = await receiverFor()
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.events.map((event) => JSON.stringify(event))).toEqual(sent.map((event) => JSON.stringify(event)))
  })

  it('may be larger than the memory that is used for it', async () => {
    const receiver = await receiverFor()
    const padding = 'x'.repeat(2000)
    const file = fileWith(Array.from({ length: 20_000 }, (_, n) => letter(n, { padding })))
    expect(statSync(file).size).toBeGreaterThan(40_000_000)
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 20_000, duplicates: 0 })
    expect(statSync(file).size).toBe(0)
  }, 60_000)

  it('has lines that are no dead letters, which stay as they are', async () => {
    const receiver = await receiverFor()
    const odd = ['no JSON', '{"event":5}', '[]', 'null', '{"at":"cut o', '{"reason":"x"}', '{"event":["a"]}', '\u00ff']
    const file = fileWith([odd[0] ?? '', letter(1), '', ...odd.slice(1), letter(2)])
    appendFileSync(file, Buffer.from([0xff, 0xfe, 0x0a]))
    const { exit, stderr } = await replay(file, receiver)
    expect(exit).toBe(1)
    expect(stderr).toContain('2 events: 2 delivered; 9 lines are no dead letter; the rest is in')
    expect(readFileSync(file)).toEqual(Buffer.concat([Buffer.from(odd.map((line) => `${line}\n`).join('')), Buffer.from([0xff, 0xfe, 0x0a])])) // prettier-ignore
  })

  it('may end without a line break, and with a line that is just being written', async () => {
    const receiver = await receiverFor()
    const file = fileWith(letters(2))
    appendFileSync(file, letter(2))
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 3 })
    const other = fileWith(letters(2))
    appendFileSync(other, letter(2).slice(0, 40))
    expect(await replay(other, receiver)).toMatchObject({ exit: 1, stderr: expect.stringContaining('1 line is no dead letter') }) // prettier-ignore
    expect(readFileSync(other, 'utf8')).toBe(letter(2).slice(0, 40))
  })

  it('has events without an id, and the same event twice: each arrives', async () => {
    const receiver = await receiverFor()
    const bare = JSON.stringify({ event: { content: 'by hand' } })
    const file = fileWith([bare, bare, letter(1), letter(1)])
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ events: 4, distinct: 3 })
    expect(receiver.events[0]).toMatchObject({ 'event.id': expect.any(String), content: 'by hand', 'event.type': 'log', 'event.provider': 'openpipeline-cli' }) // prettier-ignore
  })

  it('has old events, which the service would drop: they are sent as of now, and keep their time', async () => {
    const receiver = await receiverFor()
    const old = Date.now() - 7 * 86_400_000
    const file = fileWith([letter(0, { timestamp: old }), letter(1, { timestamp: old, observed_timestamp: 5 })])
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.dropped).toEqual([])
    expect(receiver.events).toMatchObject([
      { observed_timestamp: old, 'openpipeline.late': true },
      { observed_timestamp: 5, 'openpipeline.late': true },
    ])
  })

  it('that is empty is done', async () => {
    const receiver = await receiverFor()
    const file = fileWith([])
    expect(await replay(file, receiver)).toMatchObject({
      exit: 0,
      stderr: 'openpipeline replay: 0 events: 0 delivered\n',
    })
    expect(receiver.requests).toEqual([])
  })

  it('may be reached by a link, which stays one', async () => {
    const receiver = await receiverFor()
    const file = fileWith(letters(3))
    const link = join(folder(), 'link')
    symlinkSync(file, link)
    expect(await replay(link, receiver)).toMatchObject({ exit: 0 })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(file).size).toBe(0)
  })

  it('keeps its mode', async () => {
    const receiver = await receiverFor({ rejectEvent: ({ n }) => (n === 1 ? 'no' : undefined) })
    const file = fileWith(letters(3))
    chmodSync(file, 0o640)
    await replay(file, receiver)
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })
})

describe('an endpoint that takes nothing', () => {
  it.each<[string, ReceiverOptions, string]>([
    ['since the token is wrong', { token: 'other' }, '401'],
    ['since it is not there', { script: [{ status: 404, times: Infinity }] }, '404'],
    ['since it is always busy', { script: [{ status: 503, times: Infinity }] }, '503'],
    ['since it wants us to wait', { script: [{ status: 429, headers: { 'retry-after': '600' }, times: Infinity }] }, '429'], // prettier-ignore
    ['since it never answers', { script: [{ hang: true, times: Infinity }] }, 'nothing was accepted for 700 ms'],
  ])('leaves the file as it was: %s', async (_, options, problem) => {
    const receiver = await receiverFor(options)
    const file = fileWith(letters(50))
    const [before, inode] = [readFileSync(file, 'utf8'), statSync(file).ino]
    const { exit, stderr } = await replay(file, receiver, ['--timeout', '700'])
    expect(exit).toBe(1)
    expect(stderr).toContain('50 events: 0 delivered, 50 unsent')
    expect(stderr).toContain(problem)
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(statSync(file).ino).toBe(inode)
  })

  it('after a part of them keeps the lines of the others, as they were', async () => {
    const receiver = await receiverFor({ script: [{}, { status: 401, times: Infinity }] })
    const padding = 'x'.repeat(1000)
    const lines = Array.from({ length: 3000 }, (_, n) => letter(n, { padding }))
    const file = fileWith(lines)
    const { exit, stderr } = await replay(file, receiver, oneAtATime())
    expect(exit).toBe(1)
    expect(stderr).toContain('401')
    const arrived = new Set(receiver.events.map(({ n }) => Number(n)))
    expect(arrived.size).toBeGreaterThan(0)
    expect(linesIn(file).toSorted()).toEqual(lines.filter((_, n) => !arrived.has(n)).toSorted())
  })

  it('may recover meanwhile', async () => {
    const receiver = await receiverFor({ script: [{ status: 503, times: 3 }, { reset: 'after-body' }] })
    const file = fileWith(letters(50))
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 50 })
  })
})

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it in good order: what is not delivered is in the file',
    async (signal) => {
      const receiver = await receiverFor({ script: [{}, { hang: true, times: Infinity }] })
      const padding = 'x'.repeat(1000)
      const lines = Array.from({ length: 3000 }, (_, n) => letter(n, { padding }))
      const file = fileWith(lines)
      const program = startReplay(file, receiver, oneAtATime())
      await receiver.received((_, stats) => stats.requests >= 2, { timeoutMs: 15_000 })
      program.process.kill(signal)
      expect(await program.exit).toBe(1)
      expect(program.stderr()).toContain('ended by a signal')
      const arrived = new Set(receiver.events.map(({ n }) => Number(n)))
      expect(linesIn(file).toSorted()).toEqual(lines.filter((_, n) => !arrived.has(n)).toSorted())
    },
  )

  it('SIGKILL leaves the file as it was, and the next replay clears up', async () => {
    const receiver = await receiverFor({ script: [{}, { hang: true, times: 3 }] })
    const padding = 'x'.repeat(1000)
    const file = fileWith(Array.from({ length: 3000 }, (_, n) => letter(n, { padding })))
    const before = readFileSync(file, 'utf8')
    const program = startReplay(file, receiver)
    await receiver.received((_, stats) => stats.requests >= 2, { timeoutMs: 15_000 })
    program.process.kill('SIGKILL')
    expect(await program.exit).toBe('SIGKILL')
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(readdirSync(dirname(file))).toHaveLength(2)
    receiver.answer([])
    expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
    expect(receiver.stats()).toMatchObject({ distinct: 3000 })
  })
})

describe('others at the same file', () => {
  it('may write to it while it is replayed: nothing of that is lost or sent', async () => {
    const receiver = await receiverFor({ latencyMs: 300, rejectEvent: ({ n }) => (n === 3 ? 'no' : undefined) })
    const file = fileWith(letters(5))
    const program = startReplay(file, receiver)
    await receiver.received((_, stats) => stats.requests >= 1, { timeoutMs: 15_000 })
    appendFileSync(file, `${letter(100)}\n`)
    expect(await program.exit).toBe(1)
    expect(lettersIn(file).map(({ event }) => event['n'])).toEqual([3, 100])
    expect(receiver.stats()).toMatchObject({ distinct: 4 })
  })

  it('may rotate it away: then neither is touched', async () => {
    const receiver = await receiverFor({ latencyMs: 300 })
    const file = fileWith(letters(5))
    const program = startReplay(file, receiver)
    await receiver.received(5, { timeoutMs: 15_000 })
    renameSync(file, `${file}.1`)
    fileWith([letter(100)], file)
    expect(await program.exit).toBe(1)
    expect(program.stderr()).toContain('was moved away meanwhile and is left as it was')
    expect(lettersIn(file).map(({ event }) => event['n'])).toEqual([100])
    expect(linesIn(`${file}.1`)).toHaveLength(5)
    expect(readdirSync(dirname(file))).toHaveLength(2)
  })

  it('may not replay it as well', async () => {
    const receiver = await receiverFor({ script: [{ hang: true, times: Infinity }] })
    const file = fileWith(letters(5))
    const first = startReplay(file, receiver)
    await receiver.received((_, stats) => stats.requests >= 1, { timeoutMs: 15_000 })
    const second = startReplay(file, receiver)
    expect(await second.exit).toBe(2)
    expect(second.stderr()).toContain(`it is being replayed by process ${first.process.pid} already`)
    first.process.kill('SIGINT')
    expect(await first.exit).toBe(1)
  })
})

describe('a mistake', () => {
  it.each<[string, () => string[], string]>([
    ['no file', () => [], 'which file?'],
    ['two files', () => ['a', 'b'], 'one file at a time'],
    ['a file that is not there', () => ['/nowhere/dead.ndjson'], '/nowhere/dead.ndjson cannot be replayed (ENOENT)'],
    ['a folder', () => [folder()], 'is not a file'],
    [
      'a pipe',
      () => {
        const path = join(folder(), 'pipe')
        spawnSync('mkfifo', [path])
        return [path]
      },
      'is not a file',
    ],
    ['a timeout', () => ['x', '--timeout', 'soon'], '--timeout must be a whole number'],
    ['a token', () => ['x', '--token', token], 'a token is not taken from the command line'],
  ])('is 2, and explained: %s', async (_, args, message) => {
    // prettier-ignore
    const env = { OPENPIPELINE_URL: 'http://127.0.0.1:9', OPENPIPELINE_TOKEN: token }
    const program = start(['replay', ...args()], { env })
    expect(await program.exit).toBe(2)
    expect(program.stdout()).toBe('')
    expect(program.stderr()).toContain(message)
    expect(program.stderr()).not.toContain('0SECRET')
    expect(program.stderr()).not.toContain('    at ')
  })

  it('in the settings is 2, and leaves nothing behind', async () => {
    const file = fileWith(letters(1))
    const program = start(['replay', file], { env: { OPENPIPELINE_TOKEN: token } })
    expect(await program.exit).toBe(2)
    expect(program.stderr()).toContain('url is missing')
    expect(readdirSync(dirname(file))).toEqual(['dead.ndjson'])
  })

  it.runIf(process.getuid?.() === 0)(
    'with the file of another user is 2, and root leaves it to its owner',
    async () => {
      const receiver = await receiverFor({ rejectEvent: ({ n }) => (n === 1 ? 'no' : undefined) })
      const place = folder()
      chmodSync(place, 0o777)
      const file = fileWith(letters(2), join(place, 'dead.ndjson'))
      chmodSync(file, 0o644)
      const env = { PATH: process.env['PATH'], OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token }
      const asOther = spawnSync(process.execPath, [bin, 'replay', file], { uid: 65_534, gid: 65_534, env })
      expect(asOther.stderr.toString()).toContain('belongs to another user; replay it as that one')
      expect(asOther.status).toBe(2)
      spawnSync('chown', ['65534:65534', file])
      await replay(file, receiver)
      expect(statSync(file)).toMatchObject({ uid: 65_534, gid: 65_534 })
      expect(linesIn(file)).toHaveLength(1)
    },
  )
})

describe('progress', () => {
  it('is shown on a terminal only', async () => {
    if (spawnSync('script', ['--version']).error !== undefined) return
    const receiver = await receiverFor({ latencyMs: 700 })
    const file = fileWith(letters(50))
    // util-linux's script gives it a terminal
    const env = { PATH: process.env['PATH'], OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token }
    const { spawn } = await import('node:child_process')
    const child = spawn('script', ['-qec', `${process.execPath} ${bin} replay ${file}`, '/dev/null'], { env })
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    const exit = await new Promise((resolve) => {
      child.on('close', resolve)
    })
    expect(exit).toBe(0)
    expect(shown).toMatch(/\r\u001b\[Kopenpipeline replay: \d+ %, 0 delivered\r/)
    expect(shown).toMatch(/\r\u001b\[Kopenpipeline replay: 50 events: 50 delivered\r?\n$/)
  })
})

it('needs no folder that others may write to', async () => {
  const receiver = await receiverFor()
  const place = join(folder(), 'private')
  mkdirSync(place, { mode: 0o700 })
  const file = fileWith(letters(2), join(place, 'dead.ndjson'))
  expect(await replay(file, receiver)).toMatchObject({ exit: 0 })
})
