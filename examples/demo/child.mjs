/** A process of the demo: started, listened to, ended by its pid. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const endLimitMs = 15_000
const running = new Map()

// The stacks are short because the demo prints an event in full.
const nodeArguments = ['--stack-trace-limit=3', '--import', new URL('follow-parent.mjs', import.meta.url).href]

/** Runs a script in a process of its own. What it sends is kept in `heard`; what it writes appears under its name. */
export function startChild(name, script, environment) {
  const child = fork(new URL(script, import.meta.url), [], {
    env: { ...process.env, ...environment },
    execArgv: nodeArguments,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.error(`[${name}] ${line}`))
  }
  const heard = {}
  child.on('message', (message) => Object.assign(heard, message))
  const gone = goes(child)
  running.set(child, gone)
  gone.catch(() => undefined).finally(() => running.delete(child))

  return {
    pid: child.pid,
    heard,
    gone,
    tell: (message) => child.send(message),
    /** Resolves with what the process sends under this name. */
    async told(key, signal) {
      while (!(key in heard)) {
        const ended = await Promise.race([once(child, 'message', { signal }).then(() => undefined), gone])
        if (ended) throw endedEarly(name, ended)
      }
      return heard[key]
    },
    /** Ends it as a platform ends a service: SIGTERM, time to close, and only then SIGKILL. */
    async end(signal) {
      const startedAt = performance.now()
      const limit = AbortSignal.any([signal, AbortSignal.timeout(endLimitMs)])
      limit.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
      child.kill('SIGTERM')
      return { ...(await gone), inTime: !limit.aborted, tookMs: performance.now() - startedAt }
    },
  }
}

/** Nothing that was started stays behind. */
export async function endAll() {
  for (const child of running.keys()) child.kill('SIGKILL')
  await Promise.allSettled(running.values())
}

async function goes(child) {
  // Both: its last message may come after its last output.
  const [[code, endedBy]] = await Promise.all([once(child, 'close'), once(child, 'disconnect')])
  return { code, endedBy }
}

function endedEarly(name, { code, endedBy }) {
  return new Error(`${name} ended early, with ${endedBy ?? `exit code ${code}`}`)
}
