/** An application that has a `fetch` of its own, after it has loaded and used the package that it is given. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, url } = given

const before = globalsOf()
const logging = await open(way, options)
logging.info({}, 'a record')
const added = globalsOf().filter((key) => !before.includes(key))
const body = 'of the application'
const headers = { authorization: 'none', 'content-length': String(body.length) }
const { status } = await fetch(url, { method: 'POST', body, headers })
report({ added, status, logged: 1 })

function globalsOf() {
  return Reflect.ownKeys(globalThis).map(String)
}
