/** Calls into a child process: one at a time, a name and an argument out, a value or an error back. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** No single call takes longer; a child that hangs is ended. */
const CALL_LIMIT_MS = 180_000

/** The child's side. */
export function serve(calls) {
  process.once('disconnect', () => process.exit(0)) // without its owner it has no purpose
  process.on('SIGINT', () => undefined) // reaches the whole group; the owner decides
  process.on('message', async ({ name, argument }) => {
    try {
      process.send({ value: await calls[name](argument) })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
}

/** The owner's side. */
export class Child {
  #process
  #errorOutput = ''

  constructor(file, execArgv = []) {
    const program = fileURLToPath(new URL(file, import.meta.url))
    this.#process = fork(program, { execArgv, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#process.stderr.on('data', (chunk) => (this.#errorOutput = (this.#errorOutput + chunk).slice(-2000)))
  }

  /** What it has said on stderr, the end of it. */
  get errorOutput() {
    return this.#errorOutput.trim()
  }

  async call(name, argument = {}) {
    this.#process.send({ name, argument })
    const { value, error } = await this.#reply(name)
    if (error !== undefined) throw new Error(`${name}: ${error}`)
    return value
  }

  async end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  #reply(name) {
    return new Promise((resolve, reject) => {
      const settle = (done, value) => {
        clearTimeout(timer)
        this.#process.off('message', onMessage).off('exit', onExit)
        done(value)
      }
      const onMessage = (message) => settle(resolve, message)
      const onExit = (code, signal) =>
        settle(reject, new Error(`ended (${signal ?? code}) within ${name}\n${this.errorOutput}`))
      const timer = setTimeout(() => settle(reject, new Error(`${name} took too long`)), CALL_LIMIT_MS)
      this.#process.on('message', onMessage).on('exit', onExit)
    })
  }
}
