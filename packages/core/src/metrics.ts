/** The counters as OpenTelemetry metrics, where a program has registered a provider of them; nothing at all elsewhere. */
import { call, registered } from './opentelemetry.ts'
import type { Stats } from './stats.ts'
import { VERSION } from './version.ts'

/** Undefined where they cannot be had just now: then nothing is observed. */
type ReadStats = () => Stats | undefined | Promise<Stats | undefined>

type Attributes = Readonly<Record<string, string>>

/** What is used of a meter. https://opentelemetry.io/docs/specs/otel/metrics/api/ */
interface Meter {
  createObservableCounter(name: string, options: InstrumentOptions): object
  createObservableUpDownCounter(name: string, options: InstrumentOptions): object
  addBatchObservableCallback(callback: BatchCallback, instruments: readonly object[]): void
  removeBatchObservableCallback(callback: BatchCallback, instruments: readonly object[]): void
}

interface InstrumentOptions {
  readonly unit: string
  readonly description: string
}

type BatchCallback = (result: {
  observe(instrument: object, value: number, attributes: Attributes): void
}) => Promise<void>

interface Instrument extends InstrumentOptions {
  readonly kind: 'counter' | 'up-down-counter'
  /** Values, each with the attributes that tell it from the others. */
  readonly values: (stats: Stats) => readonly (readonly [value: number, attributes?: Attributes])[]
}

/**
 * The first two by the conventions for exporters, https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/: an event is a
 * log record, and each one has ended once.
 */
const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  'otel.sdk.exporter.log.exported': {
    kind: 'counter',
    unit: '{log_record}',
    description: 'Events that have ended: delivered without error.type, otherwise with the reason.',
    values: ({ deadLettered, delivered, lost }) => [
      [delivered],
      ...[...Object.entries(lost), ['dead-letter', deadLettered] as const]
        .filter(([, count]) => count > 0)
        .map(([reason, count]) => [count, { 'error.type': reason }] as const),
    ],
  },
  'otel.sdk.exporter.log.inflight': {
    kind: 'up-down-counter',
    unit: '{log_record}',
    description: 'Events in memory that have not ended, those in flight included.',
    values: ({ pending }) => [[pending]],
  },
  'openpipeline.accepted': {
    kind: 'counter',
    unit: '{log_record}',
    description: 'Events that were taken from the logger.',
    values: ({ accepted }) => [[accepted]],
  },
  'openpipeline.spooled': {
    kind: 'up-down-counter',
    unit: '{log_record}',
    description: 'Events that are on disk only.',
    values: ({ spooled }) => [[spooled]],
  },
  'openpipeline.requests': {
    kind: 'counter',
    unit: '{request}',
    description: 'Attempts that were made.',
    values: ({ requests }) => [[requests]],
  },
  'openpipeline.retries': {
    kind: 'counter',
    unit: '{request}',
    description: 'Attempts that failed and are made again.',
    values: ({ retries }) => [[retries]],
  },
  'openpipeline.request.io': {
    kind: 'counter',
    unit: 'By',
    description: 'Bytes of request bodies that were sent.',
    values: ({ bytesSent }) => [[bytesSent]],
  },
  'openpipeline.possible_duplicates': {
    kind: 'counter',
    unit: '{log_record}',
    description: 'Events sent again although the service may have had them.',
    values: ({ possibleDuplicates }) => [[possibleDuplicates]],
  },
  'openpipeline.state': {
    kind: 'up-down-counter',
    unit: '1',
    description: 'State of delivery: 1 for the one it is in, 0 for the others.',
    values: ({ state }) =>
      (['open', 'throttled', 'held', 'closed'] as const).map(
        (name) => [name === state ? 1 : 0, { 'openpipeline.state': name }] as const,
      ),
  },
}

/** Counted for the whole process: a program may hold several copies of this file, an `import` and a `require` of it suffice. */
const INSTANCES = Symbol.for('openpipeline.instances')

/**
 * Reads `stats` whenever the program's metrics are collected, and never else. As everywhere with OpenTelemetry, its SDK must be
 * started first: a provider that is registered later is not seen.
 * @param component name of the package, for `otel.component.type`
 * @returns a function that ends it
 */
export function observeStats(component: string, read: ReadStats): () => void {
  const meter = registeredMeter()
  if (meter === undefined) return () => undefined
  const common = { 'otel.component.type': component, 'otel.component.name': `${component}/${nextInstance(component)}` }
  try {
    return observe(meter, common, read)
  } catch {
    return () => undefined // a provider that fails is no reason for a logger to
  }
}

function nextInstance(component: string): number {
  const known: unknown = Reflect.get(globalThis, INSTANCES)
  const instances = known instanceof Map ? known : new Map<unknown, unknown>()
  const instance = Number(instances.get(component) ?? 0)
  Reflect.set(globalThis, INSTANCES, instances.set(component, instance + 1))
  return instance
}

function observe(meter: Meter, common: Attributes, read: ReadStats): () => void {
  const instruments = Object.entries(INSTRUMENTS).map(([name, { kind, values, ...options }]) => ({
    values,
    handle:
      kind === 'counter'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableUpDownCounter(name, options),
  }))
  const handles = instruments.map(({ handle }) => handle)
  const callback: BatchCallback = async (result) => {
    const stats = await read()
    if (stats === undefined) return
    for (const { handle, values } of instruments) {
      for (const [value, attributes] of values(stats)) result.observe(handle, value, { ...common, ...attributes })
    }
    // The last word is said: nothing changes any more.
    if (stats.state === 'closed' && stats.pending === 0) stop()
  }
  const stop = (): void => meter.removeBatchObservableCallback(callback, handles)
  meter.addBatchObservableCallback(callback, handles)
  return stop
}

/** Undefined where no SDK has registered one: the API's own does nothing, and is not registered. */
function registeredMeter(): Meter | undefined {
  const meter = call(registered('metrics'), 'getMeter', 'openpipeline-core', VERSION)
  return isMeter(meter) ? meter : undefined
}

function isMeter(value: unknown): value is Meter {
  const methods = ['createObservableCounter', 'createObservableUpDownCounter', 'addBatchObservableCallback']
  return typeof value === 'object' && value !== null && methods.every((name) => name in value)
}
