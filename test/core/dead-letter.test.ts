import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs' // prettier-ignore
import { join } from 'node:path'
import type { FlushResult } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import { describe, expect, it, vi } from 'vitest'
import { Batch } from '../../packages/core/src/batch.ts'
import { DeadLetter } from '../../packages/core/src/dead-letter.ts'
import { startEndpoint } from '../support/endpoint.ts'
import { receiverHere } from '../support/receiver-here.ts'
import { ship } from '../support/shipping.ts'
import { temporaryFolder } from '../support/temporary.ts'

const AT = '2026-01-02T03:04:05.678Z'

function batchOf(...events: object[]): Batch {
  const batch = new Batch(1, 0)
  for (const event of events) batch.add(JSON.stringify(event), Infinity)
  return batch
}

interface Line {
  readonly at: string
  readonly reason: string
  readonly cause: string
  readonly status?: number
  readonly answer?: string
  readonly event: Readonly<Record<string, unknown>>
}

function linesOf(file: string): Line[] {
  const text = readFileSync(file, 'utf8')
  expect(text === '' || text.endsWith('\n')).toBe(true)
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}

interface Place {
  readonly file: string
  readonly faults: string[]
  readonly deadLetter: DeadLetter
}

function deadLetterAt(path = 'dead.ndjson', maxBytes = 1_000_000): Place {
  const file = join(temporaryFolder(), path)
  const faults: string[] = []
  return { file, faults, deadLetter: new DeadLetter({ file, maxBytes }, (fault) => void faults.push(fault)) }
}

function write({ deadLetter }: Place, ...events: object[]): number {
  return deadLetter.write(batchOf(...events), 'rejected', { cause: '400' }, AT)
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

describe('the file', () => {
  it('has a line for each event: when, why, what the service said, and the event as it was sent', () => {
    const place = deadLetterAt()
    const verdict = { cause: '400 (bad "n")', status: 400, answer: '{"error":\n{}}' }
    expect(place.deadLetter.write(batchOf({ n: 1, text: 'ä\n"' }, { n: 2 }), 'rejected', verdict, AT)).toBe(2)
    expect(place.deadLetter.write(batchOf({ n: 3 }), 'unsent-at-close', { cause: '' }, AT)).toBe(1)
    expect(linesOf(place.file)).toEqual([
      { at: AT, reason: 'rejected', ...verdict, event: { n: 1, text: 'ä\n"' } },
      { at: AT, reason: 'rejected', ...verdict, event: { n: 2 } },
      { at: AT, reason: 'unsent-at-close', cause: '', event: { n: 3 } },
    ])
    expect(place.faults).toEqual([])
  })

  it('is made with its folders at the first event, for its owner alone', () => {
    const place = deadLetterAt('a/b/dead.ndjson')
    expect(existsSync(join(place.file, '..'))).toBe(false)
    write(place, { n: 1 })
    expect(modeOf(place.file)).toBe('600')
    expect(modeOf(join(place.file, '..'))).toBe('700')
    expect(modeOf(join(place.file, '../..'))).toBe('700')
  })

  it('is found where it was meant, also when the program changes its folder', () => {
    const folder = temporaryFolder()
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
    const deadLetter = new DeadLetter({ file: 'dead.ndjson', maxBytes: 1000 }, () => undefined)
    cwd.mockRestore()
    deadLetter.write(batchOf({ n: 1 }), 'rejected', { cause: '400' }, AT)
    expect(linesOf(join(folder, 'dead.ndjson'))).toHaveLength(1)
  })

  it('is gone on with where it is there already', () => {
    const place = deadLetterAt()
    write(place, { n: 1 })
    place.deadLetter.close()
    write(place, { n: 2 })
    expect(linesOf(place.file).map(({ event }) => event['n'])).toEqual([1, 2])
  })

  it('with a last line that was cut off by a crash loses no other for it', () => {
    const place = deadLetterAt()
    write(place, { n: 1 })
    place.deadLetter.close()
    truncateSync(place.file, statSync(place.file).size - 5)
    write(place, { n: 2 })
    const [broken, whole] = readFileSync(place.file, 'utf8').trimEnd().split('\n')
    expect(() => void JSON.parse(broken ?? '')).toThrow()
    expect(JSON.parse(whole ?? '')).toMatchObject({ event: { n: 2 } })
  })
})

describe('the bound', () => {
  it('is exact: the line that would pass it by a byte is not written, nor any behind it', () => {
    const place = deadLetterAt()
    write(place, { n: 1 })
    const bytes = statSync(place.file).size
    for (const [maxBytes, kept] of [
      [3 * bytes, 3],
      [3 * bytes - 1, 2],
      [bytes, 1],
      [bytes - 1, 0],
    ] as const) {
      // prettier-ignore
      const bounded = deadLetterAt('dead.ndjson', maxBytes)
      expect(write(bounded, { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 })).toBe(kept)
      expect(statSync(bounded.file).size).toBe(kept * bytes)
      expect(bounded.faults).toEqual([`the dead letter ${bounded.file} takes no more events: it is full (${maxBytes} bytes)`]) // prettier-ignore
    }
  })

  it('counts what others have written, and what they have removed', () => {
    const place = deadLetterAt('dead.ndjson', 1000)
    write(place, { n: 1 })
    appendFileSync(place.file, `${'x'.repeat(900)}\n`)
    expect(write(place, { n: 2 })).toBe(0)
    truncateSync(place.file) // logrotate's copytruncate
    expect(write(place, { n: 3 })).toBe(1)
    expect(linesOf(place.file).map(({ event }) => event['n'])).toEqual([3])
  })
})

describe('a file that was moved away', () => {
  it('as logrotate does it is made anew, and the old one left alone', () => {
    const place = deadLetterAt()
    write(place, { n: 1 })
    renameSync(place.file, `${place.file}.1`)
    write(place, { n: 2 })
    write(place, { n: 3 })
    expect(linesOf(`${place.file}.1`).map(({ event }) => event['n'])).toEqual([1])
    expect(linesOf(place.file).map(({ event }) => event['n'])).toEqual([2, 3])
    expect(modeOf(place.file)).toBe('600')
  })

  it('together with its folder is made anew', () => {
    const place = deadLetterAt('a/dead.ndjson')
    write(place, { n: 1 })
    rmSync(join(place.file, '..'), { recursive: true })
    write(place, { n: 2 })
    expect(linesOf(place.file).map(({ event }) => event['n'])).toEqual([2])
  })

  it('and replaced by another is left for that one', () => {
    const place = deadLetterAt()
    write(place, { n: 1 })
    writeFileSync(`${place.file}.new`, '')
    renameSync(`${place.file}.new`, place.file)
    write(place, { n: 2 })
    expect(linesOf(place.file).map(({ event }) => event['n'])).toEqual([2])
  })
})

describe('what stands in its place', () => {
  it.each<[string, (file: string) => void, RegExp]>([
    ['a folder', (file) => mkdirSync(file), /EISDIR/],
    [
      'a link to a file',
      (file) => {
        writeFileSync(`${file}.target`, '')
        symlinkSync(`${file}.target`, file)
      },
      /ELOOP/,
    ],
    ['a link to nothing', (file) => symlinkSync('nothing', file), /ELOOP/],
    ['a pipe that nobody reads', (file) => void spawnSync('mkfifo', [file]), /it is not a file/],
    [
      'a file where its folder should be',
      (file) => {
        rmSync(join(file, '..'), { recursive: true })
        writeFileSync(join(file, '..'), '')
      },
      /EEXIST|ENOTDIR/,
    ],
  ])('is refused, told and survived: %s', (_, put, fault) => {
    // prettier-ignore
    const place = deadLetterAt('folder/dead.ndjson')
    mkdirSync(join(place.file, '..'))
    put(place.file)
    expect(write(place, { n: 1 })).toBe(0)
    expect(write(place, { n: 2 })).toBe(0)
    expect(place.faults).toEqual([expect.stringMatching(fault), expect.stringMatching(fault)])
    expect(place.faults[0]).toMatch(/^the dead letter .*dead\.ndjson takes no more events: /)
    if (existsSync(`${place.file}.target`)) expect(statSync(`${place.file}.target`).size).toBe(0)
  })

  it('is used as soon as it is gone', () => {
    const place = deadLetterAt()
    mkdirSync(place.file)
    expect(write(place, { n: 1 })).toBe(0)
    rmSync(place.file, { recursive: true })
    expect(write(place, { n: 2 })).toBe(1)
  })

  it.skipIf(process.getuid?.() === 0)('may not be writable', () => {
    const place = deadLetterAt('folder/dead.ndjson')
    mkdirSync(join(place.file, '..'), { mode: 0o500 })
    expect(write(place, { n: 1 })).toBe(0)
    chmodSync(join(place.file, '..'), 0o700)
    expect(write(place, { n: 2 })).toBe(1)
  })
})

const noLoss: FlushResult = { delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: 0 }

describe('a shipper with a dead letter', () => {
  it('puts there what the service refuses, with its answer, and delivers all others', async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const receiver = await receiverHere({ rejectEvent: ({ n }) => (Number(n) % 40 === 7 ? 'no sevens' : undefined) })
    const shipping = ship({ url: receiver.url, deadLetter: { file } })
    shipping.push(200)
    expect(await shipping.flush()).toEqual({ ...noLoss, delivered: 195, deadLettered: 5 })
    expect(shipping.stats()).toMatchObject({ accepted: 200, delivered: 195, deadLettered: 5, pending: 0, lost: { rejected: 0 } }) // prettier-ignore
    expect(receiver.stats()).toMatchObject({ distinct: 195, duplicates: 0 })
    const lines = linesOf(file)
    expect(lines.map(({ event }) => event['n']).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      7, 47, 87, 127, 167,
    ])
    expect(lines[0]).toEqual({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      reason: 'rejected',
      cause: expect.stringMatching(/^400 \(.*no sevens.*\)$/),
      status: 400,
      answer: expect.stringContaining('no sevens'),
      event: expect.objectContaining({ 'event.id': expect.any(String), 'event.provider': 'openpipeline-core' }),
    })
    const told = await shipping.toldOf((event) => event.kind === 'dead-letter' && event.total === 5)
    expect(told).toMatchObject({ reason: 'rejected', message: expect.stringContaining('no sevens') })
    expect(shipping.told.filter(({ kind }) => kind === 'loss')).toEqual([])
  })

  it('keeps the first KiB of the answer, without tokens and control characters', async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const secret = 'dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.0SECRET0SECRET0SECRET0'
    const body = JSON.stringify({ error: { code: 400, message: `\u009b31m${secret} ${'x'.repeat(5000)}` } })
    const endpoint = await startEndpoint({ behave: (_, response) => void response.writeHead(400).end(body) })
    const shipping = ship({ url: endpoint.url, deadLetter: { file } })
    shipping.push()
    expect(await shipping.flush()).toMatchObject({ deadLettered: 1 })
    expect(linesOf(file)[0]?.answer).toHaveLength(1024)
    expect(readFileSync(file, 'utf8')).not.toMatch(/0SECRET|\u009b/)
  })

  it('puts there what is unsent at the close', async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const endpoint = await startEndpoint({ behave: () => 401 })
    const shipping = ship({ url: endpoint.url, deadLetter: { file }, closeTimeoutMs: 50 })
    shipping.push(300)
    const flushing = shipping.flush()
    expect(await shipping.close()).toEqual({ ...noLoss, deadLettered: 300 })
    expect(await flushing).toEqual({ ...noLoss, deadLettered: 300 })
    expect(shipping.stats()).toMatchObject({ deadLettered: 300, pending: 0, lost: { 'unsent-at-close': 0 } })
    const lines = linesOf(file)
    expect(lines.map(({ event }) => event['n'])).toEqual(Array.from({ length: 300 }, (_, n) => n))
    expect(new Set(lines.map(({ reason }) => reason))).toEqual(new Set(['unsent-at-close']))
  })

  it('puts there what is larger than a request may be, whatever is cut of it', async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const endpoint = await startEndpoint()
    const shipper = createShipper({ url: endpoint.url, token: 'x', batch: { maxBytes: 1000 }, deadLetter: { file }, diagnostics: 'silent' }) // prettier-ignore
    shipper.push({ list: Array.from({ length: 1000 }, (_, n) => n) })
    expect(await shipper.close()).toMatchObject({ lost: 0 })
    expect(shipper.stats()).toMatchObject({ accepted: 1, deadLettered: 1, lost: { 'too-large': 0 } })
    expect(linesOf(file)).toMatchObject([{ reason: 'too-large', event: { list: expect.any(Array) } }])
  })

  it('counts as lost what does not fit, and says so', async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const receiver = await receiverHere({ rejectEvent: ({ n }) => (Number(n) % 2 === 0 ? 'no even ones' : undefined) })
    const shipping = ship({ url: receiver.url, deadLetter: { file, maxBytes: 2000 } })
    shipping.push(20)
    await shipping.flush()
    const kept = linesOf(file).length
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan(10)
    expect(shipping.stats()).toMatchObject({ delivered: 10, deadLettered: kept, lost: { rejected: 10 - kept } })
    expect(statSync(file).size).toBeLessThanOrEqual(2000)
    expect(await shipping.toldOf(({ kind }) => kind === 'warning')).toMatchObject({ message: expect.stringContaining('it is full (2000 bytes)') }) // prettier-ignore
    expect(await shipping.toldOf(({ kind }) => kind === 'loss')).toMatchObject({ reason: 'rejected' })
  })

  it('counts as lost what cannot be written, says so and throws nothing', async () => {
    const file = temporaryFolder()
    const receiver = await receiverHere({ rejectEvent: ({ n }) => (n === 3 ? 'no' : undefined) })
    const shipping = ship({ url: receiver.url, deadLetter: { file }, closeTimeoutMs: 50 })
    shipping.push(10)
    expect(await shipping.flush()).toEqual({ ...noLoss, delivered: 9, lost: 1 })
    receiver.answer([{ hang: true, times: Infinity }])
    shipping.push(10)
    expect(await shipping.close()).toEqual({ ...noLoss, lost: 10 })
    expect(shipping.stats()).toMatchObject({ deadLettered: 0, lost: { rejected: 1, 'unsent-at-close': 10 } })
    expect(shipping.told.filter(({ kind }) => kind === 'warning')).toMatchObject([
      { message: expect.stringContaining('EISDIR') },
      { message: expect.stringContaining('EISDIR') },
    ])
  })
})
