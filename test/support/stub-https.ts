import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { certificateFor, type Pair } from './certificate.ts'

export type { Pair }

/** A certificate for localhost, of its own authority. */
export const localhostCertificate = (algorithm = 'sha256'): Promise<Pair> =>
  certificateFor(['localhost', '127.0.0.1'], { algorithm })

export type StubRequest = { request: IncomingMessage; body: string; response: ServerResponse }
export type StubHttps = {
  url: string
  pair: Pair
  /** All that was asked, oldest first. */
  asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[]
  connections: number
  close(): Promise<void>
}

/** An HTTPS server on a free port of this machine that answers as it is told. */
export async function stubHttps(
  answer: (asked: StubRequest) => void | Promise<void>,
  given?: Pair,
): Promise<StubHttps> {
  const pair = given ?? (await localhostCertificate())
  const server = createServer({ ...pair, keepAliveTimeout: 60_000 }, (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString()
      const { method = '', url = '', headers } = request
      stub.asked.push({ method, url, headers, body })
      void Promise.resolve(answer({ request, body, response })).catch((error) => {
        response.destroy(error as Error)
      })
    })
    request.on('error', () => {})
  })
  server.on('secureConnection', () => stub.connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stub: StubHttps = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    pair,
    asked: [],
    connections: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return stub
}

/** Answers a text. */
export function reply(
  { response }: StubRequest,
  status: number,
  body = '',
  headers: Record<string, string | string[]> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8', ...headers })
  response.end(body)
}
