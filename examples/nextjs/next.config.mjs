export default {
  output: 'standalone',
  // Not bundled: pino starts a worker thread from this package's file. pino itself is on Next's own list of such packages.
  serverExternalPackages: ['pino-openpipeline'],
  // Named only as text in pino's options, so the search for what the server needs does not find it.
  outputFileTracingIncludes: {
    '/**': ['./node_modules/{pino-openpipeline,openpipeline-core,undici}/**/*'],
  },
}
