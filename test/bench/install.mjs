/** What the packages bring along and how long they take to load: packed, and installed into an empty folder as by a user. */
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { median } from './numbers.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const IMPORTS = 9
const adapters = ['pino-openpipeline', 'winston-openpipeline']

export function measureInstalls() {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-bench-install-'))
  try {
    const core = pack('core', folder)
    return adapters.map((name) => measureInstall(name, [core, pack(name, folder)], join(folder, name)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function measureInstall(name, tarballs, app) {
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "private": true }')
  // Without the logger, which the application has anyway.
  const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  execFileSync('npm', ['install', ...flags, ...tarballs], { cwd: app, stdio: 'pipe' })
  const installed = JSON.parse(readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8')).packages
  const bytes = Object.keys(installed).reduce((sum, path) => sum + sizeOf(join(app, path)), 0)
  const times = Array.from({ length: IMPORTS }, () => importMs(name, app))
  return { name, packages: Object.keys(installed).length, megabytes: bytes / 1e6, importMs: median(times) }
}

/** In a fresh process; what Node itself takes to start is not in it. */
function importMs(name, app) {
  const program = `const at = performance.now(); await import('${name}'); console.log(performance.now() - at)`
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: app }))
}

/** By pnpm, which puts versions where the manifests say `workspace:`. */
function pack(folder, destination) {
  const cwd = join(root, 'packages', folder)
  const args = ['pack', '--pack-destination', destination]
  const running = process.env.npm_execpath ?? ''
  if (/^pnpm\.[cm]?js$/.test(basename(running))) execFileSync(process.execPath, [running, ...args], { cwd })
  else execFileSync('npx', ['--yes', pinnedPnpm(), ...args], { cwd, stdio: 'pipe' })
  const { name, version } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
  return join(destination, `${name}-${version}.tgz`)
}

function pinnedPnpm() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.split('+')[0]
}

function sizeOf(path) {
  const found = lstatSync(path)
  if (!found.isDirectory()) return found.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
