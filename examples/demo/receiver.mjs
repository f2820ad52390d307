/** The receiver in a process of its own, as the service it stands for would be; tells what arrived when it is asked. */
import { startReceiver } from 'openpipeline-receiver'

const receiver = await startReceiver({ token: process.env.DEMO_TOKEN })
process.send({ url: receiver.url })
process.on('message', () => process.send({ tally: tally() }))

function tally() {
  return {
    services: countEvents(),
    senders: countRequests(),
    refused: receiver.requests.filter(({ status }) => status !== 202),
    dropped: receiver.dropped.length,
    example: receiver.events.find(isTelling) ?? receiver.events.at(-1),
  }
}

/** By service, which gives its events their provider. */
function countEvents() {
  const services = {}
  const ids = new Set()
  for (const { 'event.provider': name, 'event.id': id } of receiver.events) {
    const service = (services[name] ??= { arrived: 0, distinct: 0 })
    service.arrived += 1
    if (!ids.has(id)) service.distinct += 1
    ids.add(id)
  }
  return services
}

/** By package: its name stands first in the User-Agent. */
function countRequests() {
  const senders = {}
  for (const { headers, wireBytes } of receiver.requests) {
    const sender = (senders[headers['user-agent']?.split('/', 1)[0]] ??= { requests: 0, bytes: 0 })
    sender.requests += 1
    sender.bytes += wireBytes
  }
  return senders
}

/** An error with a cause shows most of what becomes of a record. */
function isTelling(event) {
  return Object.keys(event).some((name) => name.startsWith('exception.cause'))
}
