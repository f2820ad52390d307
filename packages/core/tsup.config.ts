import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', mapping: 'src/mapping/index.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  // tsup splits CommonJS by a second compiler that replaces optional chaining by slow calls; pino's worker loads that form.
  splitting: false,
  sourcemap: true,
  clean: true,
  silent: true,
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
})
