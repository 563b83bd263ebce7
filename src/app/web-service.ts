import type { Config } from '#src/config/settings.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import type { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { type AvailabilityDeps, answerAvailability } from '#src/domain/availability/answer-availability.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import type { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Store } from '#src/domain/store.ts'
import { httpListener } from '#src/platform/http/http-listener.ts'
import type { HttpRequest } from '#src/platform/http/route.ts'
import type { Listener } from '#src/platform/listeners/listener.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { autodiscoverRoute } from '#src/protocols/autodiscover/endpoint.ts'
import { autodiscoverRedirect } from '#src/protocols/autodiscover/redirect.ts'
import { ewsRoute } from '#src/protocols/ews/endpoint.ts'
import { FoundLists } from '#src/protocols/ews/found-lists.ts'
import { Pushes } from '#src/protocols/ews/notifications/pushes.ts'
import { Subscriptions } from '#src/protocols/ews/notifications/subscriptions.ts'
import { oabRoute } from '#src/protocols/oab/endpoint.ts'
import { ownHostname } from './mail-hosts.ts'
import type { MailService } from './mail-service.ts'
import { pushChannels } from './push-channel.ts'

type Parts = {
  config: Config
  store: Store
  addressBooks: AddressBooks
  offlineBooks: OfflineBooks
  mail: Pick<MailService, 'intake' | 'spool'>
  certificate: CertificateSource
  authenticator: Authenticator
  digests: Digests
  availability: AvailabilityDeps
  log: Log
}

/** The HTTPS port of people's programs, and the one without TLS that says where Autodiscover is (AUD-01), if that is wanted. */
export function webListeners(parts: Parts): Listener[] {
  const { config, log } = parts
  const web = webListener(parts)
  let { 'web.port': port } = config
  const known: Listener = {
    ...web,
    async listen() {
      const address = await web.listen()
      // Port 0 is whichever was free.
      port = Number(new URL(address).port || 443)
      return address
    },
  }
  return config['web.redirect'] === 'yes' ? [known, redirectListener(config, log, () => port)] : [known]
}

/** Each protocol of people's programs is a route. */
function webListener({
  config,
  store,
  addressBooks,
  offlineBooks,
  mail,
  certificate,
  authenticator,
  digests,
  availability,
  log,
}: Parts): Listener {
  const now = Date.now
  const pushes = new Pushes(pushChannels(config))
  const ews = ewsRoute({
    store,
    authenticator,
    intake: mail.intake,
    spool: mail.spool,
    addressBooks,
    availability: (query) => answerAvailability(availability, query),
    digests,
    subscriptions: new Subscriptions(now),
    pushes,
    foundLists: new FoundLists(now),
    hostName: ownHostname(config),
    limits: {
      requestBytes: config['web.requestBytes'],
      requestsPerUser: config['web.requestsPerUser'],
    },
    now,
    log,
  })
  const autodiscover = autodiscoverRoute({
    store,
    authenticator,
    baseUrl: baseUrl(config),
    exchangeUrl: config['exchange.autodiscoverUrl'],
    offlineBooks,
    now,
    log,
  })
  const listener = httpListener({
    name: 'mail, calendars and contacts for programs',
    setting: 'web.port',
    at: { host: config['web.host'], port: config['web.port'] },
    certificate,
    requestMs: config['web.requestSeconds'] * 1000,
    connections: config['web.connections'],
    log,
    routes: [ews, autodiscover, oabRoute({ store, authenticator, offlineBooks, log })],
  })
  return {
    ...listener,
    async stop(signal) {
      await Promise.all([listener.stop(signal), pushes.stop()])
    },
  }
}

function redirectListener(config: Config, log: Log, securePort: () => number): Listener {
  return httpListener({
    name: 'way to Autodiscover without TLS',
    setting: 'web.redirectPort',
    at: { host: config['web.host'], port: config['web.redirectPort'] },
    requestMs: 10_000,
    log,
    routes: [autodiscoverRedirect(() => publicUrl({ ...config, 'web.port': securePort() }))],
  })
}

/** Where the HTTPS port is reached: never by what somebody asked for without TLS. */
export function publicUrl(config: Config): string {
  if (config['web.url'] !== '') return config['web.url']
  const port = config['web.port']
  return `https://${ownHostname(config)}${port === 443 ? '' : `:${port}`}`
}

/** `https://mail.corp.example`: as set, else by the host name of the service and the port that the client came to. */
function baseUrl(config: Config): (request: Pick<HttpRequest, 'headers'>) => string {
  return ({ headers }) => {
    if (config['web.url'] !== '') return config['web.url']
    const asked = URL.parse(`https://${headers.host ?? ''}`)
    const host = config['service.hostname'] || asked?.hostname || ownHostname(config)
    return `https://${host}${asked?.port ? `:${asked.port}` : ''}`
  }
}
