import type { ExchangeHost } from './exchange-route.ts'

/** What one check came to. `remedy` is what to type: a setting of ours, or a cmdlet of the Exchange Management Shell. */
export type Finding = {
  direction: 'to Exchange' | 'from Exchange'
  check: string
  outcome: 'good' | 'warning' | 'failed' | 'not checked'
  sentence: string
  remedy?: string
}

/** What there is to check. */
export type MailPreflight = {
  /** Undefined when none is configured. */
  exchange: ExchangeHost | undefined
  /** Our name, in EHLO and in certificates. */
  hostName: string
  /** Where we listen for other servers, as it is reached from here. */
  own: { host: string; port: number }
  /** PEM of authorities to trust instead of the usual ones when our own certificate is looked at. */
  ownAuthorities?: string
  trustedAddresses: readonly string[]
  trustedCertificates: readonly string[]
  sharedDomain: string
  /** The domain only we own; null when none is chosen. */
  routingDomain: string | null
  mailExchanger: 'exchange' | 'landbridge'
  /** An address whose mailbox is in Exchange. */
  recipient: string | null
  /** Somebody whose mailbox is here, and the address of the routing domain by which Exchange reaches it. */
  resident: { address: string; routingAddress: string | null } | null
  /** For each step of a conversation. */
  timeoutMs?: number
}
