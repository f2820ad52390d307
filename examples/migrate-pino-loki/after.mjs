/** The same with this transport. */
import pino from 'pino'

import { logAll } from './records.mjs'

// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token: what `host` and `basicAuth` said.
const transport = pino.transport({
  target: 'pino-openpipeline',
  options: {
    // `labels` become attributes. Loki needs them to be few; here they are fields like all others.
    attributes: { 'service.name': 'orders', 'deployment.environment': 'prod' },
    batch: { lingerMs: 1000 }, // `batching.interval`, in milliseconds; this is also the default
  },
})

logAll(pino(transport))
