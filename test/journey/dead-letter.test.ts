/** The dead letter in a whole program, and on a disk that has no room or lets nobody write. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DiagnosticEvent, FlushResult, Stats } from 'openpipeline-core'
import { afterAll, describe, expect } from 'vitest'

import { it, ways } from './journey.ts'

const root = mkdtempSync(join(tmpdir(), 'openpipeline-dead-letter-'))
chmodSync(root, 0o755)
afterAll(() => rmSync(root, { recursive: true, force: true }))

function folder(): string {
  return mkdtempSync(join(root, 'one-'))
}

interface Line {
  readonly reason: string
  readonly event: { readonly n: number }
}

function linesOf(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

it.concurrent.for(ways)('has what the service refuses: %s', async (way, { journey }) => {
  const file = join(folder(), 'dead.ndjson')
  const receiver = await journey.receive({ rejectWhere: { key: 'n', value: 77 } })
  const given = { way, count: 200, options: { deadLetter: { file } }, end: 'flush, then end' }
  const ended = await journey.run('log-and-end', receiver.url, given)
  expect(ended.exit).toBe(0)
  expect(ended.otherLines).toEqual([])
  expect(ended.said.flushed).toMatchObject({ delivered: 199, deadLettered: 1, lost: 0, pending: 0 })
  expect(await receiver.stats()).toMatchObject({ distinct: 199, duplicates: 0 })
  expect(linesOf(file)).toMatchObject([{ reason: 'rejected', event: { n: 77 } }])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(ended.diagnostics.filter(({ kind }) => kind !== 'state')).toMatchObject([{ kind: 'dead-letter', reason: 'rejected', count: 1 }]) // prettier-ignore
})

it.concurrent.for(ways)('has what is unsent at the end: %s', async (way, { journey }) => {
  const file = join(folder(), 'dead.ndjson')
  const receiver = await journey.receive({ script: [{ status: 401, times: Infinity }] })
  const options = { deadLetter: { file }, closeTimeoutMs: 500 }
  const ended = await journey.run('log-and-end', receiver.url, {
    way,
    count: 200,
    options,
    end: 'end, then process.exit',
  })
  expect(ended.exit).toBe(0)
  expect(ended.otherLines).toEqual([])
  expect(linesOf(file).map(({ event }) => event.n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  const told = ended.diagnostics.filter(({ kind }) => kind !== 'state')
  expect(told).toMatchObject([{ kind: 'dead-letter', reason: 'unsent-at-close', count: 200, total: 200 }])
})

interface Outcome {
  readonly closed: FlushResult
  readonly stats: Stats
  readonly told: readonly DiagnosticEvent[]
}

/** Runs it in a shell that first does what stands in `before`, as another user where this one may do anything. */
async function giveUp(file: string, count: number, before = ':'): Promise<Outcome> {
  const program = fileURLToPath(new URL('./programs/give-up.mjs', import.meta.url))
  const given = JSON.stringify({ options: { url: 'http://127.0.0.1:9', deadLetter: { file } }, count })
  const args = ['-c', `${before}; exec "$0" "$1" "$2"`, process.execPath, program, given]
  const isRoot = process.getuid?.() === 0 && before === ':'
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'], ...(isRoot && { uid: 65_534, gid: 65_534 }) })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  return JSON.parse(text) as Outcome
}

describe.runIf(process.platform === 'linux')('a disk', () => {
  it.concurrent('that is full takes whole lines only; the rest is counted as lost, with a warning', async () => {
    const file = join(folder(), 'dead.ndjson')
    // no file may grow beyond so many blocks of 512 bytes: the kernel then takes a part of a line, and nothing of the next
    const { closed, stats, told } = await giveUp(file, 100, "trap '' XFSZ; ulimit -f 8")
    const kept = linesOf(file)
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.map(({ event }) => event.n)).toEqual(kept.map((_, n) => n))
    expect(statSync(file).size).toBeLessThanOrEqual(8192)
    expect(closed).toMatchObject({ deadLettered: kept.length, lost: 100 - kept.length })
    expect(stats).toMatchObject({ accepted: 100, pending: 0, deadLettered: kept.length, lost: { 'unsent-at-close': 100 - kept.length } }) // prettier-ignore
    expect(told).toContainEqual({ kind: 'warning', message: expect.stringMatching(/dead\.ndjson takes no more events: EFBIG/) }) // prettier-ignore
  })

  it.concurrent('where nobody may write costs nothing but what is counted', async () => {
    const place = join(folder(), 'closed')
    mkdirSync(place, { mode: 0o555 })
    const { closed, told } = await giveUp(join(place, 'dead.ndjson'), 20)
    expect(closed).toMatchObject({ deadLettered: 0, lost: 20, pending: 0 })
    expect(told).toContainEqual({ kind: 'warning', message: expect.stringContaining('EACCES') })
  })
})
