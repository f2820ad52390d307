/** OpenTelemetry as a program has it, for the tests of one file. */
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterAll, beforeAll } from 'vitest'

export const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }

/** The same as attributes of a record. */
export const SPAN_ATTRIBUTES = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  trace_flags: '01',
}

export function withOpenTelemetry(): void {
  const manager = new AsyncLocalStorageContextManager()
  beforeAll(() => void context.setGlobalContextManager(manager.enable()))
  afterAll(() => {
    manager.disable()
    context.disable()
  })
}

export function inSpan<Result>(run: () => Result, span: typeof SPAN = SPAN): Result {
  return context.with(trace.setSpan(context.active(), trace.wrapSpanContext(span)), run)
}
