import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { sources } from '../vitest.config.ts'

/** The tests that a mutant of `stryker.config.mjs` meets: those of the mutated files, without the ones that need seconds each. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [
      'test/core/deliver/{backoff,failure,gate,outcome,pace,post,retry-after,reuse}.test.ts',
      'test/core/{batch,max-body-bytes,pump,settle}.test.ts',
    ],
  },
})
