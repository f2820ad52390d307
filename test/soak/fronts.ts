/** nginx and haproxy of a soak: one of each, with a port for each lane and each fault of theirs. */
import { type Daemon, findProgram, freePort, startDaemon } from '../servers/daemon.ts'
import type { Path } from './faults.ts'

export interface Fronts {
  /** Programs that are not installed, whose faults are left out. */
  readonly missing: readonly string[]
  /** Port that leads to the endpoint of a lane by this path. */
  portOf(lane: number, path: Path): number
  readonly paths: readonly Path[]
  end(): Promise<void>
}

type Configure = (lane: number, path: Path, port: number, upstream: URL) => string

export async function startFronts(upstreams: readonly URL[]): Promise<Fronts> {
  const ports = new Map<string, number>()
  const daemons: Daemon[] = []
  const missing: string[] = []
  const paths: Path[] = []
  const start = async (program: string, own: readonly Path[], run: (configuration: string) => Promise<Daemon>) => {
    if (findProgram(program) === undefined) return void missing.push(program)
    const configure = program === 'nginx' ? nginxServer : haproxyFrontend
    const parts: string[] = []
    for (const [lane, upstream] of upstreams.entries()) {
      for (const path of own) {
        const port = await freePort()
        ports.set(`${lane} ${path}`, port)
        parts.push(configure(lane, path, port, upstream))
      }
    }
    paths.push(...own)
    daemons.push(await run(parts.join('\n')))
  }
  await start('nginx', ['nginx 413', 'nginx 429', 'nginx 504'], startNginx)
  await start('haproxy', ['haproxy 429', 'haproxy queue', 'haproxy drop', 'haproxy reject'], startHaproxy)
  return {
    missing,
    paths: ['direct', ...paths],
    portOf: (lane, path) => ports.get(`${lane} ${path}`) ?? Number(upstreams[lane]?.port),
    async end() {
      for (const daemon of daemons) await daemon.remove()
    },
  }
}

const nginxServer: Configure = (lane, path, port, upstream) => {
  const pass = `proxy_pass ${upstream.origin}; proxy_http_version 1.1; proxy_set_header Connection "";`
  const directives: Partial<Record<Path, string>> = {
    'nginx 413': `client_max_body_size 256k; location / { ${pass} }`,
    'nginx 429': `location / { limit_req zone=lane${lane}; limit_req_status 429; error_page 429 = @later; ${pass} }
      location @later { add_header Retry-After 1 always; return 429; }`,
    'nginx 504': `location / { proxy_read_timeout 500ms; ${pass} }`,
  }
  const zone = path === 'nginx 429' ? `limit_req_zone $binary_remote_addr zone=lane${lane}:1m rate=2r/s;\n` : ''
  return `${zone}server { listen 127.0.0.1:${port}; ${directives[path]} }`
}

/** The server's own port is only there to tell that it is ready. */
function startNginx(servers: string): Promise<Daemon> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return startDaemon(({ folder, port }) => ({
    program: 'nginx',
    args: ['-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'stderr'],
    files: {
      'nginx.conf': `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events {}
http {
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(' ')}
  access_log off;
  client_max_body_size 10m;
  server { listen 127.0.0.1:${port}; return 204; }
  ${servers}
}
`,
    },
  }))
}

const haproxyFrontend: Configure = (lane, path, port, upstream) => {
  const rules: Partial<Record<Path, string>> = {
    'haproxy 429': `stick-table type ip size 10 expire 10s store http_req_rate(1s)
  http-request track-sc0 src
  http-request return status 429 hdr Retry-After 1 if { sc_http_req_rate(0) gt 4 }`,
    'haproxy drop': 'http-request silent-drop if { rand(100) lt 30 }',
    'haproxy reject': 'http-request reject if { rand(100) lt 30 }',
  }
  const name = `${path.replaceAll(' ', '-')}-${lane}`
  const queue = path === 'haproxy queue' ? 'maxconn 1' : ''
  return `
frontend ${name}
  bind 127.0.0.1:${port}
  ${rules[path] ?? ''}
  default_backend to-${name}
backend to-${name}
  timeout queue 100ms
  server one ${upstream.host} ${queue}
`
}

function startHaproxy(frontends: string): Promise<Daemon> {
  return startDaemon(({ folder, port }) => ({
    program: 'haproxy',
    args: ['-f', `${folder}/haproxy.cfg`, '-db'],
    files: {
      'haproxy.cfg': `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend ready
  bind 127.0.0.1:${port}
  http-request return status 204
${frontends}
`,
    },
  }))
}
