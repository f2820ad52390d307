import { describe, expect, it } from 'vitest'
import { post } from '../receiver/post.ts'
import { type Program, start, temporaryFile } from './program.ts'

async function receiving(...args: string[]): Promise<{ program: Program; url: string }> {
  const program = start(['receive', '--port', '0', ...args])
  const [, url = ''] = await program.printed(/Listening on (http:\S+)/)
  return { program, url }
}

describe('openpipeline receive', () => {
  it('tells its address and how to point a transport at it', async () => {
    const { program, url } = await receiving()
    await program.printed(/live page .*\n/)
    expect(program.stdout()).toContain(`live page    ${url}/\n`)
    expect((await fetch(url)).headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(program.stdout()).toContain(`OPENPIPELINE_URL=${url} OPENPIPELINE_TOKEN=dt0c01.local node app.js`)
    expect(program.stdout()).toContain(
      `{ target: 'pino-openpipeline', options: { url: '${url}', token: 'dt0c01.local' } }`,
    )
    expect(program.stdout()).toContain(`new OpenPipelineTransport({ url: '${url}', token: 'dt0c01.local' })`)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with %s, exit code 0 and the counts', async (signal) => {
    const { program, url } = await receiving()
    await post(url, [{ 'event.id': 'a' }, { 'event.id': 'a' }, { timestamp: 1 }])
    program.process.kill(signal)
    expect(await program.exit).toBe(0)
    expect(program.stderr()).toBe(
      'Received 2 events (1 distinct ids, 1 duplicates), dropped 1 for their timestamp in 1 request, 51 B, 1 connection\n',
    )
    expect(program.stdout()).not.toContain('/platform/ingest')
  })

  it('prints a line per request with --verbose', async () => {
    const { program, url } = await receiving('--verbose')
    await post(url, [{ content: 'x'.repeat(2000) }, { timestamp: 0 }])
    await post(url, 'no json')
    const [line = ''] = await program.printed(/.* 202 .*/)
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3}Z {2}202 {8,}2 events {4}2\.0 kB .* ms {2}\/platform\/ingest\/v1\/events {2}· dropped 1: the timestamp is/,
    )
    const [refused = ''] = await program.printed(/.* 400 .*/)
    expect(refused).toContain('· Invalid JSON')
  })

  it('prints events as lines of JSON on stdout, and nothing else there, with --json', async () => {
    const { program, url } = await receiving('--json', '-v')
    await post(url, [{ content: 'one' }, { content: 'two\nlines' }], { path: '/platform/ingest/v1/events?stage=dev' })
    await program.printed(/ 202 /)
    await program.printed(/two/)
    const events: unknown[] = program
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events).toMatchObject([
      { content: 'one', stage: 'dev' },
      { content: 'two\nlines', stage: 'dev' },
    ])
    expect(program.stderr()).toContain('2 events')
  })

  it('prints an event that is too deep for JSON.stringify as it came, and goes on', async () => {
    const { program, url } = await receiving('--json')
    const now = Date.now()
    const deep = `{"timestamp":${now},"a":${'[{"b":'.repeat(100_000)}"\\n"${',"c":1},2]'.repeat(100_000)},"content":"deep"}`
    expect(() => JSON.stringify(JSON.parse(deep))).toThrow(RangeError)
    expect(await post(url, deep)).toMatchObject({ status: 202 })
    await post(url, { timestamp: now, content: 'next' })
    await program.printed(/next/)
    // Not `toBe`: a difference of two megabytes is nothing to print.
    expect(program.stdout() === `${deep}\n{"timestamp":${now},"content":"next"}\n`).toBe(true)
  })

  it('accepts only the token of --token-file', async () => {
    const file = temporaryFile('dt0c01.PUBLIC.SECRET\n')
    const { program, url } = await receiving('--token-file', file)
    await program.printed(/winston .*\n/)
    expect(program.stdout()).toContain(`only the token in ${file} is accepted`)
    expect(program.stdout()).toContain(`OPENPIPELINE_TOKEN="$(cat '${file}')" node app.js`)
    expect(program.stdout()).not.toContain('SECRET')
    expect(await post(url, {})).toMatchObject({ status: 401 })
    const headers = { authorization: 'Api-Token dt0c01.PUBLIC.SECRET' }
    expect(await post(url, {}, { headers })).toMatchObject({ status: 202 })
  })

  it('answers later with --latency and accepts compressed bodies with --gzip', async () => {
    const { url } = await receiving('--latency', '80', '--gzip')
    const startedMs = performance.now()
    expect(await post(url, 'x', { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 400 })
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79)
  })

  it('says when the port is taken, with exit code 1', async () => {
    const { url } = await receiving()
    const { port } = new URL(url)
    const second = start(['receive', '--port', port])
    expect(await second.exit).toBe(1)
    expect(second.stderr()).toBe(
      `openpipeline receive: cannot listen on 127.0.0.1:${port}: the port is taken; choose another, or 0 for a free one (EADDRINUSE)\n`,
    )
  })

  it('ends when nobody reads its output any more', async () => {
    const { program, url } = await receiving('--json')
    program.process.stdout?.destroy()
    await post(url, { content: 'unread' })
    expect(await program.exit).toBe(0)
  })
})
