import { isIP } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { isPublicAddress } from '#connectors/internet-mail/public-address.ts'
import { publicLookup } from '#connectors/internet-mail/public-lookup.ts'
import type { HttpsAnswer } from '#src/clients/https/exchange-octets.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'
import type { Config } from '#src/config/settings.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type OpenPushChannel, PushUndelivered } from '#src/protocols/ews/notifications/push-channel.ts'
import { soapAction } from '#src/wire/ews/message.ts'
import { version } from './version.ts'

const TIMEOUT_MS = 30_000
const MOST_OCTETS = 64 * 1024

/**
 * Sends notifications to the addresses of clients. As any user may name them, private networks are only spoken to where
 * `outbound.privateAddresses` allows it; redirects are not followed.
 */
export function pushChannels(config: Pick<Config, 'outbound.privateAddresses'>): OpenPushChannel {
  const allowed = config['outbound.privateAddresses'] === 'yes'
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (!allowed && isIP(host) !== 0 && !isPublicAddress(host))
      throw new Refusal(
        'invalid-parameter',
        `${host} is an address of a private network, and the setting outbound.privateAddresses forbids those.`,
      )
    const peer = new HttpsPeer({
      userAgent: `Landbridge/${version}`,
      connections: 1,
      plain: url.protocol === 'http:',
      ...(!allowed && { lookup: publicLookup }),
    })
    return {
      send: (document, signal) => post(peer, url, document, signal),
      close: () => peer.close(),
    }
  }
}

const headers = {
  'content-type': 'text/xml; charset=utf-8',
  accept: 'text/xml',
  soapaction: soapAction('SendNotification'),
}

async function post(peer: HttpsPeer, url: URL, body: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const options = { timeoutMs: TIMEOUT_MS, signal, mostOctets: MOST_OCTETS, repeatable: false }
    return await bodyOf(url, await peer.send({ method: 'POST', url, headers, body }, options))
  } catch (error) {
    if (!(error instanceof HttpsFailure)) throw error
    throw new PushUndelivered(error.message, { cause: error })
  }
}

async function bodyOf(url: URL, answer: HttpsAnswer): Promise<Uint8Array> {
  if (answer.status === 200) return buffer(answer.body)
  await answer.drain()
  throw new PushUndelivered(`${url.host} answered with status ${answer.status}.`)
}
