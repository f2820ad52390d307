/** The other end of the thread: what code in pino's worker hears from the main thread, and what it tells it. */
import { parentPort, workerData } from 'node:worker_threads'

import type { PinoConfig } from './record-to-event.ts'

/** Time that pino's own configuration may take; without it the defaults of pino apply. */
const CONFIG_TIMEOUT_MS = 1000

/** A worker of thread-stream says its version; older ones than 2.2 end when they are told an event. */
const FIRST_VERSION_WITH_EVENTS = [2, 2] as const

const context: unknown = field(field(field(workerData, 'workerData'), '$context'), 'threadStreamVersion')

/** This code runs in a worker that pino started, of a version that passes events on. */
export const isPinoWorker = typeof context === 'string' && isAtLeast(context, FIRST_VERSION_WITH_EVENTS)

/** Emits an event on the transport in the main thread; nothing happens outside of pino's worker. */
export function emitOnTransport(name: string, ...args: readonly unknown[]): void {
  if (isPinoWorker) parentPort?.postMessage({ code: 'EVENT', name, args })
}

/** Calls `listener` for each message of this code, in pino's worker only. */
export function onMessage(code: string, listener: (message: object) => void): void {
  if (!isPinoWorker) return
  parentPort?.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && field(message, 'code') === code) listener(message)
  })
}

let config: Promise<PinoConfig> | undefined

/** The logger's own levels and keys, which pino sends before the first record when it said that it would. */
export function pinoConfig(): Promise<PinoConfig> {
  const willBeSent = isPinoWorker && field(field(workerData, 'workerData'), 'pinoWillSendConfig') === true
  // One promise for all targets of this worker: the message comes once.
  config ??= willBeSent ? receiveConfig() : Promise.resolve({})
  return config
}

function receiveConfig(): Promise<PinoConfig> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({}), CONFIG_TIMEOUT_MS)
    onMessage('PINO_CONFIG', (message) => {
      clearTimeout(timer)
      resolve(readConfig(field(message, 'config')))
    })
  })
}

function readConfig(sent: unknown): PinoConfig {
  const labels = field(field(sent, 'levels'), 'labels')
  const messageKey = field(sent, 'messageKey')
  const errorKey = field(sent, 'errorKey')
  return {
    levels: { labels: textsOf(labels) },
    ...(typeof messageKey === 'string' && { messageKey }),
    ...(typeof errorKey === 'string' && { errorKey }),
  }
}

function textsOf(object: unknown): Record<string, string> {
  const entries = typeof object === 'object' && object !== null ? Object.entries(object) : []
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]))
}

/** A field of whatever came over the thread. */
export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
