import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { closingLine } from './closing-line.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Folders whose tests run what users run: the built packages, found by name. */
const integrationFolders = ['cli', 'docs', 'examples', 'journey', 'package', 'page', 'servers', 'support']

/** Package names as patterns, so that `openpipeline-core/mapping` does not become a path below `index.ts`. */
export const sources = [
  { find: /^openpipeline-core$/, replacement: `${root}packages/core/src/index.ts` },
  { find: /^openpipeline-core\/mapping$/, replacement: `${root}packages/core/src/mapping/index.ts` },
  { find: /^pino-openpipeline$/, replacement: `${root}packages/pino-openpipeline/src/index.ts` },
  { find: /^winston-openpipeline$/, replacement: `${root}packages/winston-openpipeline/src/index.ts` },
  { find: /^openpipeline-receiver$/, replacement: `${root}packages/receiver/src/index.ts` },
]

export default defineConfig({
  test: {
    root,
    reporters: ['default', closingLine()],
    // With two cores vitest would take one, and most of these tests wait for processes, servers and times.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], reporter: ['text', 'html'] },
    projects: [
      {
        resolve: { alias: sources },
        test: {
          name: 'unit',
          root,
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...integrationFolders.map((folder) => `test/${folder}/**`)],
        },
      },
      {
        test: {
          name: 'integration',
          root,
          globalSetup: 'test/shared-folder.ts',
          include: integrationFolders.map((folder) => `test/${folder}/**/*.test.ts`),
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
