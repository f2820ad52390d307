/** A shipper that ends with its test, what it has told so far, and its account, which is checked at the end. */
import type { DiagnosticEvent, FlushOptions, FlushResult, GenericEvent, ShipperOptions, Stats } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import { expect, onTestFinished } from 'vitest'
import type { Surroundings } from '../../packages/core/src/pipeline.ts'

export const TOKEN = 'dt0c01.SHIPPING0SHIPPING0SHIPPN.0SECRET0SECRET0SECRET0SECRET0SECRET0SECRET0SECRET0SECRET0SECRE'

export interface Shipping {
  /** Pushes so many events, numbered from 0 over all calls, and of about so many bytes each. */
  push(count?: number, bytes?: number): void
  pushEvent(event: GenericEvent): void
  flush(options?: FlushOptions): Promise<FlushResult>
  close(options?: FlushOptions): Promise<FlushResult>
  stats(): Stats
  readonly told: readonly DiagnosticEvent[]
  /** Resolves with the first of what is told from the beginning on that matches. */
  toldOf(condition: (event: DiagnosticEvent) => boolean): Promise<DiagnosticEvent>
  /** Resolves with what is said when it gets into this state. */
  state(state: 'open' | 'throttled' | 'held'): Promise<string>
}

export function ship(options: ShipperOptions, surroundings: Surroundings = {}): Shipping {
  const told: DiagnosticEvent[] = []
  const watchers = new Set<() => void>()
  const onEvent = (event: DiagnosticEvent): void => {
    told.push(event)
    for (const look of watchers) look()
  }
  const quick = { batch: { lingerMs: 5 }, retry: { minDelayMs: 1, maxDelayMs: 20 }, token: TOKEN }
  const shipper = createShipper({ ...quick, ...options, diagnostics: { onEvent } }, undefined, surroundings)
  onTestFinished(async () => {
    expectIdentity(shipper.stats())
    await shipper.close({ timeoutMs: 0 })
    expectIdentity(shipper.stats())
    expect(shipper.stats().pending).toBe(0)
  })
  let pushed = 0
  const toldOf: Shipping['toldOf'] = (condition) =>
    new Promise((resolve) => {
      const look = (): void => {
        const event = told.find(condition)
        if (event === undefined) return
        watchers.delete(look)
        resolve(event)
      }
      watchers.add(look)
      look()
    })
  return {
    push(count = 1, bytes = 100) {
      for (const end = pushed + count; pushed < end; pushed++) {
        shipper.push({ n: pushed, content: `record ${pushed} `.padEnd(bytes, 'x') })
      }
    },
    pushEvent: (event) => shipper.push(event),
    flush: (limits) => shipper.flush(limits),
    close: (limits) => shipper.close(limits),
    stats: () => shipper.stats(),
    told,
    toldOf,
    state: async (state) => (await toldOf((event) => event.kind === 'state' && event.state === state)).message,
  }
}

/** Every event that was accepted is in exactly one place. */
export function expectIdentity({ accepted, deadLettered, delivered, lost, pending, spooled }: Stats): void {
  expect(delivered + pending + spooled + deadLettered + sum(lost), 'accepted = what became of it').toBe(accepted)
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
