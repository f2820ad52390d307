/** The span in which a record is logged, as OpenTelemetry's API knows it. */
import { call, registered } from '../opentelemetry.ts'
import { get, isObject } from './mapping.ts'

/** Names that Dynatrace and OpenTelemetry's own instrumentations use. */
export interface SpanAttributes {
  readonly trace_id: string
  readonly span_id: string
  readonly trace_flags: string
}

/** Key of the active span in a context. https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/trace/context-utils.ts */
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

const INVALID = /^0*$/

/** Undefined outside of a span, and where OpenTelemetry is not in use. */
export function activeSpan(): SpanAttributes | undefined {
  const context = call(call(registered('context'), 'active'), 'getValue', SPAN)
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
