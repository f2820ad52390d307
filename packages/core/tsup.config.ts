import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', mapping: 'src/mapping/index.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  sourcemap: true,
  clean: true,
  silent: true,
  splitting: true,
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
})
