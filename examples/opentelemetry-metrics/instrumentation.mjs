/** Loaded first, with `node --import`: metrics, which are only printed here. A real service exports them with OTLP. */
import { isMainThread } from 'node:worker_threads'
import { metrics } from '@opentelemetry/api'
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'

// Node loads what `--import` names into worker threads, too; a second set of metrics from there is not wanted.
if (isMainThread) {
  const reader = new PeriodicExportingMetricReader({
    exporter: new ConsoleMetricExporter(),
    exportIntervalMillis: 60_000,
  })
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
}
