import { isIP } from 'node:net'
import type { OrganizationId } from '#src/base/ids.ts'
import type { TlsMode } from '#src/clients/smtp/connect.ts'
import type { SmtpDeadlines } from '#src/clients/smtp/deadlines.ts'
import type { SmtpServer } from '#src/clients/smtp/open-session.ts'
import type { Attempt, AttemptResult, MailTransport } from '#src/domain/delivery/transport.ts'
import { refuseAll } from './attempt-results.ts'
import { FailureMemory } from './failure-memory.ts'
import { defaultHopLimits, type HopLimits } from './hop.ts'
import { Hops } from './hops.ts'
import { isPublicAddress } from './public-address.ts'
import { publicLookup } from './public-lookup.ts'

/** A server that takes all mail of a route: the provider's relay, an SMTP gateway (FLW-12), the Exchange side. */
export type SmartHost = {
  host: string
  port: number
  tls: TlsMode
  /** The name its certificate must be for; undefined: any will do. */
  verifyName?: string
  /** PEM of the authorities to trust instead of the usual ones. */
  ca?: string
  /** Our own certificate, by which it may know us. */
  certificate?: { cert: string; key: string }
  login?: { name: string; password: string }
  /** Larger messages are not offered to it. */
  maxBytes?: number
  maxRecipients?: number
}

type SmartHostOptions = {
  helloName: string
  limits?: Partial<HopLimits>
  deadlines?: Partial<SmtpDeadlines>
  /** Whether hosts may have addresses of private networks; they may if not said. */
  privateAddresses?: boolean
  now?: () => number
}

/** Shorter than for strangers: an administrator who mends it waits for the effect. */
const FAILURE_MEMORY_MS = 15_000

/** Everything to one server. */
export const smartHostMail = (host: SmartHost, options: SmartHostOptions): MailTransport =>
  gatewayMail(async () => host, options)

/** To the gateway that the route names (FLW-12); `find` gives undefined for one that is there no more. */
export function gatewayMail(
  find: (organization: OrganizationId, name: string) => Promise<SmartHost | undefined>,
  options: SmartHostOptions,
): MailTransport {
  const now = options.now ?? Date.now
  const hops = new Hops({ ...defaultHopLimits, ...options.limits }, now)
  const memory = new FailureMemory(FAILURE_MEMORY_MS, now)
  return {
    async deliver(attempt, signal) {
      const { message, route, recipients } = attempt
      const name = route.kind === 'gateway' ? route.name : route.kind
      const host = await find(message.organization, name)
      if (host === undefined) {
        const problem = `There is no gateway ${name} any more, through which the message was to go.`
        return refuseAll(recipients, { permanent: true, cause: 'unreachable', status: '5.3.5', problem })
      }
      const forbidden = forbiddenHost(host, options)
      if (forbidden !== undefined)
        return refuseAll(recipients, {
          permanent: false,
          cause: 'unreachable',
          status: '4.3.5',
          problem: forbidden,
        })
      const size = message.sizeBytes
      if (host.maxBytes !== undefined && size > host.maxBytes) {
        const problem = `The message has ${size} octets, and ${host.host} takes ${host.maxBytes}.`
        return refuseAll(recipients, { permanent: true, cause: 'refused', status: '5.3.4', problem })
      }
      return through(host, { options, hops, memory }, attempt, signal)
    },
    close: () => hops.close(),
  }
}

/** What stands against a host that is given as an address: names are looked at where they are looked up. */
export function forbiddenHost(
  { host }: Pick<SmartHost, 'host'>,
  { privateAddresses = true }: Pick<SmartHostOptions, 'privateAddresses'>,
): string | undefined {
  if (privateAddresses || isIP(host) === 0 || isPublicAddress(host)) return undefined
  return `${host} is an address of a private network, and the setting outbound.privateAddresses forbids those.`
}

/** How a session with it is opened. */
export function serverOf(
  { host, port, tls, verifyName, ca, certificate, login }: SmartHost,
  { helloName, deadlines, privateAddresses = true }: SmartHostOptions,
): SmtpServer {
  return {
    host,
    port,
    helloName,
    tls: {
      mode: tls,
      ...(verifyName !== undefined && { verifyName }),
      ...(ca !== undefined && { ca }),
      ...(certificate && { certificate }),
    },
    ...(login && { login }),
    ...(deadlines && { deadlines }),
    ...(!privateAddresses && { lookup: publicLookup }),
  }
}

/** RFC 8689 §4.2.1: TLS, whatever else is said of the route, with a certificate for the name of the host. */
const verified = (host: SmartHost): SmartHost => ({
  ...host,
  tls: host.tls === 'implicit' ? 'implicit' : 'required',
  verifyName: host.verifyName ?? host.host,
})

async function through(
  host: SmartHost,
  { options, hops, memory }: { options: SmartHostOptions; hops: Hops; memory: FailureMemory },
  attempt: Attempt,
  signal: AbortSignal,
): Promise<AttemptResult[]> {
  const { message, recipients } = attempt
  const name = `${host.host}:${host.port}`
  const server = serverOf(message.requireTls ? verified(host) : host, options)
  const hop = hops.to(
    name,
    server,
    host.maxRecipients === undefined ? {} : { recipients: host.maxRecipients },
  )
  const known = memory.find(hop.key)
  if (known !== undefined) return hop.failed(attempt, recipients, known)
  const { results, undecided } = await hop.send(attempt, recipients, signal)
  if (undecided === undefined) return results
  const { failure } = undecided
  if (failure.kind === 'connect' || failure.kind === 'login' || failure.kind === 'tls')
    memory.note(hop.key, failure)
  return [...results, ...hop.failed(attempt, undecided.recipients, failure)]
}
