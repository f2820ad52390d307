/** A function by the module that exports it: what stands for a function where only data can be given. */
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { constants, Script } from 'node:vm'

import { isRecord } from './options/reader.ts'

export type LoadedFunction = (...args: readonly unknown[]) => unknown

/**
 * Undefined where the module exports no such function.
 * @throws what loading the module throws
 */
export async function loadExport(module: string, name: string): Promise<LoadedFunction | undefined> {
  const imported = await importFromWorkingDirectory(module)
  const exported = isRecord(imported) ? (imported[name] ?? fromDefault(imported['default'], name)) : undefined
  return typeof exported === 'function' ? (...args) => Reflect.apply(exported, undefined, args) : undefined
}

/**
 * `import` as Node has it: the bundler turns one that stands in the code into a `require` in its CommonJS build, which takes neither
 * a URL nor a module that awaits something.
 */
// oxlint-disable-next-line typescript/no-implied-eval -- its text is fixed
const importOf: unknown = new Function('specifier', 'return import(specifier)')

async function importHere(specifier: string): Promise<unknown> {
  try {
    return await (typeof importOf === 'function' && Reflect.apply(importOf, undefined, [specifier]))
  } catch (error) {
    // Under a test runner code runs in a context of its own, where only an `import` that stands in the code works.
    if (!isRecord(error) || error['code'] !== 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING') throw error
    return import(/* webpackIgnore: true */ specifier)
  }
}

/** A path is resolved against the working directory, a package name as a program there would do it. */
async function importFromWorkingDirectory(module: string): Promise<unknown> {
  if (module.startsWith('file:')) return importHere(module)
  const base = resolve('index.js')
  try {
    const isPath = /^[./]|^[A-Za-z]:[\\/]/.test(module)
    const path = isPath ? resolve(module) : createRequire(base).resolve(module)
    return await importHere(pathToFileURL(path).href)
  } catch (error) {
    if (!isRecord(error) || error['code'] !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
    return importFrom(base, module)
  }
}

/**
 * An `import` of this file's own would look beside this package. Node warns of the loader named here as experimental; so it is
 * for what is exported for `import` alone, which `require.resolve` does not know.
 * https://nodejs.org/api/vm.html#support-of-dynamic-import-in-compilation-apis
 */
function importFrom(base: string, specifier: string): unknown {
  const importer: unknown = new Script('(specifier) => import(specifier)', {
    filename: pathToFileURL(base).href,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext()
  return typeof importer === 'function' && Reflect.apply(importer, undefined, [specifier])
}

/** A CommonJS module's exports may all be members of its default. */
function fromDefault(exported: unknown, name: string): unknown {
  return isRecord(exported) ? exported[name] : undefined
}
