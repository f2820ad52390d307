/** A folder with the packed packages and the loggers, as after the `npm install` of a user, and programs that run in it. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll } from 'vitest'
import { watch, type Program } from '../cli/program.ts'
import { onceARun } from '../support/once-a-run.ts'
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

/** With the loggers that this repository is tested with: installed once for all test files, each of which gets a folder within. */
export async function sharedApp(): Promise<App> {
  const tarballs = await packAll()
  const installed = await onceARun('app', async (folder) => {
    await npmInstall(folder, [...tarballs, ...['pino', 'winston', '@types/node'].map(here)])
    return folder
  })
  const folder = mkdtempSync(join(installed, 'of-a-test-'))
  return appIn(folder, installed, tarballs)
}

/** With other loggers, given as `npm install` takes them. */
export async function installApp(loggers: readonly string[]): Promise<App> {
  const tarballs = await packAll()
  const folder = newFolder()
  await npmInstall(folder, [...tarballs, ...loggers])
  return appIn(folder, folder, tarballs)
}

function appIn(folder: string, installed: string, tarballs: readonly string[]): App {
  const path = [join(installed, 'node_modules/.bin'), process.env.PATH].join(delimiter)
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
