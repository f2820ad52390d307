/** Configurations of stunnel: TLS in front of something that speaks without. */
import type { Certified } from '../support/authority.ts'
import type { Place, Recipe } from './daemon.ts'

/** `authority`: PEM of who must have signed the client's certificate. */
export function stunnel(target: string, { cert, key }: Certified, authority?: string): (place: Place) => Recipe {
  return ({ folder, port }) => ({
    program: 'stunnel',
    args: [`${folder}/stunnel.conf`],
    files: {
      'server.pem': cert,
      'server.key': key,
      ...(authority !== undefined && { 'authority.pem': authority }),
      'stunnel.conf': `
foreground = yes
pid =
debug = err
[front]
accept = 127.0.0.1:${port}
connect = ${new URL(target).host}
cert = ${folder}/server.pem
key = ${folder}/server.key
${authority === undefined ? '' : `CAfile = ${folder}/authority.pem\nverifyChain = yes\nrequireCert = yes`}
`,
    },
  })
}
