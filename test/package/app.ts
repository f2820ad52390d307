/** A folder with the packed packages and the loggers, as after the `npm install` of a user, and programs that run in it. All of it goes with the tests of the file. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll } from 'vitest'
import { watch, type Program } from '../cli/program.ts'
import { packAll, run } from './workspace.ts'

const require = createRequire(import.meta.url)

export interface App {
  readonly folder: string
  /** What `npm install` is told instead of a name. */
  readonly source: (name: string) => string
  /** Starts a file of the folder, or a shell. */
  readonly start: (program: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Program
  /** Writes a module and starts it. */
  readonly startModule: (text: string, env: Readonly<Record<string, string>>) => Program
}

const folders: string[] = []

/** Here and not within a hook, where vitest would forget it. */
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-app-'))
  folders.push(folder)
  return folder
}

/** The tarballs of the packages. */
export async function packForTests(): Promise<string[]> {
  return packAll(newFolder())
}

export async function installApp(
  tarballs: readonly string[],
  loggers: readonly string[] = [here('pino'), here('winston')],
): Promise<App> {
  const folder = newFolder()
  await npmInstall(folder, [...tarballs, ...loggers])
  const path = [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const start: App['start'] = (program, args, env = {}) =>
    watch(spawn(program, [...args], { cwd: folder, env: { PATH: path, HOME: folder, ...env } }))
  return {
    folder,
    source: (name) => tarballs.find((file) => file.includes(`/${name}-`)) ?? here(name),
    start,
    startModule(text, env) {
      const file = join(folder, `${randomUUID()}.mjs`)
      writeFileSync(file, text)
      return start(process.execPath, [file], env)
    },
  }
}

export async function npmInstall(folder: string, sources: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', private: true }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...sources], { cwd: folder })
}

/** `name@version` of what this repository is tested with. */
function here(name: string): string {
  const { version } = require(`${name}/package.json`) as { version: string }
  return `${name}@${version}`
}
