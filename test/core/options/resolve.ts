/** Options that are right, apart from what a test makes of them. */
import type { Settings } from '../../../packages/core/src/settings.ts'
import { resolveOptions } from '../../../packages/core/src/settings.ts'

export const URL_OK = 'https://abc12345.live.dynatrace.com'
export const TOKEN_OK =
  'dt0c01.ST2EY72KQINMH574WMNVI7YN.G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM'

type Environment = Readonly<Record<string, string | undefined>>

export function resolve(options: object = {}, environment: Environment = {}): Settings {
  return resolveOptions({ url: URL_OK, token: TOKEN_OK, ...options }, { name: 'test' }, environment)
}

/** What is said of these options. */
export function problemOf(options: unknown, environment: Environment = {}): string {
  try {
    resolveOptions(options, { name: 'test' }, environment)
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  throw new Error('these options are accepted')
}

/** The same, where everything else is right. */
export function problemWith(options: object, environment: Environment = {}): string {
  return problemOf({ url: URL_OK, token: TOKEN_OK, ...options }, environment)
}
