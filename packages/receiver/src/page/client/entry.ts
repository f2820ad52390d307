/** What the page keeps of an event or a request: its JSON, and what it needs to know without parsing that. */
import type { Level } from '../level.ts'
import { isAttributes, parseAttributes, parseJson } from './parse.ts'

/** What became of an event. */
export type Fate = 'stored' | 'corrected' | 'dropped'

export interface Entry {
  /** `mark` is a remark of the page itself, between entries. */
  readonly kind: 'event' | 'request' | 'mark'
  /** Epoch milliseconds of its arrival. */
  readonly at: number
  readonly json: string
  readonly fate: Fate
  readonly level: Level
  readonly path: string
  /** Why it was dropped or corrected, as JSON; the words of a mark. */
  readonly remark: string
}

const FATES: Readonly<Record<string, Fate>> = { s: 'stored', c: 'corrected', d: 'dropped' }
const LEVELS: readonly Level[] = ['e', 'w', 'i', 'd', 't', 'o']

/** Reads a line as `src/page/line.ts` writes it. */
export function fromLine(line: string): Entry {
  const [at = '', marks = '', path = '', remark = '', ...rest] = line.split('\t')
  return {
    kind: 'event',
    at: Number(at),
    json: rest.join('\t'),
    fate: FATES[marks.charAt(0)] ?? 'stored',
    level: LEVELS.find((level) => level === marks.charAt(1)) ?? 'o',
    path,
    remark,
  }
}

export function fromRequest(json: string): Entry {
  const { at } = parseAttributes(json)
  return { ...NOTHING, kind: 'request', at: typeof at === 'number' ? at : Date.now(), json }
}

export function markOf(words: string): Entry {
  return { ...NOTHING, kind: 'mark', at: Date.now(), remark: words }
}

/** Why the service would not have stored the event as it was sent. */
export function remarkOf({ remark }: Entry): { readonly reason: string; readonly sent: unknown } {
  const value = remark === '' ? undefined : parseJson(remark)
  if (!isAttributes(value)) return { reason: '', sent: undefined }
  return { reason: typeof value['reason'] === 'string' ? value['reason'] : '', sent: value['sent'] }
}

const NOTHING = { json: '', fate: 'stored', level: 'o', path: '', remark: '' } as const
