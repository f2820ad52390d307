/** Imports point one way: down the list of the core's files, and through the packages' doors. */
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { packages, root } from './workspace.ts'

/**
 * The core from its door to its ground, which is also the order to read it in. A file imports only what stands below it.
 * `folder/` stands for every file in it that has no line of its own; those may import each other, without a circle.
 */
const coreFromTopToBottom = [
  'index',
  'shutdown',
  'destination',
  'spool-survey',
  'shipper',
  'accept',
  'pipeline',
  'natural-end',
  'pump',
  'settle',
  'suspects',
  'late-batches',
  'spool/',
  'losses',
  'loss-report',
  'dead-letter',
  'queue',
  'spare-buffers',
  'waiting',
  'batch',
  'failures',
  'deliver/',
  'max-body-bytes',
  'intake',
  'prepare',
  'map-hook',
  'pushed',
  'constant-attributes',
  'record-rules',
  'mapping/',
  'metrics',
  'opentelemetry',
  'load-map',
  'load-export',
  'redact/',
  'encode/',
  'event-id',
  'stats',
  'ledger',
  'settings',
  'options',
  'enrichment/',
  'options/',
  'level-names',
  'diagnostics',
  'loss-reason',
  'limits',
  'version',
  'event',
  'errors',
  'make-directories',
  'clock',
]

/** What each package may import beside Node and its own files. The adapters know the core by its two doors only. */
const doors: Record<(typeof packages)[number]['name'], readonly string[]> = {
  'openpipeline-core': [
    'undici', // types only: the index would change the application's own fetch
    'undici/lib/api/api-connect.js',
    'undici/lib/api/api-request.js',
    'undici/lib/core/connect.js',
    'undici/lib/core/errors.js',
    'undici/lib/dispatcher/dispatcher.js',
    'undici/lib/dispatcher/pool.js',
    'undici/lib/dispatcher/proxy-agent.js',
  ],
  'pino-openpipeline': ['openpipeline-core', 'openpipeline-core/mapping', 'pino'],
  'winston-openpipeline': [
    'openpipeline-core',
    'openpipeline-core/mapping',
    'triple-beam',
    'winston',
    'winston-transport',
  ],
  'openpipeline-receiver': [],
  'openpipeline-cli': ['openpipeline-core', 'openpipeline-core/mapping', 'openpipeline-receiver'],
}

/** Delivery is the core's: no adapter opens a connection of its own. */
const notInAdapters = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls']

describe('imports of the core', () => {
  it('has a place in the list for every file', () => {
    const homeless = sourcesOf('core').filter((file) => placeOf(file) === undefined)
    expect(homeless, 'add these to coreFromTopToBottom').toEqual([])
  })

  it('point down the list', () => {
    const upward = sourcesOf('core').flatMap((file) =>
      importsOf('core', file)
        .filter((specifier) => specifier.startsWith('.') && !isOwnManifest(file, specifier))
        .map((specifier) => pathOf(file, specifier).replace(/\.[jt]s$/, ''))
        .filter((target) => !pointsDown(file, target))
        .map((target) => `${file} → ${target}`),
    )
    expect(upward).toEqual([])
  })
})

describe.each(packages)('imports of $name', ({ folder, name }) => {
  it('go to Node, to its own files and through the allowed doors only', () => {
    const others = sourcesOf(folder).flatMap((file) =>
      importsOf(folder, file)
        .filter((specifier) => !isAllowed(file, specifier, doors[name]))
        .map((specifier) => `${file} → ${specifier}`),
    )
    expect(others).toEqual([])
  })

  it('go in no circle, not even those of types', () => {
    expect(circlesIn(folder)).toEqual([])
  })
})

describe.each(['pino-openpipeline', 'winston-openpipeline'])('imports of the adapter %s', (folder) => {
  it('never reach for the network', () => {
    const network = sourcesOf(folder).flatMap((file) =>
      importsOf(folder, file).filter((specifier) => notInAdapters.includes(specifier)),
    )
    expect(network).toEqual([])
  })
})

/** The files of a package's `src`, relative to it and without the extension. */
function sourcesOf(folder: string): string[] {
  const src = join(root, 'packages', folder, 'src')
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return files.map((file) => file.replace(/\.ts$/, '').replaceAll(sep, '/'))
}

function importsOf(folder: string, file: string): string[] {
  const text = readFileSync(join(root, 'packages', folder, 'src', `${file}.ts`), 'utf8')
  return [...new Set(ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName))]
}

/** Each circle of imports once, as the way around it. */
function circlesIn(folder: string): string[] {
  const circles: string[] = []
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) return void circles.push([...way.slice(way.indexOf(file)), file].join(' → '))
    if (done.has(file)) return
    const targets = importsOf(folder, file).filter((name) => name.startsWith('.') && !isOwnManifest(file, name))
    for (const target of targets) visit(pathOf(file, target).replace(/\.[jt]s$/, ''), [...way, file])
    done.add(file)
  }
  for (const file of sourcesOf(folder).filter((name) => !name.endsWith('.d'))) visit(file, [])
  return circles
}

function placeOf(file: string): number | undefined {
  const exact = coreFromTopToBottom.indexOf(file)
  const place =
    exact >= 0 ? exact : coreFromTopToBottom.findIndex((entry) => entry.endsWith('/') && file.startsWith(entry))
  return place >= 0 ? place : undefined
}

function pointsDown(from: string, to: string): boolean {
  const [upper, lower] = [placeOf(from), placeOf(to)]
  if (upper === undefined || lower === undefined) return false
  return upper < lower || (upper === lower && coreFromTopToBottom[upper]?.endsWith('/') === true)
}

function isAllowed(file: string, specifier: string, allowed: readonly string[]): boolean {
  if (specifier.startsWith('.')) return isOwnManifest(file, specifier) || !pathOf(file, specifier).startsWith('..')
  if (specifier.startsWith('node:')) return builtinModules.includes(specifier.slice('node:'.length))
  return allowed.includes(specifier)
}

/** What a relative specifier means, from `src`. */
function pathOf(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier)
}

/** The version has its one home in the package's manifest, which stands outside of `src`. */
function isOwnManifest(file: string, specifier: string): boolean {
  return pathOf(file, specifier) === '../package.json'
}
