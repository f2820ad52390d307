/** What the system knows of threads, memory and the machine. Where it is not Linux, most of it is not known. */
import { readFileSync, writeFileSync } from 'node:fs'

/** A tick of the kernel's accounting. */
const TICK_US = 10_000

function read(file) {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}

/** CPU time of the main thread, whatever the worker threads do. */
export function mainThreadUs() {
  const text = read(`/proc/self/task/${process.pid}/schedstat`)
  return text === undefined ? undefined : Number(text.split(' ')[0]) / 1000
}

/** CPU time of the whole machine, all processes together. */
export function busyUs() {
  const text = read('/proc/stat')
  if (text === undefined) return undefined
  const [user, nice, system, , , irq, softIrq, steal] = text.split('\n')[0].split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softIrq + steal) * TICK_US
}

/** The most memory since `resetPeakRss`, in bytes. */
export function peakRss() {
  const match = /VmHWM:\s+(\d+)/.exec(read('/proc/self/status') ?? '')
  return match === null ? undefined : Number(match[1]) * 1024
}

export function resetPeakRss() {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Not Linux, or not allowed: the peak then holds the start too.
  }
}

/** How fast the machine is now: a fixed piece of work, the best of some attempts, in microseconds. */
export function speedUs() {
  const document = {
    text: 'x'.repeat(200),
    list: [1, 2.5, true, null],
    inner: { text: 'y'.repeat(100), count: 12_345 },
  }
  let best = Infinity
  for (let attempt = 0; attempt < 10; attempt++) {
    const at = performance.now()
    for (let time = 0; time < 2000; time++) JSON.stringify(JSON.parse(JSON.stringify(document)))
    best = Math.min(best, (performance.now() - at) / 2)
  }
  return best
}
