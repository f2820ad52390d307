/** Checks the token of a request as the service does, and hides its secret part from everything that is kept. */
import type { Refusal } from './refusal.ts'

/** Answers with a 401, or with nothing where the request may go on. Without an expected token everyone may. */
export function authorize(
  expected: string | undefined,
  authorization: string | undefined,
  apiToken: string | null,
): Refusal | undefined {
  // `?api-token=` is documented as a second way, though not recommended.
  if (expected === undefined || apiToken === expected) return undefined
  const scheme = expected.startsWith('dt0c01.') ? 'Api-Token' : 'Bearer'
  if (authorization === undefined)
    return unauthorized(`the Authorization header is missing, expected: ${scheme} <token>`)
  const [sentScheme = '', sentToken] = authorization.trim().split(/\s+/)
  if (sentToken !== expected) return unauthorized('the token is not the one this receiver was started with')
  if (sentScheme.toLowerCase() === scheme.toLowerCase()) return undefined
  return unauthorized(`this kind of token goes with the scheme ${scheme}, not ${sentScheme}`)
}

/** `Api-Token dt0c01.PUBLIC.SECRET` → `Api-Token dt0c01.PUBLIC.***`; only the public part of a Dynatrace token may be kept. */
export function maskAuthorization(authorization: string): string {
  const [scheme = '', token] = authorization.trim().split(/\s+/)
  if (token === undefined) return '***'
  const publicPart = /^(dt0[a-z]\d\d\.[^.]+)\.[^.]+$/i.exec(token)?.[1]
  return publicPart === undefined ? `${scheme} ***` : `${scheme} ${publicPart}.***`
}

function unauthorized(reason: string): Refusal {
  return { status: 401, message: `Token Authentication failed: ${reason}` }
}
