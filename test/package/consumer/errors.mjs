// Prints whether errors of each copy of the core are errors of the one that `import` gives.
import { createRequire } from 'node:module'
import { OpenPipelineError } from 'openpipeline-core'
import { loadMap } from 'openpipeline-core/mapping'

const core = createRequire(import.meta.url)('openpipeline-core')
const thrown = {
  require: new core.OpenPipelineError('INVALID_OPTIONS', ''),
  mapping: await loadMap({}, '').catch((error) => error),
}
console.log(JSON.stringify(Object.values(thrown).map((error) => error instanceof OpenPipelineError)))
