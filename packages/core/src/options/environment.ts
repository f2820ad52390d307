/** Environment variables as fallbacks of options. */

export type Environment = Readonly<Record<string, string | undefined>>

/** The first of these that is set and not blank, without white space around it. */
export function firstSet(
  environment: Environment,
  names: readonly string[],
): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = environment[name]?.trim()
    if (value !== undefined && value !== '') return { name, value }
  }
  return undefined
}
