/** Configurations of the two proxies that sit on the way out: squid and tinyproxy, with and without credentials. */
import { createHash } from 'node:crypto'
import type { Place, Recipe } from './daemon.ts'

interface Credentials {
  readonly user: string
  readonly password: string
}

interface ProxyRules {
  /** Who may pass. @defaultValue everybody */
  readonly credentials?: Credentials
  /** The only port to which a tunnel may lead. @defaultValue every port */
  readonly connectPort?: number
}

const NCSA = '/usr/lib/squid/basic_ncsa_auth'

export function squid({ credentials, connectPort }: ProxyRules = {}): (place: Place) => Recipe {
  const authentication = `
auth_param basic program ${NCSA} FOLDER/users
auth_param basic children 1
acl known proxy_auth REQUIRED
http_access deny !known`
  return ({ folder, port }) => ({
    program: 'squid',
    args: ['-N', '-f', `${folder}/squid.conf`, '-n', `port${port}`],
    files: {
      users: credentials === undefined ? '' : `${credentials.user}:${hashed(credentials)}\n`,
      'squid.conf': `
http_port 127.0.0.1:${port}
pid_filename none
netdb_filename none
cache deny all
cache_log /dev/null
access_log none
shutdown_lifetime 0 seconds
acl to_tunnel method CONNECT
${connectPort === undefined ? '' : `acl allowed port ${connectPort}\nhttp_access deny to_tunnel !allowed`}
${credentials === undefined ? '' : authentication.replace('FOLDER', folder)}
http_access allow all
`,
    },
  })
}

export function tinyproxy({ credentials, connectPort }: ProxyRules = {}): (place: Place) => Recipe {
  return ({ folder, port }) => ({
    program: 'tinyproxy',
    args: ['-d', '-c', `${folder}/tinyproxy.conf`],
    files: {
      'tinyproxy.conf': `
Port ${port}
Listen 127.0.0.1
Timeout 30
MaxClients 50
LogLevel Critical
${credentials === undefined ? '' : `BasicAuth ${credentials.user} ${credentials.password}`}
${connectPort === undefined ? '' : `ConnectPort ${connectPort}`}
`,
    },
  })
}

/** One of the forms that basic_ncsa_auth reads. */
function hashed({ password }: Credentials): string {
  return createHash('md5').update(password).digest('hex')
}
