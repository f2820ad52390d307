import { describe, expect, it } from 'vitest'
import { releaseAttributes, synonymsOf } from '../../../packages/core/src/enrichment/release.ts'

describe('the release', () => {
  it('is told by the variables of Dynatrace', () => {
    const environment = {
      DT_RELEASE_VERSION: '1.4.2',
      DT_RELEASE_STAGE: 'production',
      DT_RELEASE_PRODUCT: 'shop',
      DT_RELEASE_BUILD_VERSION: '2026-11-24.7',
    }
    expect(releaseAttributes(environment)).toEqual({
      'deployment.release_version': '1.4.2',
      'deployment.release_stage': 'production',
      'deployment.release_product': 'shop',
      'deployment.release_build_version': '2026-11-24.7',
    })
  })

  it('is not told by blank variables, nor by those of npm', () => {
    expect(releaseAttributes({ DT_RELEASE_VERSION: ' ', npm_package_version: '9.9.9' })).toEqual({})
  })
})

describe('a version or a stage', () => {
  it('has the name of OpenTelemetry beside that of Dynatrace', () => {
    const attributes = { 'deployment.release_version': '1', 'deployment.release_stage': 'test' }
    expect(synonymsOf(attributes)).toEqual({
      'deployment.release_version': '1',
      'service.version': '1',
      'deployment.release_stage': 'test',
      'deployment.environment': 'test',
    })
  })

  it('has the name of Dynatrace beside that of OpenTelemetry, the old one and the new one', () => {
    expect(synonymsOf({ 'service.version': '1', 'deployment.environment': 'test' })).toMatchObject({
      'deployment.release_version': '1',
      'deployment.release_stage': 'test',
    })
    expect(synonymsOf({ 'deployment.environment.name': 'test' })).toEqual({
      'deployment.release_stage': 'test',
      'deployment.environment': 'test',
    })
  })

  it('is not invented', () => {
    expect(synonymsOf({ 'service.name': 'orders' })).toEqual({})
  })
})
