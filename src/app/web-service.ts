import type { Config } from '#src/config/settings.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import { type AvailabilityDeps, answerAvailability } from '#src/domain/availability/answer-availability.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Store } from '#src/domain/store.ts'
import { httpListener } from '#src/platform/http/http-listener.ts'
import type { HttpRequest } from '#src/platform/http/route.ts'
import type { Listener } from '#src/platform/listeners/listener.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { autodiscoverRoute } from '#src/protocols/autodiscover/endpoint.ts'
import { ewsRoute } from '#src/protocols/ews/endpoint.ts'
import { FoundLists } from '#src/protocols/ews/found-lists.ts'
import { Subscriptions } from '#src/protocols/ews/notifications/subscriptions.ts'
import { ownHostname } from './mail-hosts.ts'
import type { MailService } from './mail-service.ts'

type Parts = {
  config: Config
  store: Store
  addressBooks: AddressBooks
  mail: Pick<MailService, 'intake' | 'spool'>
  certificate: CertificateSource
  authenticator: Authenticator
  availability: AvailabilityDeps
  log: Log
}

/** The HTTPS port of people's programs; each protocol on it is a route. */
export function webListener({
  config,
  store,
  addressBooks,
  mail,
  certificate,
  authenticator,
  availability,
  log,
}: Parts): Listener {
  const now = Date.now
  const ews = ewsRoute({
    store,
    authenticator,
    intake: mail.intake,
    spool: mail.spool,
    addressBooks,
    availability: (query) => answerAvailability(availability, query),
    digests: new Digests(),
    subscriptions: new Subscriptions(now),
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
    now,
    log,
  })
  return httpListener({
    name: 'mail, calendars and contacts for programs',
    setting: 'web.port',
    at: { host: config['web.host'], port: config['web.port'] },
    certificate,
    requestMs: config['web.requestSeconds'] * 1000,
    connections: config['web.connections'],
    log,
    routes: [ews, autodiscover],
  })
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
