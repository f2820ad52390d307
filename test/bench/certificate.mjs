/** The certificate that the tests make, for plain Node: their module is TypeScript. */
import { readFileSync } from 'node:fs'

import ts from 'typescript'

const file = new URL('../support/authority.ts', import.meta.url)
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }

export async function selfSigned() {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions })
  const module = await import(`data:text/javascript,${encodeURIComponent(outputText)}`)
  return module.selfSigned()
}
