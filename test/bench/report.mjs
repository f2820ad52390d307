/** The tables, in Markdown. */
import { isWhole, judge, losslessPeers } from './budgets.mjs'
import { median, spread } from './numbers.mjs'

const NONE = '–'

/** @param {{ results: readonly object[], installs: readonly object[], speeds: readonly number[], tolerance: number }} measured */
export function reportOf(measured) {
  const { results, installs } = measured
  const tables = [
    section('Free-running', rushTable(results)),
    section('10,000 records per second', paceTable(results)),
    section('Endpoint down', outageTable(results)),
    section('Installed', installTable(installs)),
    section('Budgets', budgetTable(judge(measured).filter(({ isKept }) => isKept !== undefined))),
  ]
  return [surroundings(measured), ...tables, notes(results)].filter((part) => part !== '').join('\n\n')
}

/** Nothing where there is only the head of a table. */
function section(title, rows) {
  return rows.length > 1 ? `## ${title}\n\n${grid(rows)}` : ''
}

export function budgetLines(verdicts) {
  return grid(budgetTable(verdicts))
}

function rushTable(results) {
  const head = ['contender', 'log call, ns', 'main thread, µs', 'CPU, µs', 'from – to', 'events/s']
  const rows = groupsOf(results, 'rush').map((runs) => [
    titleOf(runs[0]),
    number(runs, 'nsPerCall', 0),
    number(runs, 'mainUs', 1),
    number(runs, 'cpuUs', 1),
    range(runs, 'cpuUs', 1),
    number(runs, 'perSecondDone', 0),
    percentLost(runs),
    number(runs, 'peakRssBytes', 0, 1e6),
    number(runs, 'requestsPer1000', 2),
    number(runs, 'wireBytes', 0),
  ])
  return [[...head, 'lost, %', 'peak memory, MB', 'requests per 1000', 'bytes on the wire'], ...rows]
}

function paceTable(results) {
  const rows = groupsOf(results, 'pace').map((runs) => [
    titleOf(runs[0]),
    number(runs, 'delayP99Ms', 2),
    range(runs, 'delayP99Ms', 2),
    number(runs, 'delayMaxMs', 1),
    number(runs, 'mainUs', 1),
    number(runs, 'cpuUs', 1),
    percentLost(runs),
  ])
  const head = [
    'contender',
    'event-loop delay p99, ms',
    'from – to',
    'longest, ms',
    'main thread, µs',
    'CPU, µs',
    'lost, %',
  ]
  return [head, ...rows]
}

function outageTable(results) {
  const rows = groupsOf(results, 'outage').map((runs) => [
    titleOf(runs[0]),
    number(runs, 'logged', 0),
    number(runs, 'memoryBytes', 0, 1e6),
    range(runs, 'memoryBytes', 0, 1e6),
  ])
  return [['contender', 'records', 'memory over idle, MB', 'from – to'], ...rows]
}

function installTable(installs) {
  const rows = installs.map(({ name, packages, megabytes, importMs }) => [
    name,
    String(packages),
    megabytes.toFixed(2),
    importMs.toFixed(0),
  ])
  return [['package', 'packages', 'MB', 'cold import, ms'], ...rows]
}

function budgetTable(verdicts) {
  const rows = verdicts.map(({ what, limit, isAtMost, figure, isKept }) => [
    what,
    `${isAtMost ? '≤' : '≥'} ${digits(limit)}`,
    figure === undefined ? NONE : digits(figure.median),
    figure === undefined ? NONE : `${digits(figure.min)} – ${digits(figure.max)}`,
    verdict(isKept),
  ])
  return [['what', 'budget', 'measured', 'from – to', ''], ...rows]
}

function verdict(isKept) {
  return isKept ? 'kept' : 'missed'
}

function surroundings({ results, speeds, rounds, records }) {
  const others = spread(results.map(({ othersPercent }) => othersPercent))
  const noise =
    others === undefined
      ? 'What other processes did meanwhile is not known.'
      : `Other processes used ${others.median.toFixed(0)} % of one core meanwhile (${others.min.toFixed(0)} – ${others.max.toFixed(0)}).`
  const speed = spread(speeds)
  return [
    `${rounds} round${rounds === 1 ? '' : 's'} of ${records} records, interleaved; medians, each run in a process of its own. Node ${process.version}, ${process.platform} ${process.arch}.`,
    noise,
    `A fixed piece of work took ${speed.median.toFixed(0)} µs (${speed.min.toFixed(0)} – ${speed.max.toFixed(0)}).`,
  ].join('\n')
}

function notes(results) {
  const failures = results.filter(({ failure }) => failure !== undefined)
  const lossless = losslessPeers(results)
  const lossy = [...new Set(results.filter(({ kind }) => kind === 'peer').map(({ name }) => name))].filter(
    (name) => !lossless.includes(name),
  )
  const lines = failures.map(({ name, load, failure }) => `- ${name} (${load}) failed: ${failure.split('\n')[0]}`)
  if (lossy.length > 0) lines.push(`- Not whole in every round, so never the best peer: ${lossy.join(', ')}.`)
  return lines.join('\n')
}

/** Runs of one contender, in the order in which the contenders are listed. */
function groupsOf(results, load) {
  const groups = new Map()
  for (const run of results.filter((each) => each.load === load && each.failure === undefined)) {
    const title = titleOf(run)
    groups.set(title, [...(groups.get(title) ?? []), run])
  }
  const kinds = ['reference', 'ours', 'peer']
  return [...groups.values()].toSorted(
    (a, b) => kinds.indexOf(a[0].kind) - kinds.indexOf(b[0].kind) || titleOf(a[0]).localeCompare(titleOf(b[0])),
  )
}

function titleOf({ name, delayMs }) {
  return delayMs === undefined ? name : `${name}, ${delayMs} ms away`
}

function number(runs, key, places, unit = 1) {
  const value = median(runs.map((run) => run[key]).filter((each) => each !== undefined))
  return value === undefined ? NONE : (value / unit).toFixed(places)
}

function range(runs, key, places, unit = 1) {
  const values = spread(runs.map((run) => run[key]))
  return values === undefined ? NONE : `${(values.min / unit).toFixed(places)} – ${(values.max / unit).toFixed(places)}`
}

function percentLost(runs) {
  if (runs[0].kind === 'reference') return NONE
  const worst = Math.max(...runs.map(({ lost, logged }) => (lost / logged) * 100))
  return runs.every(isWhole) ? '0' : worst.toFixed(2)
}

function digits(value) {
  if (Math.abs(value) >= 1000) return value.toFixed(0)
  return value.toFixed(2)
}

/** Columns of one width, as the formatter wants them: the first to the left, numbers to the right. */
function grid(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)))
  const line = (cells) => `| ${cells.join(' | ')} |`
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(rows[0].map(pad)), line(rule), ...rows.slice(1).map((row) => line(row.map(pad)))].join('\n')
}
