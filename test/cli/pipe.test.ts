import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bin, type Program, type ProgramOptions, start, temporaryFile, watch } from './program.ts'

const token = 'dt0c01.PUBLIC.SECRET'
const manyMs = 30_000

async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

function pipeTo(receiver: Receiver, args: readonly string[], stdin?: ProgramOptions['stdin']): Program {
  const env = { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token }
  return start(['pipe', ...args], stdin === undefined ? { env } : { env, stdin })
}

describe('what a line becomes', () => {
  it('is an event with time, content and level in Dynatrace terms where it is a line of pino', async () => {
    const receiver = await receiverFor()
    const time = Date.now() - 5000
    const err = { type: 'TypeError', message: 'no', stack: 'TypeError: no\n    at x' }
    const line = JSON.stringify({
      level: 50,
      time,
      pid: 7,
      hostname: 'h',
      msg: 'failed',
      err,
      a: { b: 3 },
      status: 500,
    })
    expect(await pipeTo(receiver, [], `${line}\n`).exit).toBe(0)
    const [{ 'event.id': id, 'event.type': type, ...event } = {}] = receiver.events
    expect(event).toEqual({
      timestamp: time,
      content: 'failed',
      loglevel: 'ERROR',
      status: 'ERROR',
      'log.raw_level': '50',
      'log.status': 500,
      'process.pid': 7,
      'host.name': 'h',
      'exception.type': 'TypeError',
      'exception.message': 'no',
      'exception.stack_trace': err.stack,
      'a.b': 3,
      'event.provider': 'openpipeline-cli',
    })
    expect([typeof id, type]).toEqual(['string', 'log'])
  })

  it('keeps an old time beside the time of reading, since the service would drop the event', async () => {
    const receiver = await receiverFor()
    const time = Date.now() - 7 * 24 * 3_600_000
    expect(await pipeTo(receiver, [], JSON.stringify({ level: 30, time, msg: 'old' })).exit).toBe(0)
    expect(receiver.events).toMatchObject([{ content: 'old', observed_timestamp: time, 'openpipeline.late': true }])
    expect(receiver.dropped).toEqual([])
  })

  it.each([
    [
      { level: 'warn', message: 'w', timestamp: new Date().toISOString() },
      { loglevel: 'WARN', content: 'w', status: 'WARN' },
    ],
    [
      { level: 35, msg: 'i' },
      { loglevel: 'INFO', status: 'INFO', 'log.raw_level': '35' },
    ],
    [{ level: 5 }, { loglevel: 'TRACE' }],
    [{ level: 'Silly' }, { loglevel: 'TRACE', 'log.raw_level': 'Silly' }],
    [
      { level: 'constructor', msg: 5 },
      { 'log.raw_level': 'constructor', loglevel: 'NONE', msg: 5 },
    ],
    [
      { 'event.id': 'mine', 'event.type': 'audit', loglevel: 'ALERT' },
      { 'event.id': 'mine', 'event.type': 'audit', loglevel: 'ALERT' },
    ],
  ])('%j becomes %j', async (line, event) => {
    const receiver = await receiverFor()
    const beforeMs = Date.now()
    expect(await pipeTo(receiver, [], JSON.stringify(line)).exit).toBe(0)
    expect(receiver.events).toMatchObject([event])
    if (!('timestamp' in line)) expect(receiver.events[0]?.timestamp).toBeGreaterThanOrEqual(beforeMs)
  })

  it('is its text where it is no JSON object', async () => {
    const receiver = await receiverFor()
    const lines = ['plain ünicode', '{"broken": ', '[1,2]', '"text"', '\tindented']
    const text = `${lines.join('\r\n')}\n\n   \nlast without an end`
    const program = pipeTo(receiver, [], text)
    expect(await program.exit).toBe(0)
    expect(receiver.events.map(({ content }) => content)).toEqual([
      'plain ünicode',
      '{"broken":',
      '[1,2]',
      '"text"',
      '\tindented',
      'last without an end',
    ])
    expect(program.stderr()).toBe('openpipeline pipe: 6 lines, 6 delivered\n')
  })

  it('does not depend on how its bytes arrive', async () => {
    const receiver = await receiverFor()
    const program = pipeTo(receiver, [])
    const { stdin } = program.process
    for (const byte of Buffer.from('{"msg":"größe €"}\nzwei ö\n')) stdin?.write(Buffer.of(byte))
    stdin?.end()
    expect(await program.exit).toBe(0)
    expect(receiver.events.map(({ content }) => content)).toEqual(['größe €', 'zwei ö'])
  })

  it('is cut where it has no end', async () => {
    const receiver = await receiverFor()
    expect(await pipeTo(receiver, [], 'x'.repeat(20_000_000)).exit).toBe(0)
    expect(receiver.stats().events).toBe(3)
  })
})

describe('settings', () => {
  it('come from flags and files, too', async () => {
    const receiver = await receiverFor()
    const path = '/platform/ingest/custom/events/shop'
    const file = temporaryFile(`${token}\n`)
    const program = start(['pipe', '--url', receiver.url + path, '--token-file', file], { stdin: 'hello' })
    expect(await program.exit).toBe(0)
    expect(receiver.requests).toMatchObject([{ path, status: 202 }])
  })

  it.each([
    [{}, ['url is missing', 'token is missing', 'The URL comes from --url, --config or OPENPIPELINE_URL']],
    [{ OPENPIPELINE_URL: 'http://example.com', OPENPIPELINE_TOKEN: token }, ['url', 'https']],
    [{ OPENPIPELINE_URL: 'nonsense', OPENPIPELINE_TOKEN: token }, ['url']],
    [{ OPENPIPELINE_URL: 'http://127.0.0.1:1', OPENPIPELINE_TOKEN: 'SECRET\u0007' }, ['token']],
  ])('that are wrong are explained, with exit code 2: %j', async (env, parts) => {
    const program = start(['pipe'], { env, stdin: 'line\n' })
    expect(await program.exit).toBe(2)
    for (const part of parts) expect(program.stderr()).toContain(part)
    expect(program.stderr()).not.toContain('SECRET')
    expect(program.stderr()).not.toContain('    at ')
  })
})

describe('--tee', () => {
  it('passes every byte through', async () => {
    const receiver = await receiverFor()
    const bytes = Buffer.concat([Buffer.from('{"msg":"a"}\n\n'), Buffer.from([0xff, 0x00]), Buffer.from('end')])
    const program = pipeTo(receiver, ['--tee'], bytes)
    const chunks: Buffer[] = []
    program.process.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    expect(await program.exit).toBe(0)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    expect(receiver.stats().events).toBe(2)
  })

  it('goes on delivering when nobody reads stdout any more', async () => {
    const receiver = await receiverFor()
    const program = pipeTo(receiver, ['--tee'])
    program.process.stdin?.write('first\n')
    await program.printed(/first/)
    program.process.stdout?.destroy()
    for (let count = 0; count < 100; count += 1) program.process.stdin?.write(`${'x'.repeat(2000)}\n`)
    program.process.stdin?.end()
    expect(await program.exit).toBe(0)
    expect(receiver.stats().events).toBe(101)
  })

  it('is off unless it is asked for', async () => {
    const program = pipeTo(await receiverFor(), [], 'secret\n')
    await program.exit
    expect(program.stdout()).toBe('')
  })
})

describe('signals', () => {
  it('are not heeded before stdin has ended, so that the last lines arrive', async () => {
    const receiver = await receiverFor()
    const program = pipeTo(receiver, [])
    program.process.stdin?.write('before\n')
    await receiver.received(1)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGTERM'] as const) program.process.kill(signal)
    program.process.stdin?.write('after\n')
    await receiver.received(2)
    program.process.stdin?.end('last')
    expect(await program.exit).toBe(0)
    expect(receiver.events.map(({ content }) => content)).toEqual(['before', 'after', 'last'])
  })

  it('end the waiting once stdin has ended', async () => {
    const receiver = await receiverFor({ script: [{ hang: true, times: Infinity }] })
    const program = pipeTo(receiver, ['--flush-timeout', '600000'], 'line\n')
    await receiver.received((_, { requests }) => requests > 0)
    program.process.kill('SIGTERM')
    expect(await program.exit).toBe(1)
    expect(program.stderr()).toContain('1 line, 0 delivered, lost 1 (unsent-at-close 1)')
  })

  it('that reach application and pipe together lose nothing of a real pino application', async () => {
    const receiver = await receiverFor()
    const pino = createRequire(import.meta.url).resolve('pino')
    const app = temporaryFile(`
      const log = require(${JSON.stringify(pino)})()
      let count = 0
      const timer = setInterval(() => log.info({ count: ++count }, 'working'), 1)
      process.once('SIGINT', () => {
        clearInterval(timer)
        for (let last = 1; last <= 500; last++) log.warn({ last }, 'stopping')
        log.info({ total: count }, 'stopped')
      })
    `)
    const command = `"$NODE" "${app}" | "$NODE" "${bin}" pipe`
    const env = {
      PATH: process.env.PATH,
      NODE: process.execPath,
      OPENPIPELINE_URL: receiver.url,
      OPENPIPELINE_TOKEN: token,
    }
    const shell = spawn('sh', ['-c', command], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const program = watch(shell)
    await receiver.received(10, { timeoutMs: manyMs })
    // To the whole group, as a terminal does with Ctrl-C.
    process.kill(-(shell.pid ?? 0), 'SIGINT')
    await receiver.received((events) => events.some(({ content }) => content === 'stopped'), { timeoutMs: manyMs })
    await program.exit
    const total = receiver.events.find(({ content }) => content === 'stopped')?.total
    expect(receiver.events.filter(({ content }) => content === 'working')).toHaveLength(Number(total))
    expect(receiver.events.filter(({ content }) => content === 'stopping')).toHaveLength(500)
    expect(receiver.stats()).toMatchObject({ events: Number(total) + 501, duplicates: 0 })
  })
})

describe('the exit code', () => {
  it('is 0 when everything was delivered in the end', async () => {
    const receiver = await receiverFor({ script: [{ status: 503, times: 2 }] })
    const program = pipeTo(receiver, [], 'a\nb\n')
    expect(await program.exit).toBe(0)
    expect(program.stderr()).toContain('openpipeline pipe: 2 lines, 2 delivered\n')
  })

  it('is 0 for no input at all', async () => {
    const program = pipeTo(await receiverFor(), [], '')
    expect(await program.exit).toBe(0)
    expect(program.stderr()).toBe('openpipeline pipe: 0 lines, 0 delivered\n')
  })

  it('is 1 when lines were refused, and the others are delivered', async () => {
    const receiver = await receiverFor({ rejectEvent: ({ bad }) => (bad === undefined ? undefined : 'bad') })
    const program = pipeTo(receiver, [], 'good\n{"bad":1}\nfine\n')
    expect(await program.exit).toBe(1)
    expect(program.stderr()).toContain('openpipeline pipe: 3 lines, 2 delivered, lost 1 (rejected 1)')
    expect(receiver.stats().events).toBe(2)
  })

  it('is 1 when the endpoint stays down past the flush timeout, which then ends the waiting', async () => {
    const receiver = await receiverFor({ script: [{ status: 503, times: Infinity }] })
    const program = pipeTo(receiver, ['--flush-timeout', '300'], 'a\nb\n')
    expect(await program.exit).toBe(1)
    expect(program.stderr()).toMatch(/2 lines, 0 delivered, lost 2 \(unsent-at-close 2\); last error: .*503/)
  })
})

describe('a file larger than the queue', () => {
  const lineCount = 45_000
  const content = (): string => `${'x'.repeat(990)}\n`.repeat(lineCount)

  it('is delivered whole from stdin, without a flag', async () => {
    const receiver = await receiverFor({ latencyMs: 30 })
    const file = openSync(temporaryFile(content()), 'r')
    onTestFinished(() => closeSync(file))
    const program = pipeTo(receiver, [], file)
    expect(await program.exit).toBe(0)
    expect(receiver.stats()).toMatchObject({ events: lineCount, distinct: lineCount })
  })

  it('is delivered whole through a pipe with --wait', async () => {
    const receiver = await receiverFor({ latencyMs: 30 })
    const program = pipeTo(receiver, ['--wait'], content())
    expect(await program.exit).toBe(0)
    expect(receiver.stats()).toMatchObject({ events: lineCount, distinct: lineCount })
  })
})
