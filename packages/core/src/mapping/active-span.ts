/** The span in which a record is logged, as OpenTelemetry's API knows it. */
import { get, isObject } from './mapping.ts'

/** Names that Dynatrace and OpenTelemetry's own instrumentations use. */
export interface SpanAttributes {
  readonly trace_id: string
  readonly span_id: string
  readonly trace_flags: string
}

/**
 * Where `@opentelemetry/api` of any 1.x keeps what was registered with it, so that all its copies in a program share it. Looking
 * here needs no dependency, and works wherever the package is installed.
 * https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
const API = Symbol.for('opentelemetry.js.api.1')

/** Key of the active span in a context. https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/trace/context-utils.ts */
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

const INVALID = /^0*$/

/** Undefined outside of a span, and where OpenTelemetry is not in use. */
export function activeSpan(): SpanAttributes | undefined {
  const api = get(globalThis, API)
  if (!isObject(api)) return undefined
  const context = call(call(api['context'], 'active'), 'getValue', SPAN)
  const span = call(context, 'spanContext')
  return isObject(span) ? attributesOf(span) : undefined
}

function attributesOf(span: object): SpanAttributes | undefined {
  const traceId = get(span, 'traceId')
  const spanId = get(span, 'spanId')
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || INVALID.test(traceId)) return undefined
  const flags = Number(get(span, 'traceFlags') ?? 0)
  return { trace_id: traceId, span_id: spanId, trace_flags: flags.toString(16).padStart(2, '0') }
}

function call(object: unknown, method: string, ...args: readonly unknown[]): unknown {
  if (!isObject(object)) return undefined
  const found = get(object, method)
  try {
    return typeof found === 'function' ? Reflect.apply(found, object, args) : undefined
  } catch {
    return undefined
  }
}
