/** The option `token`: checked without ever being shown, and turned into a source whose secrets live in closures only. */
import { resolve } from 'node:path'

import type { Environment } from './environment.ts'
import { firstSet } from './environment.ts'
import { isLoopback } from './loopback.ts'
import type { ProxyFor, ProxySettings } from './proxy.ts'
import type { OptionReader } from './reader.ts'
import { isRecord } from './reader.ts'

/** A function that gives the token, now or later. */
export type TokenFunction = () => string | Promise<string>

/**
 * - a string
 * - `{ file }`: read again when it changes and after a 401 or 403
 * - `{ module, export }`: a function of a module, also in a worker; `module` is a package name or a path
 * - a function, in process only
 * - `{ oauth }`: client credentials, renewed before they expire
 */
export type TokenOption = string | TokenFile | ModuleExport | TokenFunction | TokenByOAuth

/** A token that stands in a file, such as a mounted secret. */
export interface TokenFile {
  /** Path of the file. */
  readonly file: string
}

/** A token that Dynatrace's single sign-on gives. */
export interface TokenByOAuth {
  /** The client's credentials. */
  readonly oauth: OAuthOptions
}

/** A function by the module that exports it, since functions do not cross a thread. */
export interface ModuleExport {
  /** Package name, absolute path, or path relative to the working directory. */
  readonly module: string
  /**
   * Name of the export.
   * @defaultValue 'default'
   */
  readonly export?: string
}

/** https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/oauth-clients */
export interface OAuthOptions {
  /** Of an OAuth client of the account. */
  readonly clientId: string
  /** Sent to `tokenUrl` only, and shown nowhere. */
  readonly clientSecret: string
  /**
   * Where tokens are asked for.
   * @defaultValue 'https://sso.dynatrace.com/sso/oauth2/token'
   */
  readonly tokenUrl?: string
  /**
   * What the token is for, scopes between spaces.
   * @defaultValue the scope of the endpoint, such as `openpipeline:events:ingest`
   */
  readonly scope?: string
  /** Such as `urn:dtaccount:<uuid>`. */
  readonly resource?: string
}

/** Where the token comes from. Secrets are behind functions, so that no inspection, clone or dump of settings holds one. */
export type TokenSource =
  | { readonly kind: 'fixed'; readonly token: () => string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'function'; readonly read: TokenFunction }
  | { readonly kind: 'module'; readonly module: string; readonly name: string }
  | OAuthSource

export interface OAuthSource {
  readonly kind: 'oauth'
  readonly tokenUrl: string
  /** Body of the request; it holds the secret. */
  readonly form: () => string
  readonly proxy: ProxySettings | undefined
}

/** In this order; the first that is set and not empty counts. */
export const TOKEN_VARIABLES = ['OPENPIPELINE_TOKEN', 'DT_API_TOKEN', 'DT_PLATFORM_TOKEN', 'DYNATRACE_API_TOKEN']

const SSO_URL = 'https://sso.dynatrace.com/sso/oauth2/token'

/** What Node accepts in a header without quoting; control characters would only be refused at the first request. */
const PRINTABLE = /^[\x21-\x7e]+$/

const NO_TOKEN: TokenSource = { kind: 'fixed', token: () => '' }

/** Of what else the options say, it needs where events are posted and what proxy leads to a URL. */
export interface Target {
  readonly ingestUrl: string
  readonly proxyFor: ProxyFor
}

export function readTokenSource(options: OptionReader, environment: Environment, target: Target): TokenSource {
  const given = options.raw('token')
  if (typeof given === 'function') return { kind: 'function', read: () => Reflect.apply(given, undefined, []) }
  if (isRecord(given)) return readObject(options.group('token'), given, target)
  const fallback = firstSet(environment, TOKEN_VARIABLES)
  const token = given ?? fallback?.value
  const name = given === undefined && fallback !== undefined ? `token (from ${fallback.name})` : 'token'
  const fault = token === undefined ? MISSING : faultOfToken(token)
  if (fault === undefined && typeof token === 'string') return { kind: 'fixed', token: () => token }
  options.problems.add(`${name} ${fault}`)
  return NO_TOKEN
}

const MISSING = `is missing; give an access token with the scope openpipeline.events, or set ${TOKEN_VARIABLES[0]}`

/** Never quotes the token, not even in part: a mistyped one may still be somebody's secret. */
export function faultOfToken(token: unknown): string | undefined {
  if (typeof token !== 'string') return `must be a string, got a value of type ${typeof token}`
  if (/^(bearer|api-token)\s/i.test(token))
    return 'must be the token alone, without "Bearer" or "Api-Token" in front of it'
  if (token.trim() === '') return 'is empty'
  if (/^(["']).*\1$/.test(token)) return 'stands in quotes, which are sent along; remove them'
  if (token.startsWith('dt0s02.')) return 'is the secret of an OAuth client; give it as token.oauth.clientSecret'
  if (/^(~|\.{0,2})\//.test(token)) return 'is the path of a file; give it as { file }'
  if (PRINTABLE.test(token)) return undefined
  if (token.trim() !== token) return 'has white space or a line break at an end; remove it'
  return 'contains a control character, a space or a letter outside ASCII; copy it again'
}

function readObject(group: OptionReader, given: Readonly<Record<string, unknown>>, target: Target): TokenSource {
  if ('oauth' in given) return readOAuth(group, target)
  if (!('file' in given) && !('module' in given)) {
    const known = '{ file }, { module, export }, a function or { oauth }'
    group.problems.add(`token must be a string, ${known}, got another object`)
    return NO_TOKEN
  }
  const key = 'file' in given ? 'file' : 'module'
  // Absent is wrong as well here: it may come from a variable that is not set.
  if (group.raw(key) === undefined) group.problems.add(`${group.name(key)} must be a non-empty string`)
  const place = group.string(key) ?? ''
  const name = key === 'module' ? (group.string('export') ?? 'default') : ''
  group.refuseOthers()
  return key === 'file' ? { kind: 'file', file: resolve(place) } : { kind: 'module', module: place, name }
}

function readOAuth(group: OptionReader, { ingestUrl, proxyFor }: Target): TokenSource {
  const oauth = group.group('oauth')
  const clientId = readSecret(oauth, 'clientId')
  const clientSecret = readSecret(oauth, 'clientSecret')
  const tokenUrl = oauth.string('tokenUrl') ?? SSO_URL
  const scope = oauth.string('scope') ?? scopeOf(ingestUrl)
  const resource = oauth.string('resource')
  // Not shown: it may contain a password.
  if (!isSafe(tokenUrl)) oauth.problems.add(`${oauth.name('tokenUrl')} must be an https:// URL without a user name`)
  oauth.refuseOthers()
  group.refuseOthers()
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId })
  form.set('client_secret', clientSecret)
  form.set('scope', scope)
  if (resource !== undefined) form.set('resource', resource)
  const text = form.toString()
  return { kind: 'oauth', tokenUrl, form: () => text, proxy: proxyFor(tokenUrl) }
}

function readSecret(reader: OptionReader, key: string): string {
  const value = reader.raw(key)
  if (typeof value === 'string' && value.trim() !== '') return value
  reader.problems.add(`${reader.name(key)} must be a non-empty string`)
  return ''
}

function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { hostname, password, protocol, username } = new URL(url)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** `/platform/ingest/v1/events.sdlc` → `openpipeline:events.sdlc:ingest`. https://docs.dynatrace.com/docs/shortlink/openpipeline-how-to-ingestion */
function scopeOf(ingestUrl: string): string {
  const custom = /\/platform\/ingest\/custom\/([\w.]+)\//.exec(ingestUrl)?.[1]
  const builtIn = /\/platform\/ingest\/v1\/([\w.]+)/.exec(ingestUrl)?.[1]
  return custom === undefined ? `openpipeline:${builtIn ?? 'events'}:ingest` : `openpipeline:${custom}.custom:ingest`
}
