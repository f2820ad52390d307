/** The files in which OneAgent and the Dynatrace Operator say where a process runs. https://docs.dynatrace.com/docs/ingest-from/extend-dynatrace/extend-data */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Attributes } from '../event.ts'
import type { Environment } from '../options/environment.ts'
import { isAttributeValue } from '../options/attributes.ts'
import { isRecord } from '../options/reader.ts'

export interface MetadataFiles {
  /** Exists only for a process that OneAgent watches, and only for whoever reads it: looking whether it is there fails. */
  readonly virtualFile: string
  readonly directory: string
}

const NAMES = ['dt_metadata.json', 'dt_host_metadata.json']

/** A larger file is none of these. */
const MAX_LENGTH = 1_048_576

export function metadataFiles(environment: Environment, platform = process.platform): MetadataFiles {
  const windows = join(environment['ProgramData'] ?? 'C:\\ProgramData', 'dynatrace', 'enrichment')
  return {
    virtualFile: 'dt_metadata_e617c525669e072eebe3d0f08212e8f2.json',
    directory: platform === 'win32' ? windows : '/var/lib/dynatrace/enrichment',
  }
}

/**
 * The text of the first file that can be read and holds a JSON object. Synchronous, as Dynatrace's own samples read them: the
 * virtual file lives in a hook around that call. The name that it holds is good for one use.
 */
export function readMetadata({ directory, virtualFile }: MetadataFiles): string | undefined {
  const named = read(virtualFile)?.trim()
  const candidates = [...(isName(named) ? [named] : []), ...NAMES.map((name) => join(directory, name))]
  for (const file of candidates) {
    const text = read(file)
    if (text !== undefined && parse(text) !== undefined) return text
  }
  return undefined
}

/** Values that an attribute can have; what is empty says nothing. */
export function parseMetadata(text: string): Attributes {
  const attributes: Record<string, Attributes[string]> = {}
  for (const [name, value] of Object.entries(parse(text) ?? {})) {
    if (name === '' || value === '' || !isAttributeValue(value)) continue
    Object.defineProperty(attributes, name, { value, enumerable: true })
  }
  return attributes
}

function isName(text: string | undefined): text is string {
  return text !== undefined && text !== '' && !text.includes('\n')
}

function read(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return text.length <= MAX_LENGTH ? text : undefined
  } catch {
    return undefined
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
