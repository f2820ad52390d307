/** `traceMixin`: the active span in every line, for pino's option `mixin`. */
import type { SpanAttributes } from 'openpipeline-core/mapping'
import { activeSpan } from 'openpipeline-core/mapping'

/**
 * For `pino({ mixin: traceMixin() }, transport)`: `trace_id`, `span_id` and `trace_flags` of the span in which a record is logged, where
 * `@opentelemetry/api` is in use. It must run in the application's thread, since the worker knows no spans. Beside
 * `@opentelemetry/instrumentation-pino`, which writes the same fields, it changes nothing.
 */
export function traceMixin(): () => SpanAttributes | Record<string, never> {
  // A new object each time: pino assigns into it.
  return () => activeSpan() ?? {}
}
