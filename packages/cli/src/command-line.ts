/** From arguments to a command: picks it, shows help and version, and turns every failure into words and an exit code. */
import { readFileSync } from 'node:fs'

import { closest } from './closest.ts'
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './command.ts'
import { checkCommand } from './check/check.ts'
import { pipeCommand } from './pipe/pipe.ts'
import { receiveCommand } from './receive/receive.ts'
import { replayCommand } from './replay/replay.ts'
import { shipCommand } from './ship/ship.ts'
import { UsageError } from './usage-error.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  check: checkCommand,
  pipe: pipeCommand,
  receive: receiveCommand,
  replay: replayCommand,
  ship: shipCommand,
}

export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === undefined) throw new UsageError(`which command?\n\n${overview()}`)
    if (name === '--version') return print(version())
    if (name === '--help' || name === '-h') return print(overview())
    if (name === 'help') return print(rest[0] === undefined ? overview() : commandNamed(rest[0]).help)
    const command = commandNamed(name)
    if (rest.includes('--help') || rest.includes('-h')) return print(command.help)
    return await command.run(rest)
  } catch (error) {
    return explain(error, name)
  }
}

function commandNamed(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command !== undefined) return command
  const meant = closest(name, Object.keys(COMMANDS))
  const suggestion = meant === undefined ? '' : `; did you mean "${meant}"?`
  throw new UsageError(`there is no command "${name}"${suggestion}\n\n${overview()}`)
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  return [
    'Usage: openpipeline <command> [options]',
    '',
    'Commands',
    ...lines,
    '',
    'openpipeline <command> --help tells more about one; openpipeline --version tells the version.',
  ].join('\n')
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isManifest ? String(manifest.version) : 'unknown'
}

function print(text: string): number {
  process.stdout.write(`${text.trimEnd()}\n`)
  return EXIT_OK
}

function explain(error: unknown, name: string | undefined): number {
  const command = name === undefined || !Object.hasOwn(COMMANDS, name) ? 'openpipeline' : `openpipeline ${name}`
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${command}: ${message}\n`)
  if (!(error instanceof UsageError)) return EXIT_FAILED
  if (command !== 'openpipeline') process.stderr.write(`See: ${command} --help\n`)
  return EXIT_USAGE
}
