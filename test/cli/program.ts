/** Runs the built `openpipeline` as a process of its own, ended after the test. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const bin = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url))

export interface Program {
  readonly process: ChildProcess
  /** All of stdout so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until both outputs together match, and gives the match. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly exit: Promise<number | NodeJS.Signals>
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What it reads; a number is an open file, and nothing at all leaves stdin to the test. */
  readonly stdin?: string | Buffer | number
}

/** Without the variables of the machine that the program would read. */
export function start(args: readonly string[], { env = {}, stdin }: ProgramOptions = {}): Program {
  const options = { stdio: [typeof stdin === 'number' ? stdin : 'pipe', 'pipe', 'pipe'] } satisfies SpawnOptions
  const child = spawn(process.execPath, [bin, ...args], { ...options, env: { PATH: process.env.PATH, ...env } })
  if (stdin !== undefined && typeof stdin !== 'number') child.stdin?.end(stdin)
  return watch(child)
}

export function watch(child: ChildProcess): Program {
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  const onData = (): void => {
    for (const listener of listeners) listener()
  }
  child.stdin?.on('error', () => undefined)
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString())).on('data', onData)
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString())).on('data', onData)
  const exit = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals)[]) => code ?? signal ?? 'SIGKILL')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stdout + stderr)
        if (match === null) return
        listeners.delete(look)
        resolve(match)
      }
      listeners.add(look)
      look()
      void exit.then((code) => reject(new Error(`ended (${code}) without printing ${pattern}:\n${stdout}${stderr}`)))
    })
  return { process: child, stdout: () => stdout, stderr: () => stderr, printed, exit }
}

/** A file for the time of the test. */
export function temporaryFile(content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'file')
  writeFileSync(file, content)
  return file
}
