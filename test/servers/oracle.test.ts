/** The oracle of the soak can fail: what never accused anybody would prove nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { post } from '../receiver/post.ts'
import { Oracle } from '../soak/oracle.ts'
import { recordOf } from '../soak/payload.mjs'
import { TOKEN } from './servers.ts'

const SEED = 1
let oracle: Oracle
let url = ''

beforeAll(async () => {
  oracle = new Oracle()
  url = (await oracle.start(TOKEN, 1))[0] ?? ''
})
afterAll(() => oracle.end())

function send(...records: readonly object[]): Promise<{ status: number }> {
  return post(url, records, { headers: { authorization: `Api-Token ${TOKEN}` } })
}

it('says what is missing, twice there, corrupted, and what nobody sent', async () => {
  await oracle.expect('p')
  const [first, second, third] = [0, 1, 2].map((seq) => recordOf(SEED, 'p', seq))
  await send({ ...first }, { ...second })
  await send({ ...first })
  await send({ ...third, text: 'changed on the way' })
  await send(recordOf(SEED, 'p', 9))
  await send(recordOf(SEED, 'somebody else', 0))
  expect(await oracle.settle('p', 4)).toEqual({ delivered: 2, duplicates: 1, missing: [2, 3], poison: 0 })
  await send({ ...first }) // after its account was closed
  expect(await oracle.totals()).toMatchObject({ corrupted: 1, spurious: 2, late: 1, statuses: { 202: 6 } })
})

it('refuses poison with all that comes with it, and does not miss it', async () => {
  await oracle.expect('q')
  const records = Array.from({ length: 1000 }, (_, seq) => recordOf(SEED, 'q', seq))
  const poison = records.filter((record) => record.poison === true)
  expect(poison.length).toBeGreaterThan(0)
  expect(await send(...records)).toMatchObject({ status: 400 })
  expect(await send(...records.filter((record) => record.poison !== true))).toMatchObject({ status: 202 })
  const delivered = records.length - poison.length
  expect(await oracle.settle('q', 1000)).toMatchObject({ delivered, missing: [], poison: poison.length })
})
