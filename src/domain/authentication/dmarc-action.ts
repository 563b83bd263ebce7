import type { DmarcPolicy, SenderVerdict } from './verdict.ts'

export type DmarcSettings = {
  /** Of the organisation (DOM-12, PutInboundDmarcSettings). */
  enforced: boolean
  /** It came from the Exchange side, which has judged it: never junked or dropped here (exchange-interop 4.6). */
  internalLink: boolean
  /** The author's domain is one of the organisation's own: nobody outside may use it without proof, whatever it publishes. */
  ownDomain: boolean
  /** Domains whose ARC seal is believed when it says that the message had passed before it was forwarded. */
  trustedSealers: readonly string[]
}

export type DmarcAction = {
  action: 'accept' | 'junk' | 'drop'
  /** For the trace: a policy was acted on (event DMARC_POLICY_APPLIED), and which. */
  applied?: DmarcPolicy
}

const accept: DmarcAction = { action: 'accept' }
/** What is asked for of mail that `pct` leaves out (RFC 7489 §6.6.4). */
const milder = { reject: 'quarantine', quarantine: 'none', none: 'none' } as const

/**
 * What becomes of a message by the DMARC policy of its author's domain (DOM-12): quarantine to Junk, reject drops. `lot` is a number
 * from 0 to 99 drawn for the message; it decides whether a policy for part of the mail (`pct`) hits it. Nothing is done
 * when the answer could not be had. A message with several authors' domains would escape every policy: it goes to Junk. So
 * does mail from outside in the name of an own domain that is not authenticated, unless that domain asks for more.
 */
export function dmarcAction(verdict: SenderVerdict, settings: DmarcSettings, lot: number): DmarcAction {
  if (!settings.enforced || settings.internalLink) return accept
  const { dmarc, arc } = verdict
  if (dmarc.result === 'permerror') return { action: 'junk' }
  const isClaim = settings.ownDomain && isUnproven(verdict)
  if (!isClaim && (dmarc.result !== 'fail' || dmarc.policy === undefined)) return accept
  if (arc.result === 'pass' && arc.sealer !== undefined && isListed(arc.sealer, settings.trustedSealers)) {
    return accept
  }
  const asked = dmarc.result === 'fail' ? (dmarc.policy ?? 'none') : 'none'
  const own = lot < dmarc.percent ? asked : milder[asked]
  const policy = isClaim && own === 'none' ? 'quarantine' : own
  if (policy === 'none') return accept
  return { action: policy === 'reject' ? 'drop' : 'junk', applied: policy }
}

/** Over trusted relays with nobody known before them nothing was asked that could have failed (exchange-interop 4.6). */
const isUnproven = ({ dmarc, spf }: SenderVerdict): boolean =>
  dmarc.result === 'fail' || (dmarc.result === 'none' && dmarc.alignedBy.length === 0 && spf !== undefined)

const isListed = (domain: string, domains: readonly string[]): boolean =>
  domains.some((each) => each.toLowerCase() === domain.toLowerCase())
