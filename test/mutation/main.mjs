/** `npm run mutation`: installs Stryker here, beside the workspace, so that no other install has to carry it, and runs it for about ten minutes. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

run('pnpm', ['--dir', here, '--ignore-workspace', 'install', '--frozen-lockfile', '--config.auto-install-peers=false'])
run(process.execPath, [
  `${here}node_modules/@stryker-mutator/core/bin/stryker.js`,
  'run',
  `${here}stryker.config.mjs`,
  ...process.argv.slice(2),
])

function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
