/** A shipper's fast lane and its general way side by side, without delivery. */
import type { GenericEvent, Shipper } from 'openpipeline-core'
import { Encoder } from '../../packages/core/src/encode/encoder.ts'
import type { EncoderSettings } from '../../packages/core/src/encode/encoder.ts'
import { textOf } from '../../packages/core/src/encode/shrink.ts'
import { SplicedEvent } from '../../packages/core/src/encode/spliced-event.ts'
import { FAST_LANE } from '../../packages/core/src/mapping/fast-lane.ts'

export interface Taken {
  readonly text: string
  readonly isFast: boolean
}

const settings: EncoderSettings = {
  attributes: { 'event.type': 'log', 'event.provider': 'orders', 'service.name': 'orders' },
  enriched: { 'host.name': 'a', 'process.pid': 1, 'k8s.pod.name': 'p' },
  flatten: true,
  maxStringLength: 1_000_000,
}

export function encoderOf(flatten: boolean): Encoder {
  return new Encoder({ ...settings, flatten }, () => 'id')
}

/** A run of all tests without the fast lane must not reach the tests of the lane itself. */
delete process.env['OPENPIPELINE_FAST_LANE']

/** What is pushed, by whichever way, is told to `onTaken`. */
export function shipperWith(flatten: boolean, onTaken: (taken: Taken) => void): Shipper {
  const encoder = encoderOf(flatten)
  const spliced = new SplicedEvent(() => 'id')
  const shipper = {
    push(event: GenericEvent, fields?: object, except?: ReadonlySet<string>) {
      onTaken({ text: encoder.encode(event, fields, except), isFast: false })
    },
    flush: () => Promise.reject(new Error('not used')),
    close: () => Promise.reject(new Error('not used')),
    stats: () => {
      throw new Error('not used')
    },
    records: {},
    [FAST_LANE]: {
      version: 0,
      flattens: flatten,
      isTaken: (name: string) => encoder.isConstant(name),
      guardOf: (name: string) => encoder.secrets.guardOf(name),
      bitOf: (name: string) => encoder.bitOf(name),
      begin: () => spliced.begin(),
      commit(brought: number) {
        onTaken({ text: textOf(spliced.end(encoder.closing(brought))), isFast: true })
        spliced.release()
      },
    },
  }
  return shipper
}

/** Parsed, with its keys in one order. */
export function normal(text: string): string {
  const event: unknown = JSON.parse(text)
  const entries = Object.entries(event as object).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(entries)
}

/** Names of a text's top-level members, duplicates included. */
export function topLevelNames(text: string): string[] {
  const names: string[] = []
  let depth = 0
  for (const [token, string] of text.matchAll(/("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (string !== undefined && depth === 1) names.push(string)
  }
  return names
}
