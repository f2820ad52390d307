/** A server program from Debian: started with a configuration in a folder of its own on a free port, ended by its process id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chmodSync, constants, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

/** How a program is started, once its folder and port are known. */
export interface Recipe {
  readonly program: string
  readonly args: readonly string[]
  /** Files of its folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** Where a program stands: what its configuration needs to know. */
export interface Place {
  readonly folder: string
  readonly port: number
}

export interface Daemon extends Place {
  /** What it wrote to stdout and stderr. */
  readonly output: string
  /** Ends it and starts another in its place, on the same port. */
  replace(recipe: (place: Place) => Recipe): Promise<void>
  /** Ends it; `start` on the same port is possible at once. */
  stop(): Promise<void>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

/** Debian keeps servers where the PATH of an ordinary user does not look. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin']

const READY_MS = 15_000
const TRIES = 3

export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find(isExecutable)
}

export async function startDaemon(recipe: (place: Place) => Recipe): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-server-'))
  chmodSync(folder, 0o755) // some of them give up root first and read their files then
  for (let attempt = 1; ; attempt++) {
    const daemon = new Program({ folder, port: await freePort() })
    try {
      await daemon.replace(recipe)
      return daemon
    } catch (error) {
      // Between finding a free port and binding it another program may have taken it.
      if (attempt < TRIES && /in use/i.test(daemon.output)) continue
      await daemon.remove()
      throw error
    }
  }
}

/** A port on which nothing listens: below the range from which the system takes those of outgoing connections, so that it stays free. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}

class Program implements Daemon {
  readonly folder: string
  readonly port: number
  #child: ChildProcess | undefined
  #exited: Promise<unknown> = Promise.resolve()
  #hasEnded = true
  output = ''

  constructor({ folder, port }: Place) {
    this.folder = folder
    this.port = port
  }

  async replace(recipe: (place: Place) => Recipe): Promise<void> {
    await this.stop()
    const { program, args, files } = recipe(this)
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(this.folder, name), text)
      chmodSync(join(this.folder, name), name.endsWith('.key') ? 0o600 : 0o644)
    }
    const child = spawn(findProgram(program) ?? program, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#hasEnded = false
    this.#exited = once(child, 'exit')
      .catch((error: unknown) => this.#hear(String(error)))
      .finally(() => (this.#hasEnded = true))
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => this.#hear(String(chunk)))
    await this.#listening(program)
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#child = undefined
    // Not SIGQUIT: what is under way in a server that goes away is part of the tests.
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), 3000)
    await this.#exited
    clearTimeout(impatience)
  }

  async remove(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #listening(program: string): Promise<void> {
    const deadline = performance.now() + READY_MS
    while (!(await accepts(this.port))) {
      if (this.#hasEnded) throw new Error(`${program} has ended: ${this.output}`)
      if (performance.now() > deadline) throw new Error(`${program} does not listen on ${this.port}: ${this.output}`)
      await after(10)
    }
  }

  #hear(text: string): void {
    this.output = (this.output + text).slice(-8000)
  }
}

/** The connection is closed again before a byte is sent. One that is reset at once was taken, too. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', (error) => resolve('code' in error && error.code === 'ECONNRESET'))
    socket.once('connect', () => socket.destroy())
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
