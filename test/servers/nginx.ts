/** Configurations of nginx: one server on loopback in front of a receiver. */
import type { Place, Recipe } from './daemon.ts'

export interface NginxDirectives {
  /** Inside `http`. */
  readonly http?: string
  /** Inside `server`. */
  readonly server?: string
  /** Inside `location /`. @defaultValue everything goes to the receiver */
  readonly location?: string
  /** After the port of `listen`, such as `ssl`. */
  readonly listen?: string
  /** Files that the directives name, relative to the folder. */
  readonly files?: Readonly<Record<string, string>>
}

export const ACCESS_LOG = 'access.log'

export function nginx(upstreamUrl: string, directives: NginxDirectives = {}): (place: Place) => Recipe {
  return ({ folder, port }) => ({
    program: 'nginx',
    args: ['-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'stderr'],
    files: { ...directives.files, 'nginx.conf': configuration(upstreamUrl, directives, port) },
  })
}

/** One process, so that its id is all there is to end. `X-Accel` and buffering of requests are left as they come. */
function configuration(upstreamUrl: string, { http, server, location, listen }: NginxDirectives, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(' ')}
  log_format times '$msec $status $request_length';
  access_log ${ACCESS_LOG} times;
  ${http ?? ''}
  server {
    listen 127.0.0.1:${port} ${listen ?? ''};
    ${server ?? ''}
    location / { ${location ?? toReceiver(upstreamUrl)} }
    location @receiver { ${toReceiver(upstreamUrl)} }
  }
}
`
}

/** Connections to the receiver stay open, as in a real set-up. */
export function toReceiver(upstreamUrl: string): string {
  return `proxy_pass ${upstreamUrl}; proxy_http_version 1.1; proxy_set_header Connection "";`
}
