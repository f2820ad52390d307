import { expect, it } from 'vitest'
import { createEventIds } from '../../packages/core/src/event-id.ts'

const NOW = Date.UTC(2026, 0, 1)

it('gives ids that are unique and sort as text in the order they were made, also where the table begins anew', () => {
  const next = createEventIds(NOW)
  const ids = Array.from({ length: 10_000 }, () => next())
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
})

it('counts on without a gap from one table to the next', () => {
  const next = createEventIds(NOW)
  const counters = Array.from({ length: 8200 }, () => Number.parseInt(next().split('-')[2] ?? '', 16))
  expect(counters).toEqual(Array.from({ length: 8200 }, (_, index) => index))
})

it('gives ids of one width, of start time, random part and counter', () => {
  const next = createEventIds(NOW)
  const ids = Array.from({ length: 5000 }, () => next())
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{11}-[0-9a-f]{12}-[0-9a-f]{11}$/)
  expect(Number.parseInt(ids[0]?.split('-')[0] ?? '', 16)).toBe(NOW)
})

it('never gives the same ids twice, even to two that began in the same millisecond', () => {
  expect(createEventIds(NOW)()).not.toBe(createEventIds(NOW)())
})

it('gives ids that sort behind those of an earlier start', () => {
  const earlier = createEventIds(NOW)
  for (let index = 0; index < 5000; index++) earlier()
  expect(createEventIds(NOW + 1)() > earlier()).toBe(true)
  expect(createEventIds(NOW + 0.7)()).toContain(NOW.toString(16))
})
