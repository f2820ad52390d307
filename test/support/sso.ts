/** A stand-in of the OAuth server: it gives a bearer token for the right client, or what a test says. */
import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certified } from './authority.ts'

export const CLIENT_SECRET = 'dt0s02.SSOCLNT1.0OAUTHSECRET0OAUTHSECRET0OAUTHSECRET0OAUTHSECRET0OAUTHSECRET00'

interface SsoAnswer {
  readonly status?: number
  /** Text as it is, an object as JSON. */
  readonly body?: string | object
}

export interface Sso {
  readonly url: string
  /** Fields of every form that came, in order. */
  readonly forms: readonly Readonly<Record<string, string>>[]
  /** Tokens that were given, in order. */
  readonly tokens: readonly string[]
  /** Instead of a token; undefined for normal service, 'hang' for no answer at all. */
  answer(answer: SsoAnswer | 'hang' | undefined): void
  /** Resolves when it was asked so often. */
  asked(count: number): Promise<void>
}

export async function startSso(expiresIn: unknown = 300, tls?: Certified): Promise<Sso> {
  const forms: Record<string, string>[] = []
  const tokens: string[] = []
  const watchers = new Set<() => void>()
  let scripted: SsoAnswer | 'hang' | undefined
  const server: Server = tls === undefined ? createHttpServer() : createHttpsServer(tls)
  server.on('request', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      forms.push(Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())))
      for (const look of watchers) look()
      if (scripted === 'hang') return
      const { body, status } = scripted ?? answerTo(forms.at(-1), () => nextToken(tokens), expiresIn)
      response.writeHead(status ?? 200).end(typeof body === 'object' ? JSON.stringify(body) : body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/sso/oauth2/token`,
    forms,
    tokens,
    answer(answer) {
      scripted = answer
    },
    asked: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (forms.length < count) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
  }
}

function answerTo(form: Readonly<Record<string, string>> = {}, next: () => string, expiresIn: unknown): SsoAnswer {
  if (form['client_secret'] !== CLIENT_SECRET) return { status: 401, body: { error: 'invalid_client' } }
  return { body: { access_token: next(), token_type: 'Bearer', expires_in: expiresIn, scope: form['scope'] } }
}

/** In the form of a JWT, and never the same. */
function nextToken(tokens: string[]): string {
  const token = `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(`{"jti":"0JWTSECRET0-${tokens.length}"}`).toString('base64url')}.c2ln`
  tokens.push(token)
  return token
}
