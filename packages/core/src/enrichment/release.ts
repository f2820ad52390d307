/** The release that runs, by Dynatrace's variables, and its names in OpenTelemetry and in Dynatrace side by side. */
import type { Attributes } from '../event.ts'
import { firstSet } from '../options/environment.ts'
import type { Environment } from '../options/environment.ts'

/** https://docs.dynatrace.com/docs/deliver/release-monitoring/version-detection-strategies */
const VARIABLES = {
  DT_RELEASE_VERSION: 'deployment.release_version',
  DT_RELEASE_STAGE: 'deployment.release_stage',
  DT_RELEASE_PRODUCT: 'deployment.release_product',
  DT_RELEASE_BUILD_VERSION: 'deployment.release_build_version',
}

export function releaseAttributes(environment: Environment): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const found = firstSet(environment, [variable])
    if (found !== undefined) attributes[name] = found.value
  }
  return attributes
}

/** Names for the same; the first that is there gives its value to the others. */
const SYNONYMS = [
  ['deployment.release_version', 'service.version'],
  ['deployment.release_stage', 'deployment.environment.name', 'deployment.environment'],
]

/** Queries may use either name; `deployment.environment.name` is only read, where a resource has it. */
export function synonymsOf(attributes: Attributes): Attributes {
  const synonyms: Record<string, Attributes[string]> = {}
  for (const names of SYNONYMS) {
    const value = names.map((name) => attributes[name]).find((given) => given !== undefined)
    if (value === undefined) continue
    for (const name of names) if (name !== 'deployment.environment.name') synonyms[name] = value
  }
  return synonyms
}
