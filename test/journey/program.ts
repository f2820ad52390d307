/** Runs a program of `programs/` as a process of its own, and tells what it reported, what it wrote, and how and when it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DiagnosticEvent, FlushResult, Stats } from 'openpipeline-core'

const programs = {
  'bad-input': new URL('./programs/bad-input.mjs', import.meta.url),
  chatter: new URL('./programs/chatter.mjs', import.meta.url),
  'hostile-values': new URL('./programs/hostile-values.mjs', import.meta.url),
  'log-and-end': new URL('./programs/log-and-end.mjs', import.meta.url),
  outage: new URL('./programs/outage.mjs', import.meta.url),
  service: new URL('./programs/service.mjs', import.meta.url),
}

export interface ProgramOptions {
  /** Arguments of Node itself. */
  readonly nodeArguments?: readonly string[]
  /** Its environment, on top of PATH. */
  readonly env?: Readonly<Record<string, string>>
  /** Its working directory. */
  readonly cwd?: string
  /** Whose it is; needs root. */
  readonly uid?: number | undefined
  /** A command that runs it. */
  readonly prefix?: readonly string[]
  /** It is killed when it has not ended by then. */
  readonly limitMs?: number
}

/** What a program reports; of what it says several times, the last. */
export interface Said {
  readonly logged?: number
  readonly stats?: Partial<Stats>
  readonly flushed?: FlushResult | null
  readonly flushedAfterMs?: number
  readonly closed?: FlushResult | null
  readonly closedAfterMs?: number
  /** An `error` event of the transport or the logger. */
  readonly error?: string
  readonly [other: string]: unknown
}

type DiagnosticLine = DiagnosticEvent & { readonly openpipeline: string; readonly more?: number }

export interface Ended {
  readonly exit: number | NodeJS.Signals
  readonly said: Said
  readonly stdout: string
  readonly stderr: string
  /** Lines on stderr that are our diagnostics. */
  readonly diagnostics: readonly DiagnosticLine[]
  /** All other lines on stderr. */
  readonly otherLines: readonly string[]
  readonly wallMs: number
}

export class Program {
  readonly #child: ChildProcess
  readonly #startedAt = performance.now()
  readonly #listeners = new Set<() => void>()
  #said: Said = {}
  #stdout = ''
  #stderr = ''
  readonly ended: Promise<Ended>

  /** `name`: one of `programs`, or where another one stands. */
  constructor(name: keyof typeof programs | URL, given: object, options: ProgramOptions) {
    const { nodeArguments = [], limitMs = 30_000, prefix = [], uid } = options
    const program = name instanceof URL ? name : programs[name]
    const args = [...nodeArguments, fileURLToPath(program), JSON.stringify(given)]
    // Without the variables of this machine that name a URL or a token.
    const env = { PATH: process.env['PATH'] ?? '', ...options.env }
    const [command = '', ...rest] = [...prefix, process.execPath, ...args]
    this.#child = spawn(command, rest, {
      env,
      cwd: options.cwd,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid }),
    })
    const [stdin, stdout, stderr, reports] = this.#child.stdio
    stdin?.on('error', () => undefined)
    stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()))
    stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    createInterface({ input: reports as Readable }).on('line', (line) => {
      this.#said = { ...this.#said, ...(JSON.parse(line) as Said) }
      for (const listener of this.#listeners) listener()
    })
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), limitMs)
    this.ended = this.#end().finally(() => clearTimeout(limit))
    this.ended.catch(() => undefined)
  }

  /** What it has reported so far. */
  get said(): Said {
    return this.#said
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** What it reports under this name, once it does. */
  async told(name: string): Promise<unknown> {
    return (await this.#until(({ [name]: value }) => value !== undefined, name))[name]
  }

  /** All that it has reported, once it reports this value. */
  reported(name: string, value: unknown): Promise<Said> {
    return this.#until((said) => said[name] === value, `${name} ${String(value)}`)
  }

  #until(isSo: (said: Said) => boolean, what: string): Promise<Said> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isSo(this.#said)) return
        this.#listeners.delete(look)
        resolve(this.#said)
      }
      this.#listeners.add(look)
      look()
      void this.ended.then(
        ({ exit, stderr }) => reject(new Error(`ended (${exit}) without telling ${what}\n${stderr}`)),
        reject,
      )
    })
  }

  /** Gives it a line on stdin. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async #end(): Promise<Ended> {
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null]
    const lines = this.#stderr.split('\n').filter((line) => line !== '')
    return {
      exit: code ?? signal ?? 'SIGKILL',
      said: this.#said,
      stdout: this.#stdout,
      stderr: this.#stderr,
      diagnostics: lines.map(diagnosticOf).filter((line) => line !== undefined),
      otherLines: lines.filter((line) => diagnosticOf(line) === undefined),
      wallMs: performance.now() - this.#startedAt,
    }
  }
}

function diagnosticOf(line: string): DiagnosticLine | undefined {
  if (!line.startsWith('{"openpipeline":')) return undefined
  return JSON.parse(line) as DiagnosticLine
}
