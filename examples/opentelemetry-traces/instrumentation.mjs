/** Loaded first, with `node --import`: a tracer, whose spans are only printed here. A real service exports them with OTLP. */
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'

const printer = {
  export(spans, done) {
    for (const span of spans) {
      const { traceId, spanId } = span.spanContext()
      console.log(JSON.stringify({ name: span.name, traceId, spanId }))
    }
    done({ code: 0 })
  },
  shutdown: async () => undefined,
}

new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(printer)] }).register()
