/**
 * The server of one cell: speaks enough of each product's protocol to be taken for it, misbehaves as told, and counts the records that it
 * has accepted. Whatever the protocol, a record is known by the text `record-<n>.` in the body.
 */
import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'

const behaviour = JSON.parse(process.argv[2])

const accepted = new Map()
let requests = 0

const server = createServer(async (request, response) => {
  if (request.method !== 'POST' && request.method !== 'PUT') return answer(response, 200, request.url, greeting)
  requests++
  const number = requests
  if (behaviour.hang) return
  const body = await bodyOf(request).catch(() => undefined)
  if (body === undefined) return
  const refusal = refusalOf(number, body)
  await new Promise((resolve) => setTimeout(resolve, behaviour.latencyMs ?? 0))
  if (refusal !== undefined) return refuse(response, refusal)
  for (const [, id] of body.matchAll(/record-(\d+)\./g)) accepted.set(id, (accepted.get(id) ?? 0) + 1)
  answer(response, ...successOf(request.url))
})

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', (message) => {
  if (message === 'count')
    process.send({
      requests,
      accepted: accepted.size,
      twice: [...accepted.values()].filter((times) => times > 1).length,
    })
})
process.on('disconnect', () => process.exit(0))

/** Text of the body; latin1, so that binary protocols keep their strings. */
async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('latin1')
}

function refusalOf(number, body) {
  const { first, maxBytes, poison } = behaviour
  if (first !== undefined && number <= first.times) return first
  if (maxBytes !== undefined && body.length > maxBytes) return { status: 413 }
  return poison === true && body.includes('poison') ? { status: 400 } : undefined
}

function refuse(response, { headers = {}, status }) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ error: { code: status, message: 'refused by the comparison' } }))
}

function successOf(path) {
  if (path.includes('/_bulk')) return [200, path, { took: 1, errors: false, items: [] }]
  if (path.startsWith('/loki/')) return [204, path]
  if (path.startsWith('/platform/ingest')) return [202, path]
  if (path.startsWith('/v1/datasets') || path.startsWith('/v1/ingest'))
    return [200, path, { ingested: 1, failed: 0, failures: [] }]
  if (path.startsWith('/betterstack')) return [202, path]
  return [200, path, {}]
}

/** What an Elasticsearch says at its root: its client asks before it sends. */
const greeting = {
  name: 'backend',
  version: { number: '9.0.0', build_flavor: 'default' },
  tagline: 'You Know, for Search',
}

function answer(response, status, path, body) {
  const isElastic = path.includes('/_') || path === '/'
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(isElastic && { 'x-elastic-product': 'Elasticsearch' }),
  })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
