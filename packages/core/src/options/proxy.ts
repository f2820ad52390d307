/** The option `proxy`: a URL, or what the environment says about the host at hand. */
import { BlockList, isIP } from 'node:net'

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

/** The proxy on the way to a URL; the endpoint's and that of an OAuth server may differ. */
export type ProxyFor = (url: string) => ProxySettings | undefined

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

export function readProxy(options: OptionReader, environment: Environment): ProxyFor {
  const given = options.raw('proxy')
  if (given === 'env') return (url) => fromEnvironment(options, environment, url)
  const proxy = typeof given === 'string' ? fromUrl(options, 'proxy', given) : undefined
  if (given !== undefined && given !== false && typeof given !== 'string')
    options.problems.add("proxy must be a URL, 'env' or false")
  return () => proxy
}

/** The usual variables, lower case first as in curl. https://everything.curl.dev/usingcurl/proxies/env.html */
function fromEnvironment(options: OptionReader, environment: Environment, target: string): ProxySettings | undefined {
  if (!URL.canParse(target)) return undefined // that is a problem of its own
  const url = new URL(target)
  const scheme = url.protocol.slice(0, -1)
  const found = firstSet(environment, [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY'])
  if (found === undefined) return undefined
  const exceptions = firstSet(environment, ['no_proxy', 'NO_PROXY'])?.value ?? ''
  return isExcepted(url, exceptions) ? undefined : fromUrl(options, `proxy (from ${found.name})`, found.value)
}

/** The URL itself is not shown: it may contain a password. */
function fromUrl(options: OptionReader, name: string, value: string): ProxySettings | undefined {
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    options.problems.add(`${name} must be an http:// or https:// URL`)
    return undefined
  }
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`
  const header = `Basic ${Buffer.from(credentials).toString('base64')}`
  return { origin: url.origin, authorization: credentials === ':' ? undefined : () => header }
}

/** A password with a `%` that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `NO_PROXY`: `*`, or names, each also for those below it, addresses and networks; a port narrows an entry to itself. */
export function isExcepted(url: URL, exceptions: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port
  const entries = exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
  return entries.some((entry) => {
    const { name, port: ownPort } = partsOf(entry)
    return covers(name, host) && (ownPort === undefined || ownPort === port)
  })
}

/** Colons are part of an IPv6 address, unless it stands in brackets. */
function partsOf(entry: string): { name: string; port: string | undefined } {
  if (isIP(entry.split('/', 1)[0] ?? '') === 6) return { name: entry, port: undefined }
  const [, bracketed, plain = '', port] = /^(?:\[(.*)\]|(.*?))(?::(\d+))?$/.exec(entry) ?? []
  return { name: bracketed ?? plain, port }
}

function covers(name: string, host: string): boolean {
  if (name === '*') return true
  if (isIP(host) !== 0) return isInNetwork(host, name)
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '')
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

/** The network is an address, or one with the length of its prefix: `10.0.0.0/8`. */
function isInNetwork(address: string, network: string): boolean {
  const [base = '', length] = network.split('/')
  const family = isIP(base)
  if (family === 0 || family !== isIP(address)) return false
  const longest = family === 6 ? 128 : 32
  const prefix = length === undefined ? longest : Number(length)
  if (!/^\d+$/.test(length ?? '0') || prefix > longest) return false
  const type = family === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(base, prefix, type)
  return list.check(address, type)
}
