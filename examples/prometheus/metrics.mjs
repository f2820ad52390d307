/** What `stats()` gives, in the text format of Prometheus. https://prometheus.io/docs/instrumenting/exposition_formats/ */

const states = ['open', 'throttled', 'held', 'closed']

export function prometheusText(stats) {
  const { accepted, bytesSent, deadLettered, delivered, lost, pending, possibleDuplicates } = stats
  return [
    ...counter('events_accepted', 'Events taken from the logger.', [accepted]),
    ...counter('events_delivered', 'Events that the service has taken.', [delivered]),
    ...counter('events_dead_lettered', 'Events in the dead letter file.', [deadLettered]),
    ...counter(
      'events_lost',
      'Events that were lost, by reason.',
      Object.entries(lost).map(([reason, count]) => [count, { reason }]),
    ),
    ...counter('events_repeated', 'Events sent again although the service may have had them.', [possibleDuplicates]),
    ...counter('requests', 'Attempts that were made.', [stats.requests]),
    ...counter('retries', 'Attempts that failed and are made again.', [stats.retries]),
    ...counter('request_bytes', 'Bytes of request bodies that were sent.', [bytesSent]),
    ...gauge('events_pending', 'Events in memory, those in flight included.', [pending]),
    ...gauge('events_spooled', 'Events on disk only.', [stats.spooled]),
    ...gauge(
      'state',
      'State of delivery: 1 for the one it is in.',
      states.map((state) => [state === stats.state ? 1 : 0, { state }]),
    ),
    '',
  ].join('\n')
}

function counter(name, help, samples) {
  return metric(`openpipeline_${name}_total`, 'counter', help, samples)
}

function gauge(name, help, samples) {
  return metric(`openpipeline_${name}`, 'gauge', help, samples)
}

function metric(name, type, help, samples) {
  const lines = samples.map((sample) => {
    const [value, labels = {}] = [sample].flat()
    const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
    return `${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${value}`
  })
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}
