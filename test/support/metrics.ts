/** The metrics SDK of OpenTelemetry as a program has it, and what it has collected in a form to compare. */
import { metrics } from '@opentelemetry/api'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { onTestFinished } from 'vitest'

class Reader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

export interface Point {
  readonly value: unknown
  readonly attributes: Readonly<Record<string, unknown>>
}

interface CollectedMetric {
  readonly unit: string
  readonly isMonotonic: boolean
  readonly points: readonly Point[]
}

export interface Metrics {
  /** All metrics of this moment, by name. */
  collect(): Promise<Readonly<Record<string, CollectedMetric>>>
}

/** Registers a provider until the end of the test. */
export function withMetrics(temporality = AggregationTemporality.CUMULATIVE): Metrics {
  const reader = new Reader({ aggregationTemporalitySelector: () => temporality })
  const provider = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(provider)
  onTestFinished(async () => {
    metrics.disable()
    await provider.shutdown()
  })
  return {
    async collect() {
      const { resourceMetrics, errors } = await reader.collect()
      if (errors.length > 0) throw new AggregateError(errors)
      const collected = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
      return Object.fromEntries(
        collected.map(({ dataPoints, descriptor, ...metric }) => [
          descriptor.name,
          {
            unit: descriptor.unit,
            isMonotonic: 'isMonotonic' in metric && metric.isMonotonic,
            points: dataPoints.map(({ value, attributes }) => ({ value, attributes })),
          },
        ]),
      )
    },
  }
}
