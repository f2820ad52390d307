/** A primary with cluster workers, and a process with worker threads: all log into one spool, and whoever ends is started again. */
import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

import { given } from './report.mjs'

const { clusterWorkers = 0, threads = 0 } = given
const member = fileURLToPath(new URL('./crowd-member.mjs', import.meta.url))
let lives = 0

const argument = (name) => JSON.stringify({ ...given, life: `${given.name}-${name}-${lives++}` })

if (clusterWorkers > 0) {
  const fork = (name) => {
    cluster.setupPrimary({ exec: member, args: [argument(name)], stdio: ['ignore', 'inherit', 'inherit', 3, 'ipc'] })
    const worker = cluster.fork()
    worker.on('exit', () => fork(name))
  }
  for (let name = 0; name < clusterWorkers; name++) fork(name)
} else {
  for (let name = 0; name < threads; name++) new Worker(member, { argv: [argument(name)] })
}
