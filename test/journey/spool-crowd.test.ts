/** Many processes with one spool: whatever becomes of them, each directory is taken over by one, and no record is lost. */
import { spawnSync } from 'node:child_process'
import { readdirSync, utimesSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect } from 'vitest'
import type { ReceiverProcess } from '../support/receiver-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import type { Journey } from './journey.ts'
import { it } from './journey.ts'
import type { Program, ProgramOptions } from './program.ts'

const busy = { status: 503, times: Infinity } as const

const TURNS = Number(process.env['TURNS'] ?? 40)

/** By the name of the directory. */
function writersIn(directory: string): string[] {
  const version = join(directory, 'v1')
  return readdirSync(version)
    .flatMap((key) => readdirSync(join(version, key)).map((name) => join(version, key, name)))
    .filter((path) => /\/i-/.test(path))
}

/** As if its writer had given no sign of life for an hour. */
function silence(directories: readonly string[]): void {
  const hourAgo = Date.now() / 1000 - 3600
  for (const path of directories) utimesSync(join(path, 'hb'), hourAgo, hourAgo)
}

const optionsWith = (directory: string): object => ({
  spool: { directory },
  retry: { minDelayMs: 10, maxDelayMs: 100 },
  batch: { lingerMs: 20 },
  enrichment: false,
  diagnostics: 'silent',
})

async function startTold(
  journey: Journey,
  receiver: ReceiverProcess,
  directory: string,
  options: ProgramOptions & { life: string },
): Promise<Program> {
  const { life, ...programOptions } = options
  const given = { way: 'winston', life, options: optionsWith(directory) } as const
  const program = journey.start(new URL('./programs/told-to.mjs', import.meta.url), receiver.url, given, programOptions)
  await program.told('ready')
  return program
}

async function does(program: Program, act: string): Promise<void> {
  program.tell(act)
  await program.reported('done', act)
}

describe('eight cluster workers and two worker threads with one spool', () => {
  it('lose nothing to random kills and pauses', { timeout: 120_000 }, async ({ journey }) => {
    const directory = temporaryFolder()
    const receiver = await journey.receive({ maxEvents: 5_000_000 })
    const crowd = new URL('./programs/crowd.mjs', import.meta.url)
    const given = { way: 'winston', options: optionsWith(directory) } as const
    const limits = { limitMs: 100_000 }
    const ofCluster = journey.start(crowd, receiver.url, { ...given, name: 'cluster', clusterWorkers: 8 }, limits)
    const ended: Program[] = []
    let ofThreads: Program | undefined
    const startThreads = (): void => {
      const name = `threads${ended.length}`
      ofThreads = journey.start(crowd, receiver.url, { ...given, name, threads: 2 }, limits)
      ended.push(ofThreads)
    }
    startThreads()
    await ofThreads?.told('pid threads0-1-1')
    const paused = new Set<number>()
    const killed = new Set<number>()
    /** Of workers that run; one that was killed is started again, which takes its time. */
    const running = (): number[] => pidsOf(ofCluster).filter((pid) => !killed.has(pid))
    for (let turn = 0; turn < TURNS; turn++) {
      await expect.poll(() => running().length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(3)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150))
      const pids = running()
      const pid = pids[Math.floor(Math.random() * pids.length)] ?? 0
      const drawn = Math.random()
      if (paused.delete(pid)) signal(pid, 'SIGCONT')
      else if (drawn < 0.3) {
        signal(pid, 'SIGSTOP')
        paused.add(pid)
      } else if (drawn < 0.9) {
        signal(pid, 'SIGKILL')
        killed.add(pid)
      } else {
        ofThreads?.signal('SIGKILL')
        startThreads()
      }
    }
    for (const pid of paused) signal(pid, 'SIGCONT')
    ofCluster.signal('SIGKILL')
    for (const pid of pidsOf(ofCluster)) signal(pid, 'SIGKILL')
    for (const program of ended) program.signal('SIGKILL')
    const reports = await Promise.all([ofCluster, ...ended].map(async (program) => (await program.ended).said))
    const logged = reports
      .flatMap((said) => Object.entries(said))
      .filter(([name]) => name.startsWith('logged '))
      .map(([name, count]): [string, number] => [name.slice(7), Number(count)])
    expect(logged.length).toBeGreaterThan(12)

    // Three at once come to clear up, and race for every directory.
    const last = ['x', 'y', 'z']
    await Promise.all(last.map((life) => startTold(journey, receiver, directory, { life })))
    const missing = async (): Promise<string[]> => {
      const [lives, ns] = [await receiver.ids('life'), await receiver.ids('n')]
      const arrived = new Set(lives.map((life, index) => `${String(life)} ${String(ns[index])}`))
      return logged.flatMap(([life, count]) =>
        Array.from({ length: count }, (_, index) => `${life} ${index + 1}`).filter((record) => !arrived.has(record)),
      )
    }
    await expect.poll(missing, { timeout: 60_000, interval: 500 }).toEqual([])
    const { distinct, events } = await receiver.stats()
    const senders = await sendersByLife(receiver)
    const takenOver = [...senders].filter(([life, names]) => names.some((name) => name !== life))
    console.log(
      `${logged.length} lives, ${distinct} records, ${events - distinct} delivered twice, ${takenOver.length} directories taken over`,
    )
    expect(takenOver.length).toBeGreaterThan(5)
    // Of a directory the next one sends only after the one before has ended: nobody comes twice.
    expect(takenOver.filter(([, names]) => new Set(names).size < names.length)).toEqual([])
    const atTheEnd = takenOver.map(([life, names]) => [life, names.filter((name) => last.includes(name))] as const)
    expect(atTheEnd.filter(([, names]) => names.length > 1)).toEqual([])
  })
})

/** Whose records were sent by whom, each sender once for each time in a row. */
async function sendersByLife(receiver: ReceiverProcess): Promise<Map<string, string[]>> {
  const [lives, senders] = [await receiver.ids('life'), await receiver.ids('sender')]
  const byLife = new Map<string, string[]>()
  for (const [index, life] of lives.map(String).entries()) {
    const names = byLife.get(life) ?? []
    byLife.set(life, names)
    const sender = String(senders[index])
    if (names.at(-1) !== sender) names.push(sender)
  }
  return byLife
}

function pidsOf(program: Program): number[] {
  return Object.entries(program.said)
    .filter(([name]) => name.startsWith('pid '))
    .map(([, pid]) => Number(pid))
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended already.
  }
}

describe('a writer that was paused for so long that another has taken its directory', () => {
  it('begins another one, and loses nothing', async ({ journey }) => {
    const directory = temporaryFolder()
    const receiver = await journey.receive({ script: [busy] })
    const first = await startTold(journey, receiver, directory, { life: 'first' })
    await does(first, 'log 20')
    const [before = ''] = writersIn(directory)
    first.signal('SIGSTOP')
    silence([before])
    await receiver.answer([])
    await startTold(journey, receiver, directory, { life: 'second' })
    await receiver.received(20, { distinct: true })
    await receiver.answer([busy])
    first.tell('jump 400000')
    first.tell('log 10')
    first.signal('SIGCONT')
    await first.reported('done', 'log 10')
    const own = writersIn(directory)
    expect(own).not.toContain(before)
    expect(own).toHaveLength(2)
    first.signal('SIGKILL')
    await first.ended
    await receiver.answer([])
    await startTold(journey, receiver, directory, { life: 'third' })
    await receiver.received(30, { distinct: true })
    expect(new Set(await receiver.ids('n')).size).toBe(30)
  })
})

const unshared = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']

describe('two containers with one volume', () => {
  it('leave each other alone, until one gives no sign of life', async ({ journey, skip }) => {
    if (spawnSync(unshared[0] ?? '', [...unshared.slice(1), 'true']).status !== 0) {
      expect(process.env['CI'], 'namespaces can be made').toBeUndefined()
      skip('needs the right to make namespaces')
    }
    const directory = temporaryFolder()
    const receiver = await journey.receive({ script: [busy] })
    const start = (life: string): Promise<Program> =>
      startTold(journey, receiver, directory, { life, prefix: unshared })
    const containers = [await start('first'), await start('second')]
    for (const container of containers) await does(container, 'log 20')
    const both = writersIn(directory)
    expect(both).toHaveLength(2)
    expect(new Set(both.map((path) => basename(path).split('-')[2])).size, 'namespaces').toBe(2)
    for (const container of containers) {
      container.signal('SIGKILL')
      await container.ended
    }
    await receiver.answer([])
    // It cannot tell from here that they have ended.
    const third = await start('third')
    await does(third, 'log 1')
    await receiver.received(1)
    expect(writersIn(directory)).toEqual(expect.arrayContaining(both))
    silence(both)
    await start('fourth')
    await receiver.received(41, { distinct: true })
    expect((await receiver.ids('life')).filter((life) => life !== 'third')).toHaveLength(40)
  })
})
