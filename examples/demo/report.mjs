/** What the demo prints: who runs where, what was asked, what arrived, and what is wrong if something is. */

const count = (number) => number.toLocaleString('en')

export function startedTable({ receiver, receiverUrl, running }) {
  return table([
    ['process', 'is', 'address', 'pid'],
    ['receiver', 'stands for OpenPipeline', receiverUrl, String(receiver.pid)],
    ...running.map(({ name, framework, logger, url, child }) => [
      name,
      `${framework} logging with ${logger}`,
      url,
      String(child.pid),
    ]),
  ])
}

export function requestsLine({ statuses, tookMs }) {
  const answers = [...statuses].toSorted(([a], [b]) => a - b).map(([status, times]) => `${count(times)} × ${status}`)
  const total = [...statuses.values()].reduce((sum, times) => sum + times, 0)
  return `${count(total)} requests answered in ${(tookMs / 1000).toFixed(1)} s: ${answers.join(', ')}.`
}

export function receivedTable(results) {
  return table([
    ['service', 'logged', 'arrived', 'requests', 'bytes'],
    ...results.map(({ name, logged, arrived, requests, bytes }) => [
      name,
      ...[logged, arrived, requests, bytes].map((value = 0) => count(value)),
    ]),
  ])
}

export function successLine(results) {
  const total = results.reduce((sum, { logged }) => sum + logged, 0)
  return `All ${count(total)} records arrived, each exactly once.`
}

/** Why the run is not good; nothing when it is. */
export function faultsOf(results, { services, refused, dropped }) {
  const strangers = Object.keys(services).filter((provider) => !results.some(({ name }) => name === provider))
  const faults = [
    ...results.flatMap(serviceFaults),
    ...strangers.map(
      (provider) => `${count(services[provider].arrived)} events came from ${provider}, which is no service here.`,
    ),
  ]
  if (faults.length === 0) return []
  return [
    ...faults,
    ...refused.map(
      ({ status, outcome, message }) =>
        `The receiver answered a request with ${status ?? outcome}${message ? `: ${message}` : ''}.`,
    ),
    ...(dropped === 0 ? [] : [`The service would have dropped ${count(dropped)} of them for their timestamp.`]),
  ]
}

function serviceFaults({ name, ended, logged, arrived = 0, distinct = 0 }) {
  const faults = []
  if (!ended.inTime) faults.push(`${name} did not end in time after SIGTERM and was killed.`)
  else if (ended.code !== 0) faults.push(`${name} ended with ${ended.endedBy ?? `exit code ${ended.code}`}.`)
  if (logged === undefined)
    return [...faults, `${name} did not say how many records it logged; ${count(distinct)} arrived.`]
  if (logged === 0) faults.push(`${name} logged nothing.`)
  if (distinct < logged) faults.push(`${name}: ${count(logged - distinct)} of ${count(logged)} records are missing.`)
  if (distinct > logged)
    faults.push(`${name}: ${count(distinct - logged)} more records arrived than the ${count(logged)} that were logged.`)
  if (arrived > distinct) faults.push(`${name}: ${count(arrived - distinct)} events repeat the event.id of another.`)
  return faults
}

/** Words to the left, numbers to the right. */
function table(rows) {
  const [first] = rows
  const widths = first.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const isNumber = first.map((_, column) => rows.slice(1).every((row) => /^[\d,]+$/.test(row[column])))
  const line = (row) =>
    row.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
  return rows.map((row) => line(row).join('   ').trimEnd()).join('\n')
}
