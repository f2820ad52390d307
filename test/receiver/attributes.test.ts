import { expect, it } from 'vitest'
import { receiverFor } from './fixture.ts'
import { post } from './post.ts'

it('makes each query parameter an attribute of every event', async () => {
  const receiver = await receiverFor()
  const path = '/platform/ingest/v1/events?service.name=shop&stage=a%20b'
  await post(receiver.url, [{ content: 'one' }, { content: 'two' }], { path })
  expect(receiver.events).toMatchObject([
    { content: 'one', 'service.name': 'shop', stage: 'a b' },
    { content: 'two', 'service.name': 'shop', stage: 'a b' },
  ])
  expect(receiver.requests[0]).toMatchObject({
    path: '/platform/ingest/v1/events',
    query: { 'service.name': 'shop', stage: 'a b' },
  })
})

it('keeps what a parameter replaces as overwritten<N>, with the first free number', async () => {
  const receiver = await receiverFor()
  const path = '/platform/ingest/v1/events?type=new'
  await post(receiver.url, { type: 7, 'overwritten1.type': 'older' }, { path })
  expect(receiver.events[0]).toMatchObject({ type: 'new', 'overwritten1.type': 'older', 'overwritten2.type': 7 })
})

it('takes a timestamp from a parameter, too', async () => {
  const receiver = await receiverFor()
  await post(receiver.url, { content: 'old' }, { path: '/platform/ingest/v1/events?timestamp=2020-01-01T00:00:00Z' })
  expect(receiver.dropped).toMatchObject([{ event: { content: 'old' }, path: '/platform/ingest/v1/events' }])
})
