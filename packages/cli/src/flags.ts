/** Reads a command's flags with `util.parseArgs`, and says in one sentence what is wrong and what was meant. */
import { parseArgs, type ParseArgsConfig } from 'node:util'

import { closest } from './closest.ts'
import { UsageError } from './usage-error.ts'

export type FlagTypes = NonNullable<ParseArgsConfig['options']>

type Parsed<Types extends FlagTypes> = ReturnType<
  typeof parseArgs<{ options: Types; args: string[]; strict: true; allowPositionals: false }>
>['values']

export function readFlags<Types extends FlagTypes>(args: readonly string[], types: Types): Parsed<Types> {
  return parse(args, types, false).values
}

function parse<Types extends FlagTypes>(
  args: readonly string[],
  types: Types,
  allowPositionals: boolean,
): { values: Parsed<Types>; positionals: string[] } {
  try {
    return parseArgs({ options: types, args: [...args], strict: true, allowPositionals })
  } catch (error) {
    throw new UsageError(explain(error, Object.keys(types)), { cause: error })
  }
}

/** The same for a command that takes one argument beside its flags, such as a file. */
export function readFlagsAnd<Types extends FlagTypes>(
  argument: string,
  args: readonly string[],
  types: Types,
): { readonly flags: Parsed<Types>; readonly value: string } {
  const { values, positionals } = parse(args, types, true)
  const [value, ...others] = positionals
  if (value === undefined) throw new UsageError(`which ${argument}?`)
  if (others.length > 0) throw new UsageError(`one ${argument} at a time`)
  return { flags: values, value }
}

/** A whole number, or undefined where the flag was not given. */
export function readInteger(
  name: string,
  text: string | undefined,
  bounds: { from: number; to: number },
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= bounds.from && value <= bounds.to) return value
  throw new UsageError(`--${name} must be a whole number from ${bounds.from} to ${bounds.to}, got "${text}"`)
}

function explain(error: unknown, known: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error)
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1]
  if (unknown !== undefined) return explainUnknown(unknown, known)
  const needy = /^Option '(?:-\w, )?(--[\w-]+).*' argument (?:missing|is ambiguous)/.exec(message)?.[1]
  if (needy !== undefined) return `${needy} needs a value`
  // Not quoted: what stands alone may be a token that was meant for a flag.
  if (message.startsWith('Unexpected argument')) return 'there is an argument that belongs to no flag'
  return message.split('\n')[0] ?? message
}

function explainUnknown(flag: string, known: readonly string[]): string {
  if (flag === '--token') {
    return 'a token is not taken from the command line, where other users of the machine can read it: use OPENPIPELINE_TOKEN or --token-file'
  }
  const meant = closest(flag.replace(/^-+/, ''), known)
  const help = meant === undefined ? `known are --${known.join(', --')}` : `did you mean --${meant}?`
  return `there is no flag ${flag}; ${help}`
}
