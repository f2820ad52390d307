/** A soak: minutes of faults drawn from a seed, against an oracle that no fault touches. `npm run soak -- 5`; `SEED=…` repeats one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fronts, startFronts } from './fronts.ts'
import { type Life, runLane, TOKEN, ways } from './lane.ts'
import { Oracle } from './oracle.ts'
import { type Report, reportOf } from './report.ts'

const minutes = Number(process.env['SOAK_MINUTES'] ?? 1)
const seed = Number(process.env['SEED'])

let oracle: Oracle
let fronts: Fronts
let report: Report

beforeAll(
  async () => {
    oracle = new Oracle()
    const urls = await oracle.start(TOKEN, ways.length)
    fronts = await startFronts(urls.map((url) => new URL(url)))
    if (fronts.missing.length > 0) console.log(`not installed, so without: ${fronts.missing.join(', ')}`)
    const faults = new Map<string, number>()
    const onFault = (name: string): void => void faults.set(name, (faults.get(name) ?? 0) + 1)
    const untilMs = performance.now() + minutes * 60_000
    const lanes = ways.map((way, lane) => runLane({ lane, way, seed, oracle, fronts, onFault }, untilMs))
    const lives: readonly Life[] = (await Promise.all(lanes)).flat()
    report = reportOf(lives, faults, await oracle.totals())
    console.log(report.text)
  },
  minutes * 60_000 + 180_000,
)

afterAll(async () => {
  await fronts?.end()
  await oracle?.end()
})

describe(`a soak of ${minutes} min with SEED=${seed}`, () => {
  it('has done something', () => expect(report.accepted).toBeGreaterThan(0))
  it('nothing is missing', () => expect(report.missing).toBe(0))
  it('nothing arrived that was not sent', () => expect(report.spurious).toBe(0))
  it('nothing is corrupted', () => expect(report.corrupted).toBe(0))
  it('no more duplicates than the senders say', () =>
    expect(report.duplicates).toBeLessThanOrEqual(report.possibleDuplicates))
  it('every producer ended as it should', () => expect(report.violations).toEqual([]))
})
