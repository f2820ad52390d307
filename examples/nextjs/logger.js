import pino from 'pino'

// Where to, and with which token: OPENPIPELINE_URL and OPENPIPELINE_TOKEN of the server, not of the build.
function createLogger() {
  // `next build` loads the routes, too; nothing is logged then.
  if (process.env.NEXT_PHASE === 'phase-production-build') return pino({ enabled: false })
  const transport = pino.transport({
    target: 'pino-openpipeline',
    options: { attributes: { 'service.name': 'next-orders' } },
  })
  return pino(transport)
}

// Next loads a module once for each bundle and again after each edit in development; one worker is enough for all.
export const logger = (globalThis.logger ??= createLogger())
