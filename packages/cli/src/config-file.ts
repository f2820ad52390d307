/** Options from a JSON file: the same ones that a program gives its transport. What they say is checked where all options are. */
import { readFileSync } from 'node:fs'

import { describeDestination, type ShipperOptions } from 'openpipeline-core'
import { loadMap } from 'openpipeline-core/mapping'

import { UsageError } from './usage-error.ts'

/** What a file can say that concerns lines on their way to an event, besides where and how events are delivered. */
export interface ConfigFile {
  readonly options: ShipperOptions
  /** `{ module, export }`, as in pino's worker. */
  readonly map: unknown
}

/** @throws UsageError where it cannot be read or is no JSON object; OpenPipelineError for what its options are told everywhere */
export function readConfigFile(file: string): ConfigFile {
  const content = parse(file, readText(file))
  if (!isObject(content)) throw new UsageError(`the config file ${file} must contain one JSON object with options`)
  const { map, ...options } = content
  return { options, map }
}

/** Of all options, those that concern delivery: what is sent again, or only to see whether it passes, is an event already. */
export function deliveryOptions(options: ShipperOptions): ShipperOptions {
  // Here, because none of the others is looked at after this.
  describeDestination(options)
  const { url, endpoint, token, allowInsecure, proxy, tls, batch, queue, delivery, retry, closeTimeoutMs } = options
  const all = { url, endpoint, token, allowInsecure, proxy, tls, batch, queue, delivery, retry, closeTimeoutMs }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

export async function withMap({ options, map }: ConfigFile, owner: string): Promise<ShipperOptions> {
  if (map === undefined || map === null) return options
  if (typeof map !== 'object') throw new UsageError('map must be { module, export } in a config file')
  return { ...options, map: await loadMap(map, owner) }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`the config file ${file} cannot be read (${code})`, { cause })
  }
}

/** What the parser says of a mistake quotes the text around it, which may be a token. */
function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length
    // oxlint-disable-next-line eslint/preserve-caught-error -- it quotes the file
    throw new UsageError(`the config file ${file} is not valid JSON${line === undefined ? '' : `, see line ${line}`}`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
