/** The destination behind a logger, and which kind it is: many programs have a logger only, since `pino({ transport })` hands out no transport. */
import { OpenPipelineError } from 'openpipeline-core'

import type { Transport } from './ask-worker.ts'
import { field } from './main-thread.ts'
import type { OpenPipelineStream } from './stream.ts'

/** What is used of a pino logger: it is told from other objects by this. */
export interface PinoLogger {
  bindings(): object
}

/** @throws OpenPipelineError `INVALID_OPTIONS` where there is none in what was given */
export function transportOf(given: unknown, caller: string): Transport {
  const destination = isObject(given) ? destinationOf(given) : undefined
  if (destination !== undefined && isTransport(destination)) return destination
  const expectation =
    destination !== undefined && isOurStream(destination)
      ? 'an openPipelineStream has no worker, and flush() and stats() of its own'
      : `takes what pino.transport() returned, or a logger that logs to it, got ${nameOf(given)}`
  throw new OpenPipelineError('INVALID_OPTIONS', `${caller}: ${expectation}`)
}

/** Of a logger where it is one; pino keeps it under a symbol of its own, which child loggers inherit. */
export function destinationOf(given: object): object {
  for (let level: object | null = given; level !== null; level = prototypeOf(level)) {
    const symbol = Object.getOwnPropertySymbols(level).find((own) => own.description === 'pino.stream')
    const stream: unknown = symbol === undefined ? undefined : Reflect.get(level, symbol)
    if (isObject(stream)) return stream
  }
  return given
}

/** By what it can do: one that `require` has loaded is of another class than one from an `import`. */
export function isOurStream(destination: object): destination is OpenPipelineStream {
  return ['close', 'flush', 'stats', 'write'].every((name) => typeof field(destination, name) === 'function')
}

/** A transport has a worker; other streams with a `flushSync` would never answer. */
export function isTransport(destination: object): destination is Transport {
  return isObject(field(destination, 'worker')) && typeof field(destination, 'flushSync') === 'function'
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function prototypeOf(object: object): object | null {
  const prototype: unknown = Object.getPrototypeOf(object)
  return isObject(prototype) ? prototype : null
}

function nameOf(given: unknown): string {
  if (!isObject(given)) return typeof given === 'function' ? 'a function' : String(given)
  return typeof field(given, 'bindings') === 'function' ? 'a logger with another destination' : 'another object'
}
