import { isIP } from 'node:net'
import type { TlsWishes } from '#src/clients/smtp/connect.ts'
import type { SmtpDeadlines } from '#src/clients/smtp/deadlines.ts'
import type { SmtpFailure } from '#src/clients/smtp/failure.ts'
import type { QueuedRecipient } from '#src/domain/delivery/queue.ts'
import type { Attempt, AttemptResult, MailTransport } from '#src/domain/delivery/transport.ts'
import type { DnsClient } from '#src/platform/dns/dns-client.ts'
import { DnsFault } from '#src/platform/dns/dns-fault.ts'
import { type MailExchanger, mailExchangers } from '#src/platform/dns/mail-exchangers.ts'
import { type MtaSts, type MtaStsPolicy, policyAllows } from '#src/platform/dns/mta-sts.ts'
import { isFinal, type Refused, refuseAll } from './attempt-results.ts'
import { FailureMemory } from './failure-memory.ts'
import { defaultHopLimits, type Hop, type HopLimits } from './hop.ts'
import { Hops } from './hops.ts'
import { isPublicAddress } from './public-address.ts'

export type InternetMailOptions = {
  dns: DnsClient
  mtaSts: MtaSts
  /** What we say in EHLO. */
  helloName: string
  /** Whether a host that an MX names is this service. */
  isOurs: (host: string) => boolean
  /** `required`: no mail in clear, whatever the next hop can do. */
  tls: 'opportunistic' | 'required'
  /** Whether hosts may have addresses of private networks and of this machine. */
  privateAddresses: boolean
  port?: number
  limits?: Partial<HopLimits>
  deadlines?: Partial<SmtpDeadlines>
  /** PEM of the authorities to trust instead of the usual ones, where certificates are verified. */
  ca?: string
  now?: () => number
}

/** How long a host that could not be reached is left alone. */
const FAILURE_MEMORY_MS = 60_000
/** Addresses tried in one attempt, over all hosts. */
const MOST_TRIES = 8

type Target = { host: string; address: string }

/** To the mail exchangers of a domain (RFC 5321 §5), with MTA-STS (RFC 8461) and opportunistic TLS. */
export function internetMail(options: InternetMailOptions): MailTransport {
  const now = options.now ?? Date.now
  const limits = { ...defaultHopLimits, ...options.limits }
  const hops = new Hops(limits, now)
  const memory = new FailureMemory(FAILURE_MEMORY_MS, now)
  return {
    async deliver(attempt, signal) {
      const { route, recipients } = attempt
      if (route.kind !== 'internet') throw new Error(`Route ${route.kind} does not lead to the Internet`)
      const way = await findTargets(options, route.domain)
      if ('refused' in way) return refuseAll(recipients, way.refused)
      const tls = tlsFor(options, attempt, way.policy)
      return tryTargets({ options, hops, memory, tls }, attempt, way.targets, signal)
    },
    close: () => hops.close(),
  }
}

type Way =
  | { targets: readonly Target[]; policy: MtaStsPolicy | undefined }
  | { refused: Omit<Refused, 'no' | 'outcome'> }

async function findTargets(options: InternetMailOptions, domain: string): Promise<Way> {
  const literal = /^\[(?:IPv6:)?([^\]]+)\]$/i.exec(domain)?.[1]
  if (literal !== undefined) {
    if (isIP(literal) === 0) return never('5.1.2', `${domain} is not an address of a host.`)
    return reachable(options, domain, [{ host: literal, preference: 0, addresses: [literal] }], undefined)
  }
  try {
    const [route, policy] = await Promise.all([
      mailExchangers(options.dns, domain, { isOurs: options.isOurs }),
      options.mtaSts.policyFor(domain),
    ])
    if (route.kind === 'null-mx') return never('5.1.10', `The domain ${domain} takes no mail (null MX).`)
    if (route.kind === 'no-such-domain') return never('5.1.2', `The domain ${domain} does not exist.`)
    if (route.kind === 'no-host') {
      return route.reason === 'only-ourselves'
        ? never(
            '5.4.6',
            `The MX records of ${domain} lead back to this service, which does not know the domain.`,
          )
        : never('5.4.4', `No mail server of ${domain} has an address.`)
    }
    return reachable(options, domain, route.hosts, policy)
  } catch (fault) {
    if (!(fault instanceof DnsFault)) throw fault
    return later('4.4.3', `DNS does not tell where mail for ${domain} goes: ${fault.message}.`)
  }
}

function reachable(
  options: InternetMailOptions,
  domain: string,
  hosts: readonly MailExchanger[],
  policy: MtaStsPolicy | undefined,
): Way {
  const allowed = policy ? hosts.filter(({ host }) => policyAllows(policy, host)) : hosts
  if (allowed.length === 0)
    return later('4.7.5', `The MTA-STS policy of ${domain} names none of its mail servers.`, 'insecure')
  const targets = allowed.flatMap(({ host, addresses }) =>
    addresses
      .filter((address) => options.privateAddresses || isPublicAddress(address))
      .map((address) => ({ host, address })),
  )
  if (targets.length === 0)
    return never('5.4.4', `The mail servers of ${domain} have only addresses of private networks.`)
  return { targets, policy }
}

const never = (status: string, problem: string): Way => ({
  refused: { permanent: true, cause: 'unreachable', status, problem },
})
const later = (status: string, problem: string, cause: Refused['cause'] = 'unreachable'): Way => ({
  refused: { permanent: false, cause, status, problem },
})

/** TLS by host: a policy that enforces, and a message that must not travel in clear, want the certificate verified. */
function tlsFor(
  { tls, ca }: InternetMailOptions,
  { message }: Attempt,
  policy: MtaStsPolicy | undefined,
): (host: string) => TlsWishes {
  const verified = policy?.mode === 'enforce' || message.requireTls
  return (host) =>
    verified
      ? { mode: 'required', verifyName: host, ...(ca !== undefined && { ca }) }
      : { mode: tls, serverName: host }
}

type Parts = {
  options: InternetMailOptions
  hops: Hops
  memory: FailureMemory
  tls: (host: string) => TlsWishes
}

/** One host after the other, each asked about those whom none before has decided about. */
async function tryTargets(
  { options, hops, memory, tls }: Parts,
  attempt: Attempt,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<AttemptResult[]> {
  const { helloName, port = 25, deadlines } = options
  const results: AttemptResult[] = []
  let left: readonly QueuedRecipient[] = attempt.recipients
  let last: Undecided | undefined
  for (const { host, address } of targets.slice(0, MOST_TRIES)) {
    const wishes = tls(host)
    const server = { host: address, port, helloName, tls: wishes, ...(deadlines && { deadlines }) }
    const hop = hops.to(`${host} [${address}]`, server)
    const known = memory.find(hop.key)
    if (known !== undefined) {
      last = worthier(attempt, last, { hop, failure: known })
      continue
    }
    const outcome = await hop.send(attempt, left, signal)
    results.push(...outcome.results)
    if (outcome.undecided === undefined) return inOrder(attempt, results)
    const { failure } = outcome.undecided
    if (isAboutTheHost(failure)) memory.note(hop.key, failure)
    left = outcome.undecided.recipients
    last = worthier(attempt, last, { hop, failure })
  }
  if (last !== undefined) results.push(...last.hop.failed(attempt, left, last.failure))
  return inOrder(attempt, results)
}

type Undecided = { hop: Hop; failure: SmtpFailure }

/** While one host may still take it later, the others' no is not the last word. */
const worthier = ({ message }: Attempt, before: Undecided | undefined, now: Undecided): Undecided =>
  before !== undefined && !isFinal(before.failure, message) && isFinal(now.failure, message) ? before : now

const isAboutTheHost = ({ kind, phase }: SmtpFailure): boolean =>
  kind === 'connect' || kind === 'tls' || kind === 'greeting' || (kind === 'timeout' && phase === 'greeting')

function inOrder({ recipients }: Attempt, results: readonly AttemptResult[]): AttemptResult[] {
  const byNumber = new Map(results.map((result) => [result.no, result]))
  return recipients.map(({ no }) => byNumber.get(no)!)
}
