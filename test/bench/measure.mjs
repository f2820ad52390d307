/** One measurement: a fresh sink, a fresh contender, one load, and the count of what arrived. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Child } from './calls.mjs'
import { selfSigned } from './certificate.mjs'

const WARM_UP = 4000

/** @param {{ name: string, kind: string, load: 'rush' | 'pace' | 'outage', records: number, perSecond?: number, delayMs?: number }} what */
export async function measure(what) {
  const directory = mkdtempSync(join(tmpdir(), 'openpipeline-bench-'))
  const sink = new Child('sink.mjs')
  const contender = new Child('contender.mjs', ['--expose-gc'])
  try {
    return await run(what, { sink, contender, directory })
  } catch (error) {
    return { ...what, failure: `${error.message}\n${contender.errorOutput}`.slice(0, 600) }
  } finally {
    await contender.end()
    await sink.end()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function run(what, { sink, contender, directory }) {
  const { name, load, records } = what
  const tls = name.endsWith('-tls') ? await selfSigned() : undefined
  const url = await sink.call('open', { ...tls, delayMs: what.delayMs })
  const warmUp = Math.min(WARM_UP, records)
  const queue = load === 'outage' ? {} : undefined // the default bound is what an outage is about
  await contender.call('open', { name, url, ca: tls?.cert, directory, count: records, queue })
  await contender.call('warmUp', { records: warmUp })
  if (what.kind !== 'reference') await sink.call('settled', { records: warmUp })
  await sink.call('reset')
  if (load === 'outage') await sink.call('down')
  const logged = await contender.call(load, { records, perSecond: what.perSecond })
  const arrived = await arrivals(what, sink, logged)
  const measured = await contender.call('result')
  return { ...what, ...figures(what, measured, arrived) }
}

/** A reference sends nothing, and nothing arrives where nobody listens. */
async function arrivals({ kind, load }, sink, logged) {
  return kind === 'reference' || load === 'outage' ? undefined : sink.call('settled', { records: logged })
}

function figures({ load }, measured, arrived) {
  const { logged, cpuUs, mainUs, spanMs, othersUs, ...rest } = measured
  const sent = arrived?.distinct ?? logged
  const untilMs = arrived?.lastEventNs === undefined ? spanMs : (arrived.lastEventNs - measured.beganNs) / 1e6
  return {
    ...rest,
    logged,
    lost: logged - sent,
    duplicates: arrived?.duplicates ?? 0,
    cpuUs: cpuUs / sent,
    mainUs: mainUs === undefined ? undefined : mainUs / logged,
    ...(load !== 'outage' && { perSecondDone: (sent / untilMs) * 1000 }),
    ...(arrived !== undefined && {
      wireBytes: arrived.wireBytes / sent,
      requestsPer1000: (arrived.requests / sent) * 1000,
    }),
    othersPercent:
      othersUs === undefined ? undefined : Math.max(0, (othersUs - cpuUs - (arrived?.cpuUs ?? 0)) / spanMs / 10),
  }
}
