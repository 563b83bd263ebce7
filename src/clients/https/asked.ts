import type { TLSSocket } from 'node:tls'
import { type Ending, exchangeOctets, type HttpsAnswer, type HttpsRequest } from './exchange-octets.ts'
import type { SocketAgent } from './secure-sockets.ts'

/** One connection at a time; `signed`: the one that has proved who we are; `seen`: the last, whose certificate is known. */
export type Lane = { agent: SocketAgent; signed: TLSSocket | undefined; seen?: TLSSocket }

/** A request on its way. */
export type Asked = { lane: Lane; request: HttpsRequest; ending: Ending; mostOctets: number }

/** What asks a server how it wants to be signed in at. */
export const emptyPost = (url: URL): HttpsRequest => ({ method: 'POST', url, body: new Uint8Array(0) })

export async function sendAsked(
  { lane, request, ending, mostOctets }: Asked,
  headers: Record<string, string> = {},
): Promise<HttpsAnswer> {
  const made = { ...request, headers: { ...request.headers, ...headers } }
  const answer = await exchangeOctets(lane.agent, made, ending, mostOctets)
  lane.seen = answer.socket
  return answer
}
