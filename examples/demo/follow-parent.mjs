/** Loaded before the script of each of the demo's processes: none outlives the demo, not even after its SIGKILL. */
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // Listening alone would keep a service from ending when it is done.
  process.channel.unref()
}
