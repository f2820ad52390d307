/** The budgets, each with how its figure follows from a round, and whether the figures of all rounds keep it. */
import { isForPino } from './peers/peers.mjs'
import { median, spread } from './numbers.mjs'

const MEGABYTE = 1e6
const QUEUE_BYTES = 33_554_432

/** @param {{ results: readonly object[], installs: readonly object[], tolerance: number }} measured */
export function judge({ results, installs, tolerance }) {
  const rounds = [...new Set(results.map(({ round }) => round))].map((round) => roundOf(results, round))
  const best = { pino: bestPeer(results, true), winston: bestPeer(results, false) }
  return budgets.map(({ atMost, atLeast, of, ofInstall, ...budget }) => {
    const limit = atMost === undefined ? atLeast / tolerance : atMost * tolerance
    const values = ofInstall === undefined ? rounds.map((round) => of(round, best)) : installs.map(ofInstall)
    const figure = spread(values)
    const isKept = figure && (atMost === undefined ? figure.median >= limit : figure.median <= limit)
    return { ...budget, limit, isAtMost: atMost !== undefined, figure, isKept }
  })
}

/** Those of whom nothing was missing in any round. */
export function losslessPeers(results) {
  const peers = results.filter(({ kind, load }) => kind === 'peer' && load === 'rush')
  const names = [...new Set(peers.map(({ name }) => name))]
  return names.filter((name) => peers.every((run) => run.name !== name || isWhole(run)))
}

export const isWhole = ({ failure, lost, duplicates }) => failure === undefined && lost === 0 && duplicates === 0

/** The lossless peer of a logger that needs the least CPU, and the one that delivers the fastest. */
function bestPeer(results, forPino) {
  const names = losslessPeers(results).filter((name) => isForPino(name) === forPino)
  const of = (name, key) => median(results.filter((run) => run.name === name).map((run) => run[key]))
  return {
    cpu: names.toSorted((a, b) => of(a, 'cpuUs') - of(b, 'cpuUs'))[0],
    speed: names.toSorted((a, b) => of(b, 'perSecondDone') - of(a, 'perSecondDone'))[0],
  }
}

/** Access to one figure of a round; NaN where it was not measured, and whatever follows from it too. */
function roundOf(results, round) {
  const runs = results.filter((run) => run.round === round && run.failure === undefined)
  return (name, key, { load = 'rush', delayMs } = {}) =>
    runs.find((run) => run.name === name && run.load === load && run.delayMs === delayMs)?.[key] ?? NaN
}

const ratio = (name, other, key) => (round) => round(name, key) / round(other, key)
const toPeer = (name, logger) => (round, best) => round(name, 'cpuUs') / round(best[logger].cpu, 'cpuUs')
const added = (name, other) => (round) => round(name, 'cpuUs') - round(other, 'cpuUs')
const delayOver = (name, other) => (round) =>
  round(name, 'delayP99Ms', { load: 'pace' }) - round(other, 'delayP99Ms', { load: 'pace' })
const outageOf = (name) => (round) => round(name, 'memoryBytes', { load: 'outage' }) / MEGABYTE
const outageLimit = (QUEUE_BYTES * 1.5 + 40 * MEGABYTE) / MEGABYTE
const ofPackage = (name, key) => (install) => (install.name === name ? install[key] : NaN)

const budgets = [
  {
    what: 'pino worker: CPU of the main thread ÷ a worker that does nothing',
    atMost: 1.05,
    of: ratio('pino-worker', 'ref-pino-worker', 'mainUs'),
  },
  {
    what: 'pino worker: CPU of the process ÷ a worker that does nothing',
    atMost: 1.6,
    of: ratio('pino-worker', 'ref-pino-worker', 'cpuUs'),
  },
  {
    what: "pino worker, `nested: 'keep'`: CPU of the process ÷ a worker that does nothing",
    atMost: 1.4,
    of: ratio('pino-worker-keep', 'ref-pino-worker', 'cpuUs'),
  },
  { what: 'pino worker: CPU of the process ÷ the best peer', atMost: 0.55, of: toPeer('pino-worker', 'pino') },
  {
    what: "pino worker, `nested: 'keep'`: CPU of the process ÷ the best peer",
    atMost: 0.5,
    of: toPeer('pino-worker-keep', 'pino'),
  },
  { what: 'pino in process: CPU of the process ÷ the best peer', atMost: 0.4, of: toPeer('pino-stream', 'pino') },
  {
    what: 'pino in process: event-loop delay p99 at 10,000/s over pino alone, ms',
    atMost: 1,
    of: delayOver('pino-stream', 'ref-pino'),
  },
  {
    what: 'pino worker: events per second ÷ the best peer',
    atLeast: 2.5,
    of: (round, best) => round('pino-worker', 'perSecondDone') / round(best.pino.speed, 'perSecondDone'),
  },
  {
    what: 'pino worker: events per second with 50 ms of latency',
    atLeast: 75_000,
    of: (round) => round('pino-worker', 'perSecondDone', { delayMs: 50 }),
  },
  {
    what: 'winston: CPU of the process ÷ a transport that does nothing',
    atMost: 1.6,
    of: ratio('winston', 'ref-winston', 'cpuUs'),
  },
  { what: 'winston: CPU of the process ÷ the best peer', atMost: 0.5, of: toPeer('winston', 'winston') },
  { what: 'spool, pino worker: CPU added, µs', atMost: 2, of: added('pino-worker-spool', 'pino-worker') },
  { what: 'spool, pino in process: CPU added, µs', atMost: 4, of: added('pino-stream-spool', 'pino-stream') },
  { what: 'spool, winston: CPU added, µs', atMost: 4, of: added('winston-spool', 'winston') },
  { what: 'pino worker: memory in an outage over idle, MB', atMost: outageLimit, of: outageOf('pino-worker') },
  { what: 'pino in process: memory in an outage over idle, MB', atMost: outageLimit, of: outageOf('pino-stream') },
  { what: 'winston: memory in an outage over idle, MB', atMost: outageLimit, of: outageOf('winston') },
  { what: 'pino-openpipeline: packages installed', atMost: 8, ofInstall: ofPackage('pino-openpipeline', 'packages') },
  { what: 'pino-openpipeline: size installed, MB', atMost: 3, ofInstall: ofPackage('pino-openpipeline', 'megabytes') },
  { what: 'pino-openpipeline: cold import, ms', atMost: 60, ofInstall: ofPackage('pino-openpipeline', 'importMs') },
  {
    what: 'winston-openpipeline: cold import, ms',
    atMost: 60,
    ofInstall: ofPackage('winston-openpipeline', 'importMs'),
  },
  {
    what: 'pino worker: event-loop delay p99 at 10,000/s over pino alone, ms',
    atMost: 5,
    of: delayOver('pino-worker', 'ref-pino'),
  },
  {
    what: 'winston: event-loop delay p99 at 10,000/s over winston alone, ms',
    atMost: 5,
    of: delayOver('winston', 'ref-winston'),
  },
]
