/** The same with this transport. */
import pino from 'pino'

import { logAll } from './records.mjs'

// It knows the variables that were there: DT_API_URL, whose path `/api/v2/logs/ingest` it replaces, and DT_API_TOKEN, whose
// token needs the scope openpipeline.events beside, or instead of, logs.ingest.
const transport = pino.transport({
  target: 'pino-openpipeline',
  options: { attributes: { 'log.source': 'orders' } },
})

logAll(pino(transport))
