// Prints whether errors of each copy of the core are errors of the one that `import` gives, and are named so.
import { createRequire } from 'node:module'
import { OpenPipelineError } from 'openpipeline-core'
import { loadMap } from 'openpipeline-core/mapping'

const core = createRequire(import.meta.url)('openpipeline-core')
const errors = [new core.OpenPipelineError('INVALID_OPTIONS', '')]
try {
  await loadMap({}, '')
} catch (error) {
  errors.push(error)
}
console.log(
  errors.every((error) => error instanceof OpenPipelineError && error.constructor.name === 'OpenPipelineError'),
)
