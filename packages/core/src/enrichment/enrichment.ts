/** What the surroundings say of the process, for every event: read at the start, and again when the file it stands in changes. */
import type { Cancel, Clock } from '../clock.ts'
import type { Attributes } from '../event.ts'
import { MAX_ENRICHED } from '../limits.ts'
import type { Environment } from '../options/environment.ts'
import { kubernetesAttributes } from './kubernetes.ts'
import type { MetadataFiles } from './metadata-files.ts'
import { parseMetadata, readMetadata } from './metadata-files.ts'
import { hostAttributes, processAttributes } from './process.ts'
import { releaseAttributes } from './release.ts'
import { resourceAttributes } from './resource-attributes.ts'

/** What is known at construction and does not change. */
export interface EnrichmentSettings {
  /** Said by somebody for this process: it wins over the files. */
  readonly given: Attributes
  /** Found out: the files win over it. */
  readonly found: Attributes
  readonly files: MetadataFiles
}

export function enrichmentSettings(
  environment: Environment,
  files: MetadataFiles,
  isForOthers = false,
): EnrichmentSettings {
  return {
    given: { ...resourceAttributes(environment), ...releaseAttributes(environment) },
    found: { ...hostAttributes(), ...(isForOthers ? {} : processAttributes()), ...kubernetesAttributes(environment) },
    files,
  }
}

export interface EnrichmentParts {
  readonly settings: EnrichmentSettings
  readonly clock: Clock
  readonly warn: (message: string) => void
  readonly onChange: (attributes: Attributes) => void
}

/** The Java library of Dynatrace looks as often. */
const INTERVAL_MS = 60_000

export class Enrichment {
  readonly #parts: EnrichmentParts
  #text: string | undefined
  #cancelTimer: Cancel | undefined

  constructor(parts: EnrichmentParts) {
    this.#parts = parts
    this.#text = readMetadata(parts.settings.files)
    // Where there is no file, nobody will ever look again: it costs nothing.
    if (this.#text !== undefined) this.#setTimer()
  }

  get attributes(): Attributes {
    const { found, given } = this.#parts.settings
    const metadata = this.#text === undefined ? {} : parseMetadata(this.#text)
    // What is spread first stands first, in case there are too many; what is spread last is the value.
    const attributes = { ...given, ...found, ...metadata, ...given }
    const count = Object.keys(attributes).length
    if (count > MAX_ENRICHED)
      this.#parts.warn(`enrichment knows ${count} attributes; only ${MAX_ENRICHED} of them are sent`)
    return attributes
  }

  close(): void {
    this.#cancelTimer?.()
  }

  #setTimer(): void {
    this.#cancelTimer = this.#parts.clock.after(INTERVAL_MS, () => {
      this.#refresh()
      this.#setTimer()
    })
  }

  /** A file that is gone, or half written, says nothing new. */
  #refresh(): void {
    const text = readMetadata(this.#parts.settings.files)
    if (text === undefined || text === this.#text) return
    this.#text = text
    this.#parts.onChange(this.attributes)
  }
}
