/** Configurations of haproxy: one frontend on loopback in front of a receiver. */
import type { Place, Recipe } from './daemon.ts'

export interface HaproxyDirectives {
  /** Lines of the frontend. */
  readonly frontend?: readonly string[]
  /** Lines of the backend. */
  readonly backend?: readonly string[]
  /** After the address of `server`, such as `maxconn 1`. */
  readonly server?: string
  /** After the port of `bind`, such as `ssl crt server.pem`. */
  readonly bind?: string
  readonly files?: Readonly<Record<string, string>>
}

export function haproxy(upstreamUrl: string, directives: HaproxyDirectives = {}): (place: Place) => Recipe {
  return ({ folder, port }) => ({
    program: 'haproxy',
    args: ['-f', `${folder}/haproxy.cfg`, '-db'],
    files: { ...directives.files, 'haproxy.cfg': configuration(upstreamUrl, directives, port) },
  })
}

function configuration(
  upstreamUrl: string,
  { frontend = [], backend = [], server = '', bind = '' }: HaproxyDirectives,
  port: number,
): string {
  return `
global
  log stderr local0 err
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend front
  bind 127.0.0.1:${port} ${bind}
  ${frontend.join('\n  ')}
  default_backend receiver
backend receiver
  ${backend.join('\n  ')}
  server one ${new URL(upstreamUrl).host} ${server}
`
}
