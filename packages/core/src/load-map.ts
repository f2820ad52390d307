/** The option `map` where it names a module, as it must in a worker: loaded before the first record is taken. */
import { printable } from './diagnostics.ts'
import { thrown } from './encode/read.ts'
import { OpenPipelineError } from './errors.ts'
import { loadExport } from './load-export.ts'
import type { MapFunction } from './options/map.ts'
import { OptionReader, Problems } from './options/reader.ts'

/**
 * @param map `{ module, export }`, as the user wrote it
 * @param owner name of the package, for messages
 * @throws OpenPipelineError `INVALID_OPTIONS` where that is not what it is, or there is no such function
 */
export async function loadMap(map: object, owner: string): Promise<MapFunction> {
  const problems = new Problems()
  const reader = new OptionReader({ map }, '', problems).group('map')
  if (reader.raw('module') === undefined)
    problems.add('map must be a function or { module, export }, got another object')
  const module = reader.string('module') ?? ''
  const name = reader.string('export') ?? 'default'
  reader.refuseOthers()
  problems.throwIfAny(owner)
  const loaded = await loadExport(module, name).catch(whyNot)
  if (isMapFunction(loaded)) return loaded
  const fault = typeof loaded === 'string' ? `cannot be loaded: ${loaded}` : `exports no function named ${name}`
  throw new OpenPipelineError('INVALID_OPTIONS', `${owner}: map.module ${module} ${fault}`)
}

/** As text: the error goes to another thread, which not every cause could follow. */
function whyNot(error: unknown): string {
  return printable(error instanceof Error ? error.message : thrown(error))
}

function isMapFunction(value: unknown): value is MapFunction {
  return typeof value === 'function'
}
