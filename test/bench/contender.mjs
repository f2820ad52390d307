/** The process that is measured: one contender, one load, one set of numbers. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { serve } from './calls.mjs'
import { openContender } from './contenders.mjs'
import { median } from './numbers.mjs'
import { busyUs, mainThreadUs, peakRss, resetPeakRss } from './machine.mjs'

/** Logged in one turn of the event loop, as a busy request would. */
const BURST = 100
const WARM_UP_BURST = 20
/** No load takes longer, however slow the contender. */
const LOAD_LIMIT_MS = 120_000
const END_LIMIT_MS = 12_000
const DELAY_RESOLUTION_MS = 5

let contender
/** Opened, and nothing logged yet. */
let idleRss
let begin
let load

serve({
  async open(what) {
    contender = await openContender(what)
    globalThis.gc?.()
    idleRss = process.memoryUsage.rss()
  },
  async warmUp({ records }) {
    for (let logged = 0; logged < records;) {
      logged = burst(logged, Math.min(logged + WARM_UP_BURST, records), [])
      await room()
    }
    await contender.flush?.(END_LIMIT_MS)
  },
  /** Free-running, and then ended: the most it can do. */
  async rush({ records }) {
    start()
    const perCall = []
    let logged = 0
    while (logged < records && performance.now() - begin.at < LOAD_LIMIT_MS) {
      logged = burst(logged, Math.min(logged + BURST, records), perCall)
      await room()
    }
    load = { logged, nsPerCall: median(perCall) }
    await Promise.race([contender.end(), new Promise((resolve) => setTimeout(resolve, END_LIMIT_MS).unref())])
    return load.logged
  },
  /** A steady rate: what a service feels of its logging. */
  async pace({ records, perSecond }) {
    const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
    start()
    delay.enable()
    const perCall = []
    for (let logged = 0; logged < records;) {
      const due = Math.min(records, Math.floor(((performance.now() - begin.at) / 1000) * perSecond))
      logged = burst(logged, Math.min(due, logged + 10 * BURST), perCall)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    delay.disable()
    const ms = (ns) => ns / 1e6 - DELAY_RESOLUTION_MS
    load = {
      logged: records,
      nsPerCall: median(perCall),
      delayP99Ms: ms(delay.percentile(99)),
      delayMaxMs: ms(delay.max),
    }
    await Promise.race([contender.end(), new Promise((resolve) => setTimeout(resolve, END_LIMIT_MS).unref())])
    return load.logged
  },
  /** Free-running against an endpoint that is gone: what is kept in memory, above what the idle logger takes. */
  async outage({ records }) {
    start()
    let highest = idleRss
    let logged = 0
    while (logged < records && performance.now() - begin.at < LOAD_LIMIT_MS) {
      logged = burst(logged, Math.min(logged + BURST, records), [])
      await room()
      highest = Math.max(highest, process.memoryUsage.rss())
    }
    const fate = await contender.flush?.(200)
    load = { logged, memoryBytes: (peakRss() ?? highest) - idleRss, fate }
    return logged
  },
  result() {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    const main = mainThreadUs()
    return {
      ...load,
      beganNs: begin.ns,
      cpuUs: userCPUTime + systemCPUTime - begin.cpuUs,
      mainUs: main === undefined ? undefined : main - begin.mainUs,
      peakRssBytes: peakRss(),
      othersUs: busyUs() === undefined ? undefined : busyUs() - begin.busyUs,
      spanMs: performance.now() - begin.at,
    }
  },
})

function start() {
  globalThis.gc?.()
  resetPeakRss()
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  begin = {
    at: performance.now(),
    ns: Number(process.hrtime.bigint()),
    cpuUs: userCPUTime + systemCPUTime,
    mainUs: mainThreadUs(),
    busyUs: busyUs(),
  }
}

function burst(from, to, perCall) {
  if (from >= to) return from
  const at = process.hrtime.bigint()
  for (let index = from; index < to; index++) contender.log(index)
  perCall.push(Number(process.hrtime.bigint() - at) / (to - from))
  return to
}

/** A turn of the event loop, or the wait that the contender asks for. */
async function room() {
  if (!contender.isFull()) return new Promise((resolve) => setImmediate(resolve))
  let timer
  const impatience = new Promise((resolve) => (timer = setTimeout(resolve, 1000)))
  await Promise.race([contender.drained(), impatience])
  clearTimeout(timer)
}
