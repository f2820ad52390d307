/** The JSON of an event or a request, indented; what is longer than anybody reads is cut, the copy is not. */
import { make } from './dom.ts'
import { cut } from './format.ts'
import { parseJson } from './parse.ts'

const MAX_SHOWN = 200_000

export function jsonSection(json: string): HTMLElement {
  return make('section', {}, make('h3', {}, 'JSON'), make('pre', { class: 'json' }, cut(indented(json), MAX_SHOWN)))
}

export function indented(json: string): string {
  try {
    return JSON.stringify(parseJson(json), null, 2)
  } catch {
    // Nested too deeply to be written again.
    return json
  }
}
