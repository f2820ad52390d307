/** Bundles the application, and beside it the files that pino starts worker threads from. */
import { createRequire } from 'node:module'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
// A package of pino's own, which need not be visible from here.
const threadStream = createRequire(require.resolve('pino')).resolve('thread-stream')

const common = { bundle: true, platform: 'node', target: 'node20', outdir: 'dist', outExtension: { '.js': '.cjs' } }

await build({
  ...common,
  entryPoints: {
    app: 'app.mjs',
    'pino-openpipeline': 'pino-openpipeline',
    'thread-stream-worker': createRequire(threadStream).resolve('./lib/worker.js'),
    // Only for `targets` and `pipeline`.
    'pino-worker': 'pino/lib/worker.js',
    'pino-file': 'pino/file.js',
  },
  // Where pino finds them, instead of in node_modules.
  banner: {
    js: `globalThis.__bundlerPathsOverrides = Object.fromEntries(
  Object.entries({
    'pino-openpipeline': 'pino-openpipeline.cjs',
    'thread-stream-worker': 'thread-stream-worker.cjs',
    'pino-worker': 'pino-worker.cjs',
    'pino/file': 'pino-file.cjs',
  }).map(([name, file]) => [name, require('node:path').join(__dirname, file)]),
)`,
  },
})

// The other way: no worker, no further files.
await build({ ...common, entryPoints: { 'in-process': 'in-process.mjs' } })
