import { expect, it } from 'vitest'

import { OpenPipelineError } from '../../packages/core/src/errors.ts'

const error = new OpenPipelineError('INVALID_OPTIONS', 'url is missing')

it('is an error with a code', () => {
  expect(error).toBeInstanceOf(Error)
  expect(error).toBeInstanceOf(OpenPipelineError)
  expect(error).toMatchObject({ name: 'OpenPipelineError', code: 'INVALID_OPTIONS', message: 'url is missing' })
})

it.each([
  undefined,
  null,
  'OpenPipelineError',
  {},
  new Error('url is missing'),
  Object.assign(new Error(), { code: 'EACCES' }),
])('is not %o', (value) => expect(value).not.toBeInstanceOf(OpenPipelineError))

it('leaves classes that extend it their own instances', () => {
  class Further extends OpenPipelineError {}
  expect(new Further('NO_ANSWER', '')).toBeInstanceOf(Further)
  expect(new Further('NO_ANSWER', '')).toBeInstanceOf(OpenPipelineError)
  expect(error).not.toBeInstanceOf(Further)
})
