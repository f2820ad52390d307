/** The benchmark runs with few records, a budget that is missed fails it, and its sink and its judge count right. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Verdict } from '../bench/budgets.mjs'
import { judge } from '../bench/budgets.mjs'
import { Child } from '../bench/calls.mjs'
import { temporaryFolder } from '../support/temporary.ts'
import { root, run } from './workspace.ts'

const main = join(root, 'test/bench/main.mjs')

describe('npm run bench', () => {
  it('measures, keeps a budget that is wide enough, and misses one that is not', async () => {
    const out = join(temporaryFolder(), 'results.md')
    const few = ['--rounds', '1', '--records', '300', '--load', 'rush', '--check', '--out', out]
    const bench = (tolerance: string, only: string) =>
      run(process.execPath, [main, ...few, '--only', only, '--tolerance', tolerance], { cwd: root })

    const output = await bench('1000', 'pino-worker,ref-pino-worker')
    expect(output).toMatch(/[1-9]\d* budgets kept, 0 missed/)
    const table = readFileSync(out, 'utf8')
    expect(table).toMatch(/^\| pino-worker +\| .* 0 \|/m)
    expect(table).toMatch(/^\| pino worker: CPU of the process ÷ a worker that does nothing +\| +≤ 1600 \| .* kept \|/m)

    await expect(bench('0.001', 'winston,ref-winston')).rejects.toThrow(/winston: CPU of the process .* missed/)
  })

  it.each([
    [['--rounds', '0'], '--rounds is from 1 to'],
    [['--only', 'no-such'], 'nothing is called no-such'],
  ])('refuses %j', async (args, reason) => {
    await expect(run(process.execPath, [main, ...args], { cwd: root })).rejects.toThrow(reason)
  })
})

describe('the sink of the benchmark', () => {
  it('tells what is missing and what came twice, compressed or not', async () => {
    const sink = new Child('sink.mjs')
    onTestFinished(() => sink.end())
    const url = String(await sink.call('open'))
    const body = (...ids: number[]) => JSON.stringify(ids.map((id) => ({ benchId: String(1_000_000_000 + id) })))
    const post = (content: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      fetch(`${url}/platform/ingest/v1/events`, { method: 'POST', body: content, headers })
    await post(body(0, 1, 3))
    await post(new Uint8Array(gzipSync(body(3, 4))), { 'content-encoding': 'gzip' })
    await post(JSON.stringify({ line: body(5) }))
    expect(await sink.call('settled', { records: 5 })).toMatchObject({ requests: 3, distinct: 5, duplicates: 1 })
  })
})

describe('the judge of the benchmark', () => {
  const rush = (name: string, round: number, cpuUs: number, lost = 0) => {
    const kind = name === 'pino-worker' ? 'ours' : 'peer'
    return { name, round, cpuUs, lost, kind, load: 'rush', duplicates: 0 }
  }
  const figureOf = (verdicts: readonly Verdict[], begin: string) =>
    verdicts.find(({ what }) => what.startsWith(begin)) ?? expect.fail(begin)

  it('compares within rounds, and only with peers that lost nothing', () => {
    const first = [rush('pino-worker', 1, 6), rush('pino-seq', 1, 10), rush('pino-loki', 1, 1)]
    const second = [rush('pino-worker', 2, 12), rush('pino-seq', 2, 20), rush('pino-loki', 2, 1, 5)]
    const results = [...first, ...second]
    const verdict = figureOf(
      judge({ results, installs: [], tolerance: 1 }),
      'pino worker: CPU of the process ÷ the best',
    )
    expect(verdict.figure).toEqual({ median: 0.6, min: 0.6, max: 0.6 })
    expect(verdict.isKept).toBe(false)
  })

  it('leaves out what was not measured', () => {
    const verdicts = judge({ results: [rush('pino-worker', 1, 6)], installs: [], tolerance: 1 })
    expect(figureOf(verdicts, 'winston: CPU')).toMatchObject({ figure: undefined, isKept: undefined })
  })
})
