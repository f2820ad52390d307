/** The natural end of a process: one `beforeExit` hook for all shippers. */

/** Called when the event loop has run empty; whatever it starts keeps the process alive until it is done, and then it is called again. */
type OnNaturalEnd = () => void

const listeners = new Set<OnNaturalEnd>()

/**
 * Timers here do not keep a process alive, so an application whose endpoint is down still ends; this is where what waits
 * behind such a timer gets its chance. https://nodejs.org/api/process.html#event-beforeexit
 * @returns a function that takes it out again
 */
export function atNaturalEnd(listener: OnNaturalEnd): () => void {
  if (listeners.size === 0) process.on('beforeExit', onBeforeExit)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) process.off('beforeExit', onBeforeExit)
  }
}

function onBeforeExit(): void {
  for (const listener of listeners) listener()
}
