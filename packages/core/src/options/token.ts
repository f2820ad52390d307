/** The token: found, checked without ever being shown, and kept in a closure that answers with the Authorization header. */
import type { OptionReader } from './reader.ts'

/** Gives the value of the Authorization header. A function, so that no options object, inspection or dump holds the token. */
export type Authorization = () => string

/** In this order; the first that is set and not empty counts. */
const TOKEN_VARIABLES = ['OPENPIPELINE_TOKEN', 'DT_API_TOKEN', 'DT_PLATFORM_TOKEN', 'DYNATRACE_API_TOKEN']

/** What Node accepts in a header without quoting; control characters would only be refused at the first request. */
const PRINTABLE = /^[\x21-\x7e]+$/

export function readAuthorization(
  options: OptionReader,
  environment: Readonly<Record<string, string | undefined>>,
): Authorization {
  const given = options.raw('token')
  const variable = TOKEN_VARIABLES.find((name) => (environment[name] ?? '') !== '')
  const name = given === undefined && variable !== undefined ? `token (from ${variable})` : 'token'
  const token = given ?? (variable === undefined ? undefined : environment[variable])
  const fault = faultOf(token)
  if (fault !== undefined) options.problems.add(`${name} ${fault}`)
  const header = authorizationHeader(typeof token === 'string' ? token : '')
  return () => header
}

/**
 * Classic access tokens have their own scheme, everything else is a bearer token.
 * https://docs.dynatrace.com/docs/shortlink/api-authentication
 */
export function authorizationHeader(token: string): string {
  return token.startsWith('dt0c01.') ? `Api-Token ${token}` : `Bearer ${token}`
}

/** Never quotes the token, not even in part: a mistyped one may still be somebody's secret. */
function faultOf(token: unknown): string | undefined {
  if (token === undefined)
    return `is missing; give an access token with the scope openpipeline.events, or set ${TOKEN_VARIABLES[0]}`
  if (typeof token !== 'string')
    return `must be a string, got ${Array.isArray(token) ? 'an array' : `a value of type ${typeof token}`}`
  if (/^(bearer|api-token)\s/i.test(token))
    return 'must be the token alone, without "Bearer" or "Api-Token" in front of it'
  if (token.trim() === '') return 'is empty'
  if (PRINTABLE.test(token)) return undefined
  if (token.trim() !== token) return 'has white space or a line break at an end; remove it'
  return 'contains a control character, a space or a letter outside ASCII; copy it again'
}
