/**
 * Publishes the packages whose version npm does not have yet: packed by pnpm, which puts versions where the manifests say
 * `workspace:`, and published by npm, which signs the provenance. `--dry-run` packs, and asks npm what it would do.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Each stands on those before it. */
const folders = ['core', 'pino-openpipeline', 'winston-openpipeline', 'receiver', 'cli']

const isDryRun = process.argv.includes('--dry-run')
const root = fileURLToPath(new URL('..', import.meta.url))
const tarballs = mkdtempSync(join(tmpdir(), 'openpipeline-publish-'))
try {
  for (const folder of folders) publish(join(root, 'packages', folder))
} finally {
  rmSync(tarballs, { recursive: true, force: true })
}

function publish(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!isDryRun && isPublished(name, version)) {
    console.log(`${name} ${version} is there already`)
    return
  }
  run('pnpm', ['pack', '--pack-destination', tarballs], folder)
  const flags = isDryRun ? ['--dry-run', '--no-provenance'] : ['--provenance']
  run('npm', ['publish', join(tarballs, `${name}-${version}.tgz`), '--access', 'public', ...flags], tarballs)
}

function isPublished(name, version) {
  try {
    return (
      execFileSync('npm', ['view', `${name}@${version}`, 'version'], { stdio: ['ignore', 'pipe', 'pipe'] }).length > 0
    )
  } catch (error) {
    // The first version of a package; anything else ends the release.
    if (String(error.stderr).includes('E404')) return false
    throw error
  }
}

function run(program, args, cwd) {
  execFileSync(program, args, { cwd, stdio: 'inherit' })
}
