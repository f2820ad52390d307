/** The option `proxy`: a URL, or what the environment says about this host. */
import type { Environment } from './environment.ts'
import { firstSet } from './environment.ts'
import type { OptionReader } from './reader.ts'

/** A proxy; its credentials are behind a function, so that nothing that is shown holds them. */
export interface ProxySettings {
  /** Without credentials: this part may be shown. */
  readonly origin: string
  /** Value of Proxy-Authorization, where the URL has credentials. */
  readonly authorization: (() => string) | undefined
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

export function readProxy(
  options: OptionReader,
  environment: Environment,
  ingestUrl: string,
): ProxySettings | undefined {
  const given = options.raw('proxy')
  if (given === undefined || given === false || ingestUrl === '') return undefined
  if (given === 'env') return fromEnvironment(options, environment, new URL(ingestUrl))
  if (typeof given === 'string') return fromUrl(options, 'proxy', given)
  options.problems.add("proxy must be a URL, 'env' or false")
  return undefined
}

/** The usual variables, lower case first as in curl. https://everything.curl.dev/usingcurl/proxies/env.html */
function fromEnvironment(options: OptionReader, environment: Environment, url: URL): ProxySettings | undefined {
  const scheme = url.protocol.slice(0, -1)
  const found = firstSet(environment, [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY'])
  if (found === undefined) return undefined
  const exceptions = firstSet(environment, ['no_proxy', 'NO_PROXY'])?.value ?? ''
  return isExcepted(url, exceptions) ? undefined : fromUrl(options, `proxy (from ${found.name})`, found.value)
}

/** The URL itself is not shown: it may contain a password. */
function fromUrl(options: OptionReader, name: string, value: string): ProxySettings | undefined {
  const withScheme = /^[a-z]+:\/\//i.test(value) ? value : `http://${value}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    options.problems.add(`${name} must be an http:// or https:// URL`)
    return undefined
  }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const header = `Basic ${Buffer.from(credentials).toString('base64')}`
  return { origin: url.origin, authorization: credentials === ':' ? undefined : () => header }
}

/** `NO_PROXY`: `*`, or hosts with an optional port, each also for the names below it. */
export function isExcepted(url: URL, exceptions: string): boolean {
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port
  return exceptions
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true
      const [, name = '', ownPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
      const suffix = name.replace(/^\*?\./, '')
      const matches = url.hostname === suffix || url.hostname.endsWith(`.${suffix}`)
      return matches && (ownPort === undefined || ownPort === port)
    })
}
