import { defineConfig } from 'tsup'

import { pagePlugin } from './page.build.ts'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  target: 'node20',
  sourcemap: true,
  clean: true,
  silent: true,
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  esbuildPlugins: [pagePlugin],
})
