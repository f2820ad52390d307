/** What stands where there are no rows: how to get some, or how to see those that the filter hides. */
import { copyText } from './copy.ts'
import { button, make } from './dom.ts'

/** @param origin where the page came from, which is where a transport has to send to */
export function howToSend(origin: string, isAnyTokenTaken: boolean): readonly HTMLElement[] {
  const token = isAnyTokenTaken ? 'dt0c01.local' : 'THE_TOKEN_OF_THIS_RECEIVER'
  return [
    make('h2', {}, 'Waiting for events'),
    make('p', {}, 'Point a transport at this receiver. Events appear here as they arrive.'),
    snippet('Any application', `OPENPIPELINE_URL=${origin} OPENPIPELINE_TOKEN=${token} node app.js`),
    snippet(
      'pino',
      `pino.transport({ target: 'pino-openpipeline', options: { url: '${origin}', token: '${token}' } })`,
    ),
    snippet('winston', `new OpenPipelineTransport({ url: '${origin}', token: '${token}' })`),
  ]
}

export function nothingMatches(onClear: () => void): readonly HTMLElement[] {
  return [make('h2', {}, 'Nothing matches the filter'), button('Clear the filter', onClear)]
}

export function noRequests(): readonly HTMLElement[] {
  return [
    make('h2', {}, 'No requests yet'),
    make('p', {}, 'Requests to the ingest endpoints are listed here with their answers.'),
  ]
}

function snippet(title: string, code: string): HTMLElement {
  const copy = button('Copy', () => void copyText(code, copy), { 'aria-label': `Copy for ${title}` })
  return make('div', { class: 'snippet' }, make('h3', {}, title), make('code', {}, code), copy)
}
