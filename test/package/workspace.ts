/** The five published packages: where they are, how they are packed, and how a command is run on them. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onceARun } from '../support/once-a-run.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const packages = [
  { folder: 'core', name: 'openpipeline-core' },
  { folder: 'pino-openpipeline', name: 'pino-openpipeline' },
  { folder: 'winston-openpipeline', name: 'winston-openpipeline' },
  { folder: 'receiver', name: 'openpipeline-receiver' },
  { folder: 'cli', name: 'openpipeline-cli' },
] as const

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly packageManager?: string
  readonly publishConfig?: { readonly provenance?: boolean }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
}

/** Runs a program and answers with its standard output; a failure carries both outputs, because tsc writes to the first. */
export async function run(program: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }) {
  try {
    const { stdout } = await promisify(execFile)(program, args, { ...options, maxBuffer: 16_000_000 })
    return stdout
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string }
    throw new Error(`${basename(program)} ${args.join(' ')} failed\n${stdout ?? ''}\n${stderr ?? ''}`, { cause })
  }
}

/** The tarballs of the five packages, packed with pnpm, which replaces `workspace:` and `catalog:` by versions. */
export function packAll(): Promise<string[]> {
  return onceARun('tarballs', async (destination) => {
    const tarballs: string[] = []
    for (const { folder, name } of packages) {
      await pnpm(['pack', '--pack-destination', destination], join(root, 'packages', folder))
      tarballs.push(join(destination, `${name}-${manifestOf(`packages/${folder}`).version}.tgz`))
    }
    return tarballs
  })
}

function pnpm(args: readonly string[], cwd: string): Promise<string> {
  // Set by whichever package manager started us; from an editor there is none.
  const running = process.env.npm_execpath ?? ''
  if (/^pnpm\.[cm]?js$/.test(basename(running))) return run(process.execPath, [running, ...args], { cwd })
  const pinned = manifestOf('.').packageManager?.split('+')[0] ?? 'pnpm'
  return run('npx', ['--yes', pinned, ...args], { cwd })
}
