import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { closingLine } from '../closing-line.ts'

/** A soak runs what users run: the built packages, found by name. It is no part of `npm test`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/soak/soak.ts'],
    reporters: ['verbose', closingLine()],
    disableConsoleIntercept: true,
  },
})
