/** What `receive` prints: how to point a transport at it, a line per request, and the counts at the end. */
import type { ReceivedRequest, ReceiverStats } from 'openpipeline-receiver'

export function instructions(url: string, tokenFile: string | undefined): string {
  const token = tokenFile === undefined ? 'dt0c01.local' : `"$(cat ${quoted(tokenFile)})"`
  const inOptions = tokenFile === undefined ? "'dt0c01.local'" : 'process.env.OPENPIPELINE_TOKEN'
  return [
    `Listening on ${url} (${tokenFile === undefined ? 'any token is accepted' : `only the token in ${tokenFile} is accepted`})`,
    '',
    `  environment  OPENPIPELINE_URL=${url} OPENPIPELINE_TOKEN=${token} node app.js`,
    `  pino         pino.transport({ target: 'pino-openpipeline', options: { url: '${url}', token: ${inOptions} } })`,
    `  winston      new OpenPipelineTransport({ url: '${url}', token: ${inOptions} })`,
    `  live page    ${url}/`,
    '',
  ].join('\n')
}

/** `12:03:44.123Z  202    120 events   34.5 kB   3.1 ms  /platform/ingest/v1/events` */
export function requestLine(request: ReceivedRequest, droppedReasons: readonly string[]): string {
  const { at, status, outcome, events, bytes, durationMs, path, message } = request
  const columns = [
    new Date(at).toISOString().slice(11),
    String(status ?? outcome).padEnd(7),
    `${events} ${events === 1 ? 'event ' : 'events'}`.padStart(12),
    size(bytes).padStart(8),
    `${durationMs} ms`.padStart(9),
    path,
  ]
  const remarks = [...(message === null ? [] : [message]), ...dropRemark(droppedReasons)]
  return [columns.join('  '), ...remarks].join('  · ')
}

export function summaryLine(stats: ReceiverStats): string {
  const { events, distinct, duplicates, dropped, requests, bytes, connections } = stats
  const ids = distinct === 0 ? '' : ` (${distinct} distinct ids, ${duplicates} duplicates)`
  const lost = dropped === 0 ? '' : `, dropped ${dropped} for their timestamp`
  return `Received ${counted(events, 'event')}${ids}${lost} in ${counted(requests, 'request')}, ${size(bytes)}, ${counted(connections, 'connection')}`
}

function dropRemark(reasons: readonly string[]): string[] {
  const [first] = reasons
  return first === undefined ? [] : [`dropped ${reasons.length}: ${first}`]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function quoted(file: string): string {
  return `'${file.replaceAll("'", String.raw`'\''`)}'`
}
