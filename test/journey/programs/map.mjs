/** A `map` function as a user has it in a module, which takes a while to load. */
import { threadId } from 'node:worker_threads'

await new Promise((resolve) => {
  setTimeout(resolve, 300)
})

export default function map(event, record) {
  if (record.n === 1) throw new Error('a fault of the user')
  if (record.n === 2) return undefined
  return { ...event, mapped: true, threadId, password: record.padding }
}
