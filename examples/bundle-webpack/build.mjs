/** Bundles the application, and beside it the files that pino starts worker threads from. */
import { createRequire } from 'node:module'
import webpack from 'webpack'

const require = createRequire(import.meta.url)
// A package of pino's own, which need not be visible from here.
const threadStream = createRequire(require.resolve('pino')).resolve('thread-stream')

const common = {
  target: 'node20',
  mode: 'production',
  // Stacks in the logs name functions, not letters.
  optimization: { minimize: false },
  // `__dirname` in pino's code shall be the folder of the bundle.
  node: { __dirname: false, __filename: false },
  // Modules that options name (`map`, `token`) are found at run time.
  module: { parser: { javascript: { createRequire: false } } },
  ignoreWarnings: [{ module: /real-require/ }], // pino's way past bundlers
  output: { filename: '[name].cjs' },
}

await bundle({
  ...common,
  entry: {
    app: './app.mjs',
    // A worker's file exports what pino looks for.
    'pino-openpipeline': { import: 'pino-openpipeline', library: { type: 'commonjs2' } },
    'thread-stream-worker': createRequire(threadStream).resolve('./lib/worker.js'),
    // Only for `targets` and `pipeline`.
    'pino-worker': { import: 'pino/lib/worker.js', library: { type: 'commonjs2' } },
    'pino-file': { import: 'pino/file.js', library: { type: 'commonjs2' } },
  },
  plugins: [
    // Where pino finds them, instead of in node_modules.
    new webpack.BannerPlugin({
      raw: true,
      banner: `globalThis.__bundlerPathsOverrides = Object.fromEntries(
  Object.entries({
    'pino-openpipeline': 'pino-openpipeline.cjs',
    'thread-stream-worker': 'thread-stream-worker.cjs',
    'pino-worker': 'pino-worker.cjs',
    'pino/file': 'pino-file.cjs',
  }).map(([name, file]) => [name, require('node:path').join(__dirname, file)]),
);`,
    }),
  ],
})

// The other way: no worker, no further files.
await bundle({ ...common, entry: { 'in-process': './in-process.mjs' } })

async function bundle(configuration) {
  const compiler = webpack(configuration)
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, done) => (error === null ? resolve(done) : reject(error)))
  })
  await new Promise((resolve) => compiler.close(resolve))
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'))
  if (stats.hasWarnings()) console.warn(stats.toString('errors-warnings'))
}
