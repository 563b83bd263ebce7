import { parseReceived } from '#src/formats/trace-headers/received-parse.ts'
import { type DmarcAction, dmarcAction } from '../authentication/dmarc-action.ts'
import type { SenderAuthenticator } from '../authentication/sender-authenticator.ts'
import { type SenderTrace, senderTrace } from '../authentication/trace-verdicts.ts'
import { firstUntrustedHop, type TrustedRelays } from '../authentication/untrusted-hop.ts'
import type { Hop, SenderVerdict } from '../authentication/verdict.ts'
import {
  type ScanDecision,
  type ScanPolicy,
  type ScanVerdicts,
  scanDecision,
} from '../scanning/scan-decision.ts'
import type { SpamScanner, VirusScanner } from '../scanning/scanner.ts'
import { isAuthorUnclear } from './author-fields.ts'
import type { IncomingMessage } from './incoming-message.ts'
import type { IntakeConnection, IntakeSender } from './intake.ts'
import type { TransitId } from './queue.ts'

export type JudgeDeps = {
  /** Without one nobody is judged: SPF, DKIM and DMARC are left out. */
  senders: SenderAuthenticator | undefined
  spam: SpamScanner | undefined
  virus: VirusScanner | undefined
  scanPolicy: ScanPolicy
  trustedRelays: TrustedRelays
  trustedSealers: readonly string[]
  /** A number from 0 to below 1. */
  random: () => number
}

type Judged = {
  id: TransitId
  connection: IntakeConnection
  sender: IntakeSender
  recipients: readonly string[]
  message: IncomingMessage
  /** It comes from the Exchange side, or from within this service: believed about who sent it. */
  internalLink: boolean
  dmarcEnforced: boolean
  /** Whether a domain is one of the organisation's own. */
  isOwnDomain: (domain: string) => Promise<boolean>
}

export type Judgement = {
  /** Absent for mail of our own users, and when nobody judges. */
  verdict?: SenderVerdict
  dmarc: DmarcAction
  scan: ScanDecision
  scans: ScanVerdicts
  trace: Partial<SenderTrace>
}

/** Asks everybody who has a say about a message, at the same time. Never rejects for what they could not find out. */
export async function judgeMessage(deps: JudgeDeps, judged: Judged): Promise<Judgement> {
  const { connection, message } = judged
  const isAsked = deps.senders !== undefined || deps.spam !== undefined
  const hop = isAsked && connection.user === undefined ? hopOf(deps, judged) : undefined
  const isJudged = connection.user === undefined && connection.clientAddress !== 'local'
  const content = { sizeBytes: message.sizeBytes, open: () => message.octets.read() }
  const [found, spam, virus] = await Promise.all([
    isJudged
      ? deps.senders?.authenticate({
          hop,
          envelopeFrom: judged.sender.address,
          content: message.octets.read(),
        })
      : undefined,
    deps.spam?.scan(content, scanEnvelope(judged, hop)),
    deps.virus?.scan(content),
  ])
  const verdict = found && isAuthorUnclear(message) ? withoutAuthor(found) : found
  const scans = { ...(spam && { spam }), ...(virus && { virus }) }
  const settings = {
    enforced: judged.dmarcEnforced,
    internalLink: judged.internalLink,
    ownDomain: await isOwn(judged, verdict?.dmarc.fromDomain),
    trustedSealers: deps.trustedSealers,
  }
  return {
    ...(verdict && { verdict }),
    dmarc: verdict ? dmarcAction(verdict, settings, Math.floor(deps.random() * 100)) : { action: 'accept' },
    scan: scanDecision(scans, deps.scanPolicy),
    scans,
    trace: verdict ? senderTrace(verdict) : {},
  }
}

const isOwn = async ({ isOwnDomain }: Judged, domain = ''): Promise<boolean> =>
  domain !== '' && isOwnDomain(domain)

/** Of several authors DMARC knows one; whatever that gave, somebody else may be shown. */
function withoutAuthor(verdict: SenderVerdict): SenderVerdict {
  const { policy, policyDomain, ...dmarc } = verdict.dmarc
  return { ...verdict, dmarc: { ...dmarc, result: 'permerror', alignedBy: [], reason: 'unclear-author' } }
}

/** The machine to judge by; behind trusted relays the first that is not one (exchange-interop 4.6). */
function hopOf({ trustedRelays }: JudgeDeps, { connection, message, internalLink }: Judged): Hop | undefined {
  const { clientAddress, helo } = connection
  const isTrusted = (address: string) => trustedRelays(address) || (internalLink && address === clientAddress)
  const received = message.fields
    .filter(({ key }) => key === 'received')
    .map(({ value }) => parseReceived(value))
    // A step within one server ("by mx with LMTP") has no client to judge.
    .filter(({ clientAddress: from, helo: name }) => from !== undefined || name !== undefined)
    .map(({ clientAddress: from, helo: name = '' }) => ({ ...(from && { address: from }), helo: name }))
  return firstUntrustedHop({ address: clientAddress, helo }, received, isTrusted)
}

function scanEnvelope({ id, connection, sender, recipients }: Judged, hop: Hop | undefined) {
  const { user } = connection
  return {
    queueId: id,
    sender: sender.address,
    recipients,
    ...(hop && { clientAddress: hop.address, helo: hop.helo }),
    ...(user && { user: user.user.name }),
  }
}
