/** The last line of a terminal, and the signals that come from it. */

/** Goes back and clears what stood there. https://en.wikipedia.org/wiki/ANSI_escape_code#CSI */
export function startOfLine(): string {
  return process.stderr.isTTY ? '\r\u001B[K' : ''
}

/** The first one ends a command in good order; a second one has its usual effect. */
export function nextSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => controller.abort())
  return controller.signal
}
