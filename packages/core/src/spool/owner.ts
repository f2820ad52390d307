/** Who a spool directory belongs to: its name says it, so that taking one over is a single rename that only one process can win. */
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, told apart from every other one that ever had its number. */
export interface Owner {
  /** The start of the machine. */
  readonly boot: string
  /** The namespace its number counts in; a container has its own. */
  readonly namespace: string
  readonly pid: number
  /** When it started, as the kernel counts. */
  readonly startedAt: string
}

/** What can be found out about processes; tests pass in their own. */
export interface Processes {
  readonly self: Owner
  /** Of a process that runs in our namespace now; undefined where there is none. */
  startedAt(pid: number): string | undefined
}

const NAME = /^i-([0-9a-f]{8})-(\d{1,20})-(\d{1,10})-(\d{1,20})-[0-9a-f]{8}$/

/** A directory whose owner has let go of it. */
const FREE_NAME = /^f-[0-9a-f]{8}$/

/** In front of the name while the directory is made or removed. */
export const HIDDEN = 'n-'

export function ownedName({ boot, namespace, pid, startedAt }: Owner, unique: string): string {
  return `i-${boot}-${namespace}-${pid}-${startedAt}-${unique}`
}

export function freeName(unique: string): string {
  return `f-${unique}`
}

/** `free`: nobody's. `undefined`: not a writer's directory, which is left alone. */
export function ownerOf(name: string): Owner | 'free' | undefined {
  if (FREE_NAME.test(name)) return 'free'
  const [, boot, namespace, pid, startedAt] = NAME.exec(name) ?? []
  if (boot === undefined || namespace === undefined || pid === undefined || startedAt === undefined) return undefined
  return { boot, namespace, pid: Number(pid), startedAt }
}

/** Whose hidden directory this is: the one who is making or removing it. */
export function hiddenOwnerOf(name: string): Owner | undefined {
  const owner = name.startsWith(HIDDEN) ? ownerOf(name.slice(HIDDEN.length)) : undefined
  return owner === 'free' ? undefined : owner
}

/** Longest time without a heartbeat of a directory that is in use. A process paused for longer finds out and begins another. */
export const STALE_MS = 300_000

/** After a longer pause the directory may be another's; then it is looked at before anything is written. */
export const PAUSE_MS = 60_000

/** Whether somebody writes there. `heartbeatAgeMs` is by the clock of the volume, not by ours. */
export function isInUse(owner: Owner, heartbeatAgeMs: number, processes: Processes): boolean {
  const { self } = processes
  if (heartbeatAgeMs > STALE_MS) return false
  // Processes of another machine or container cannot be seen from here: there only the heartbeat speaks.
  if (owner.boot !== self.boot || owner.namespace !== self.namespace) return true
  return processes.startedAt(owner.pid) === owner.startedAt
}

export const systemProcesses: Processes = {
  self: {
    boot: createHash('sha256').update(bootId()).digest('hex').slice(0, 8),
    namespace: attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? '0',
    pid: process.pid,
    startedAt: startOf(process.pid) ?? '0',
  },
  startedAt: startOf,
}

/** Where the kernel has no such id, the machine's name; then the heartbeat tells a restart. */
function bootId(): string {
  return attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) ?? hostname()
}

/** Field 22 of /proc/<pid>/stat, and nothing for a process that has ended and waits for its parent. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function startOf(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  if (stat === undefined) return process.platform === 'linux' ? undefined : signalled(pid)
  // The name in parentheses may hold anything, so fields are counted from the last one.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : fields[18]
}

/** Without /proc there is no start time; a number that was given again is found out by its heartbeat. */
function signalled(pid: number): string | undefined {
  return attempt(() => (process.kill(pid, 0) ? '0' : undefined))
}

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
