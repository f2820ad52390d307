/** Where events go and who lets them in, in words that may be shown: for `openpipeline check`, or for a line at the start of a program. */
import { redact } from './diagnostics.ts'
import type { ShipperOptions } from './options.ts'
import { URL_VARIABLES } from './options/endpoint.ts'
import type { Environment } from './options/environment.ts'
import { firstSet } from './options/environment.ts'
import type { TokenSource } from './options/token.ts'
import { TOKEN_VARIABLES } from './options/token.ts'
import { resolveOptions } from './settings.ts'

export interface Destination {
  /** Where events are posted; without its query, which may contain a secret. */
  readonly url: string
  /** The option `url`, or the name of the environment variable that it comes from. */
  readonly urlFrom: string
  /** What kind of token it is, with the part of it that is public. */
  readonly token: string
  /** The option `token`, or the name of the environment variable that it comes from. */
  readonly tokenFrom: string
  /** The proxy on the way, without credentials. */
  readonly proxy?: string
}

const HOST = { name: 'openpipeline-core' }

/** https://docs.dynatrace.com/docs/shortlink/api-authentication */
const KINDS: Readonly<Record<string, string>> = {
  dt0c01: 'classic access token',
  dt0s16: 'platform token',
}

/**
 * What these options, and the environment where they are silent, come to.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
export function describeDestination(options: ShipperOptions = {}, environment: Environment = process.env): Destination {
  const { ingestUrl, proxy, token } = resolveOptions(options, HOST, environment)
  const { origin, pathname } = new URL(ingestUrl)
  const hasUrl = (options.url ?? '').trim() !== ''
  const hasToken = options.token !== undefined && options.token !== null
  return {
    url: origin + pathname,
    urlFrom: nameOf('url', hasUrl ? [] : URL_VARIABLES, environment),
    token: describeToken(token),
    tokenFrom: nameOf('token', hasToken ? [] : TOKEN_VARIABLES, environment),
    ...(proxy !== undefined && { proxy: proxy.origin }),
  }
}

function nameOf(option: string, variables: readonly string[], environment: Environment): string {
  return firstSet(environment, variables)?.name ?? option
}

function describeToken(source: TokenSource): string {
  switch (source.kind) {
    case 'fixed':
      return describeText(source.token())
    case 'file':
      return `read from the file ${source.file}`
    case 'function':
      return 'from a function'
    case 'module':
      return `from ${source.name} of the module ${source.module}`
    case 'oauth':
      return `fetched for an OAuth client from ${new URL(source.tokenUrl).host}`
  }
}

/** A token that has not the usual form is not shown, not even in part. */
function describeText(token: string): string {
  const shown = redact(token)
  const kind = KINDS[token.split('.', 1)[0] ?? ''] ?? 'bearer token'
  return shown === token ? kind : `${shown} (${kind})`
}
