import { gatewayHost } from '#connectors/internet-mail/gateway.ts'
import { internetMail } from '#connectors/internet-mail/internet-transport.ts'
import { isPublicAddress } from '#connectors/internet-mail/public-address.ts'
import { gatewayMail, smartHostMail } from '#connectors/internet-mail/smart-host.ts'
import { senderAuthenticator } from '#connectors/sender-authentication/sender-authenticator.ts'
import { QueueDeliveries } from '#jobs/deliver-queue.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Config } from '#src/config/settings.ts'
import { trustedRelays } from '#src/domain/authentication/untrusted-hop.ts'
import { calendarArrivals } from '#src/domain/calendar/arrivals.ts'
import { answerAllOwed } from '#src/domain/calendar/scheduling/owed-answers.ts'
import { mailIntake, type RunningIntake } from '#src/domain/delivery/accept-message.ts'
import { type IntakeRole, MailRefusal } from '#src/domain/delivery/intake.ts'
import type { IntakeDeps } from '#src/domain/delivery/intake-deps.ts'
import { localTransport } from '#src/domain/delivery/local-transport.ts'
import { defaultRetryPolicy } from '#src/domain/delivery/retry.ts'
import { returnPaths } from '#src/domain/delivery/return-path.ts'
import { type Notice, sendNotice } from '#src/domain/delivery/service-notice.ts'
import { type MailTransport, transportByRoute } from '#src/domain/delivery/transport.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { forEveryOrganization } from '#src/domain/organization/every-organization.ts'
import { rulesStep } from '#src/domain/rules/apply-rules.ts'
import type { Store } from '#src/domain/store.ts'
import { parseImcea } from '#src/formats/address/imcea.ts'
import { type DnsClient, openDns } from '#src/platform/dns/dns-client.ts'
import { type KeptPolicies, openMtaSts } from '#src/platform/dns/mta-sts.ts'
import { policyHost } from '#src/platform/dns/policy-host.ts'
import type { Listener } from '#src/platform/listeners/listener.ts'
import { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { openSpool, type SpoolRoom } from '#src/platform/spool/spool.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import type { ServiceDescription } from '#src/protocols/admin/services.ts'
import { smtpListener } from '#src/protocols/smtp/listener.ts'
import { keptPolicies } from '#src/store/kept-policies.ts'
import { dataFolderPaths } from './data-folder.ts'
import { dnsServers } from './dns-resolver.ts'
import { type ExchangeSide, exchangeSide } from './exchange-side.ts'
import { listOf } from './lists.ts'
import { gatewayOptions, ownHostname } from './mail-hosts.ts'
import { type MailSecrets, openMailSecrets } from './mail-secrets.ts'
import { readSecret } from './read-secret.ts'
import { spamScanner, virusScanner } from './scanners.ts'
import { type ScannerState, watchedSpam, watchedVirus } from './watched-scanner.ts'

/** Mail in and out. */
export type MailService = {
  listeners: readonly Listener[]
  /** Takes what other protocols send for people, and what lies in the spool until it is sent. */
  intake: RunningIntake
  spool: IntakeDeps['spool']
  /** How deliveries and scanners do, for the description of the service. */
  describe(): Pick<ServiceDescription, 'deliveries' | 'scanners'>
  /** Sends a message of the service itself; false where its address leads to nobody. */
  notify(organization: OrganizationId, notice: Notice): Promise<boolean>
  /** Begins to empty the queue. */
  start(): Promise<void>
  /** Ends deliveries, at the latest when `signal` aborts. The listeners are stopped before. */
  stop(signal: AbortSignal): Promise<void>
}

type Parts = {
  config: Config
  store: Store
  spoolRoom: SpoolRoom
  certificate: CertificateSource
  authenticator: Authenticator
  log: Log
}

const HOUR_MS = 3_600_000
const ATTEMPT_MS = 30 * 60_000

/** Everything of mail that the configuration asks for, put together. */
export async function mailService({
  config,
  store,
  spoolRoom,
  certificate,
  authenticator,
  log,
}: Parts): Promise<MailService> {
  const dns = openDns({ servers: dnsServers(config['dns.servers']) })
  const exchange = await exchangeSide(config)
  const warnings = new BoundedWarnings(log)
  const judges = await scannersOf(config, { log, warnings, now: Date.now })
  const secrets = await openMailSecrets(dataFolderPaths(config).mailSecret)
  const deps = await intakeDeps(
    { config, store, spoolRoom, log },
    { dns, exchange, judges, warnings, secrets },
  )
  const { hostName, now, trouble } = deps
  const arrivals = calendarArrivals({ store, hostName, now, trouble, intake: () => intake })
  const intake: RunningIntake = mailIntake({ ...deps, arrivals })
  const startedAt = now()
  const ending = new AbortController()
  let resumed: Promise<void> | undefined
  const transport = transportByRoute({
    internet: await outsideTransport(config, dns, keptPolicies(store.policies, secrets.policies, now)),
    exchange: await exchangeTransport(config, exchange),
    gateway: gatewayMail(async (organization, name) => {
      const login = await store.delivery.findGatewayLogin(organization, name)
      return login && gatewayHost(login)
    }, gatewayOptions(config)),
    local: localTransport({ store, intake }),
  })
  const deliveries = new QueueDeliveries({
    store,
    transport,
    findReturnPath: returnPaths(deps),
    hostName: deps.hostName,
    policy: {
      ...defaultRetryPolicy,
      expireMs: config['outbound.expireHours'] * HOUR_MS,
      delayReportMs: config['outbound.delayReportHours'] * HOUR_MS,
    },
    now: deps.now,
    random: deps.random,
    concurrency: config['outbound.deliveries'],
    perDestination: config['outbound.deliveriesPerDestination'],
    attemptMs: ATTEMPT_MS,
    trouble: deps.trouble,
  })
  const listener = (role: IntakeRole, name: string, setting: PortSetting) =>
    smtpListener({
      role,
      name,
      setting,
      at: { host: config['smtp.host'], port: config[setting] },
      certificate,
      askClientCertificate: role === 'mx' && exchange.asksCertificates,
      connections: config['smtp.connections'],
      connectionsPerClient: config['smtp.connectionsPerClient'],
      hostName: deps.hostName,
      intake,
      ...(role !== 'mx' && { authenticator }),
      requireTls: true,
      now,
      log,
      warnings,
    })
  return {
    listeners: [
      listener('mx', 'mail from other servers', 'smtp.mxPort'),
      listener('submissions', 'mail from programs', 'smtp.submissionsPort'),
      listener('submission', 'mail from programs with STARTTLS', 'smtp.submissionPort'),
    ],
    intake,
    spool: deps.spool,
    notify: (organization, notice) =>
      sendNotice(
        { store, hostName, postmaster: deps.postmaster, findWay: returnPaths(deps), now },
        organization,
        notice,
      ),
    describe: () => ({ deliveries: deliveries.numbers, scanners: judges.states }),
    async start() {
      await deliveries.start()
      const post = { store, hostName, now, intake }
      const { signal } = ending
      const owed = (organization: OrganizationId) => answerAllOwed(post, organization, { startedAt, signal })
      resumed = forEveryOrganization(store, owed, signal).catch((error) => {
        if (!signal.aborted) trouble('Answers of resources that were still owed could not be sent', error)
      })
    },
    async stop(signal) {
      ending.abort()
      await resumed
      await deliveries.stop(signal)
      await intake.idle()
      await transport.close()
    },
  }
}

type PortSetting = 'smtp.mxPort' | 'smtp.submissionsPort' | 'smtp.submissionPort'

type IntakeParts = {
  dns: DnsClient
  exchange: ExchangeSide
  judges: Scanners
  warnings: BoundedWarnings
  secrets: MailSecrets
}

async function intakeDeps(
  { config, store, spoolRoom, log }: Omit<Parts, 'certificate' | 'authenticator'>,
  { dns, exchange, judges, warnings, secrets }: IntakeParts,
): Promise<IntakeDeps> {
  const { spool: folder } = dataFolderPaths(config)
  const hostName = ownHostname(config)
  const spool = await openSpool({
    folder,
    room: spoolRoom,
    full: () => {
      const setting = 'smtp.spoolBytes'
      warnings.warn('spool', { setting, spoolBytes: config[setting] }, 'The spool has no room for more mail')
      return new MailRefusal('try-later', '4.3.1', 'The service is short of room. Try again later.')
    },
  })
  return {
    store,
    spool,
    hostName,
    judges: {
      senders:
        config['smtp.verifySenders'] === 'yes' ? senderAuthenticator({ dns, hostname: hostName }) : undefined,
      spam: judges.spam,
      virus: judges.virus,
      scanPolicy: {
        withoutSpamVerdict: config['scan.withoutSpamVerdict'],
        withoutVirusVerdict: config['scan.withoutVirusVerdict'],
      },
      trustedRelays: trustedRelays(listOf(config['smtp.trustedRelays'])),
      trustedSealers: listOf(config['smtp.trustedSealers']),
    },
    isExchange: exchange.isExchange,
    exchange: exchange.host !== undefined,
    ...(exchange.host?.maxBytes !== undefined && { largestToExchange: exchange.host.maxBytes }),
    sharedDomain: ({ settings }) => (settings.interoperability ? exchange.shared : undefined),
    openEncapsulated: parseImcea,
    // Null where the directory is kept here alone: then it is always of now.
    synchronizedAt: (organization) => store.directorySync.synchronizedAt(organization),
    mailboxStep: rulesStep({ store, now: Date.now }),
    keys: secrets,
    limits: {
      perUser: config['limits.externalRecipientsPerUser'],
      perOrganization: config['limits.externalRecipientsPerOrganization'],
      perAccount: config['limits.externalRecipientsPerAccount'],
      fromTestDomain: config['limits.testDomainRecipients'],
    },
    sendFromSubaddresses: config['smtp.sendFromSubaddresses'] === 'yes',
    postmaster: config['smtp.postmaster'],
    trouble: (sentence, error) => log.error({ err: error }, sentence),
    now: Date.now,
    random: Math.random,
  }
}

type Scanners = Pick<IntakeDeps['judges'], 'spam' | 'virus'> & { states: readonly ScannerState[] }

async function scannersOf(config: Config, watch: Parameters<typeof watchedSpam>[1]): Promise<Scanners> {
  const plainSpam = await spamScanner(config)
  const plainVirus = virusScanner(config)
  const spam = plainSpam && watchedSpam(plainSpam, watch)
  const virus = plainVirus && watchedVirus(plainVirus, watch)
  const states = [spam?.state, virus?.state].filter((state) => state !== undefined)
  return { spam: spam?.scanner, virus: virus?.scanner, states }
}

async function outsideTransport(config: Config, dns: DnsClient, kept: KeptPolicies): Promise<MailTransport> {
  const helloName = ownHostname(config)
  const host = config['outbound.relayHost']
  if (host === '') {
    const privateAddresses = config['outbound.privateAddresses'] === 'yes'
    const allows = (address: string) => privateAddresses || isPublicAddress(address)
    return internetMail({
      dns,
      mtaSts: openMtaSts({ dns, kept, fetchPolicy: policyHost(dns, { allows }) }),
      helloName,
      isOurs: (name) => name.toLowerCase() === helloName.toLowerCase(),
      tls: config['outbound.tls'],
      privateAddresses,
      port: config['outbound.port'],
    })
  }
  const password = await readSecret(config['outbound.relayPassword'])
  const tls = config['outbound.relayTls']
  const relay = {
    host,
    port: config['outbound.relayPort'],
    tls,
    ...((tls === 'required' || tls === 'implicit') && { verifyName: host }),
    ...(password !== undefined && { login: { name: config['outbound.relayUser'], password } }),
  }
  return smartHostMail(relay, { helloName })
}

async function exchangeTransport(config: Config, { host }: ExchangeSide): Promise<MailTransport> {
  if (host === undefined)
    return notThere('No route to the Exchange side is configured (setting exchange.host).')
  return smartHostMail(host, { helloName: ownHostname(config) })
}

/** A route that was there when the message was queued. It waits for an administrator until its time is up. */
const notThere = (problem: string): MailTransport => ({
  deliver: async ({ recipients }) =>
    recipients.map(({ no }) => ({
      no,
      outcome: 'refused',
      permanent: false,
      cause: 'unreachable',
      status: '4.3.5',
      problem,
    })),
  close: async () => {},
})
