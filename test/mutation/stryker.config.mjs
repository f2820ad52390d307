/** Mutation testing of what decides about events: each small change of these files must make a test fail. `npm run mutation`. */
import { fileURLToPath } from 'node:url'

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'packages/core/src/{failures,max-body-bytes,settle,suspects}.ts',
    'packages/core/src/deliver/{backoff,gate,outcome,pace,retry-after,reuse}.ts',
  ],
  testRunner: 'vitest',
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  ignorePatterns: ['examples', 'dist', 'coverage', 'test/{cli,journey,page,package,servers,soak}'],
  tempDirName: 'test/mutation/.stryker-tmp',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  htmlReporter: { fileName: 'test/mutation/reports/mutation.html' },
  jsonReporter: { fileName: 'test/mutation/reports/mutation.json' },
  thresholds: { high: 95, low: 85, break: 85 },
}
