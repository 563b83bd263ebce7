import { KeyUsage } from '#src/wire/kerberos/encryption.ts'
import { KdcError } from '#src/wire/kerberos/messages.ts'
import { channelSum, formatNegotiateToken, parseNegotiateError } from '#src/wire/kerberos/spnego.ts'
import { channelBindings } from '#src/wire/ntlm/respond.ts'
import { showTicket, type Ticket } from '../kerberos/exchanges.ts'
import { KerberosFailure } from '../kerberos/kerberos-failure.ts'
import type { KerberosTickets } from '../kerberos/kerberos-tickets.ts'
import type { KerberosLogin } from '../kerberos/ticket-errand.ts'
import { type Asked, emptyPost, sendAsked } from './asked.ts'
import { channelHash } from './channel-hash.ts'
import type { HttpsAnswer } from './exchange-octets.ts'
import { HttpsFailure } from './https-failure.ts'
import { challengeToken } from './offered-schemes.ts'
import type { SocketOptions } from './secure-sockets.ts'

export type KerberosWay = {
  tickets: KerberosTickets
  login: KerberosLogin
  lookup: SocketOptions['lookup'] | undefined
}

/** Why Kerberos is not spoken: no KDC gives a ticket, none answers now, or the server refused the ticket. */
export type KerberosNo = { why: 'none' | 'away' | 'refused'; message: string }

/**
 * The ticket for the server, if a KDC gives one. A password that the KDC refuses is refused for good: trying it in another way
 * would count against the account. Rejects with HttpsFailure.
 */
export async function findTicket(
  way: KerberosWay,
  { request, ending }: Asked,
  hasOthers = false,
): Promise<Ticket | KerberosNo> {
  const { tickets, login, lookup } = way
  const { hostname } = request.url
  const { called, deadline } = ending
  const signal = AbortSignal.any(called === undefined ? [deadline] : [called, deadline])
  const choice = hasOthers ? AbortSignal.timeout(tickets.waits.choiceMs) : undefined
  try {
    return await tickets.ticketFor(login, hostname, { lookup, signal, choice })
  } catch (error) {
    if (!(error instanceof KerberosFailure)) throw error
    const { kind, message } = error
    if (kind === 'account') throw new HttpsFailure('credentials', message, { status: 401, cause: error })
    if (called?.aborted) throw new HttpsFailure('aborted', message, { cause: error })
    if (deadline.aborted) throw new HttpsFailure('timeout', message, { cause: error })
    return { why: kind === 'unreachable' || kind === 'aborted' ? 'away' : 'none', message }
  }
}

/**
 * A request with a token of its own (RFC 4559 §4), bound to the certificate as NTLM is (RFC 5929 §4). A ticket that the server
 * refuses is asked for anew once, as its key may have been changed. Rejects with HttpsFailure.
 */
export async function sendByKerberos(way: KerberosWay, asked: Asked): Promise<HttpsAnswer | KerberosNo> {
  const { url } = asked.request
  const first = await sendOnce(way, asked)
  if ('message' in first || first.status !== 401) return first
  await first.drain()
  way.tickets.forget(way.login, url.hostname)
  const second = await sendOnce(way, asked)
  if ('message' in second || second.status !== 401) return second
  await second.drain()
  return { why: 'refused', message: ticketRefusal(second, url, way) }
}

/** Servers and proxies take 8 or 16 KiB of a header if nobody tells them more. */
const LONG_TOKEN_OCTETS = 6_000
/** Of what a server says of a request that it does not take. */
const MOST_SAID_OCTETS = 16 * 1024

async function sendOnce(way: KerberosWay, asked: Asked): Promise<HttpsAnswer | KerberosNo> {
  const { lane, request } = asked
  const { url } = request
  const shown = await findTicket(way, asked)
  if ('message' in shown) return shown
  if (url.protocol === 'https:' && (lane.seen === undefined || lane.seen.destroyed)) {
    const first = await sendAsked({ ...asked, request: { ...request, ...emptyPost(url) } })
    await first.drain()
  }
  const certificate = url.protocol === 'https:' ? lane.seen?.getPeerX509Certificate() : undefined
  const bindings = certificate === undefined ? null : channelBindings(channelHash(certificate))
  const token = formatNegotiateToken(showTicket(shown, channelSum(bindings), KeyUsage.apAuthenticator))
  const answer = await sendAsked(asked, { authorization: `Negotiate ${token.toString('base64')}` })
  if (token.length <= LONG_TOKEN_OCTETS || !(await saysTooLong(answer))) return answer
  const message = `${url.host} takes no Kerberos ticket of ${Math.ceil(token.length / 1_024)} KB, as that of ${way.login.user} is: take the account out of groups, or raise MaxFieldLength and MaxRequestBytes of HTTP.sys there.`
  return { why: 'refused', message }
}

/**
 * Whether it is the header that the server does not take, whose body is read for it: status 431 (RFC 6585 §5), else one of 400 that
 * says so, as HTTP.sys ("Request Too Long"), nginx ("Request Header Or Cookie Too Large"), Apache ("exceeds server limit") and Tomcat do.
 */
async function saysTooLong(answer: HttpsAnswer): Promise<boolean> {
  if (answer.status === 431) {
    await answer.drain()
    return true
  }
  if (answer.status !== 400) return false
  let said = ''
  for await (const piece of answer.body) {
    said += Buffer.from(piece).toString('latin1')
    if (said.length > MOST_SAID_OCTETS) break
  }
  return /request too long|headers?\b[^<]{0,40}\b(too (long|large|big)|exceeds)/i.test(said)
}

/** Why a server does not take a ticket that the KDC gave, as far as it says. */
function ticketRefusal(answer: HttpsAnswer, { host, hostname }: URL, { login }: KerberosWay): string {
  const token = challengeToken(answer.headers['www-authenticate'], 'negotiate')
  const error = token === undefined ? undefined : parseNegotiateError(token)
  const why =
    error?.code === KdcError.skew
      ? 'its clock and ours differ; set both by the same time server'
      : error?.code === KdcError.modified
        ? `it runs under another account than the one that has the name HTTP/${hostname}: setspn -Q HTTP/${hostname} shows that`
        : `setspn -Q HTTP/${hostname} shows the account that it has to run under; a proxy that ends TLS before it is kept out by Extended Protection`
  return `${host} refused the Kerberos ticket of ${login.user}: ${why}.`
}
