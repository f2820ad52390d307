/** The application of one cell: logs with one transport and ends as the scenario says. */
import { contenders } from './contenders.mjs'
import { scenarios } from './scenarios.mjs'

const { contender, scenario, port } = JSON.parse(process.argv[2])
const { count, end, padding = '', poison } = scenarios[scenario]

const told = new Promise((resolve) => process.once('message', resolve))
const { close, flush, log } = await contenders[contender]({ url: `http://127.0.0.1:${port}` })
process.send('opened')

for (let n = 0; n < count; n++) {
  log({ n, padding }, `record-${n}.`)
  if (poison === true && n === count / 2) log({ poison: true }, 'the one that is refused')
  if (n % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** pino's worker does not keep a process alive: one that awaits nothing else ends with exit code 13. A service has its server. */
const stayAlive = () => setInterval(() => undefined, 1000)

const ends = {
  nothing: () => process.disconnect(),
  exit: () => setTimeout(() => process.exit(0), 50),
  close: async () => {
    stayAlive()
    process.send('closing')
    await close()
    process.exit(0)
  },
  flush: async () => {
    if (flush === undefined) return process.send('no flush')
    await flush()
    process.kill(process.pid, 'SIGKILL')
  },
  wait: async () => {
    stayAlive()
    await told
    await close()
    process.exit(0)
  },
}
await ends[end]()
