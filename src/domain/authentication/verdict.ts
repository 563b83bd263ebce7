/** RFC 7208 §2.6. */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror'

/** One SPF check, with what Received-SPF (RFC 7208 §9.1) and Authentication-Results (RFC 8601 §2.7.2) say of it. */
export type SpfVerdict = {
  result: SpfResult
  identity: 'mailfrom' | 'helo'
  /** Whose policy it was: of the envelope sender, or of HELO when the sender is null. */
  domain: string
  clientAddress: string
  helo: string
  /** Empty for the null sender. */
  envelopeFrom: string
  /** A sentence that may stand in a comment: printable ASCII without brackets. */
  reason?: string
}

/** RFC 8601 §2.7.1. `policy`: good, but nothing we accept, for example RSA-SHA1 or a body signed only in part. */
export type DkimResult = 'none' | 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror'

/** One DKIM signature. */
export type DkimVerdict = {
  result: DkimResult
  /** `d=`, `s=`, `a=`, `i=` and the first 8 characters of `b=`, as they stand in the signature. */
  domain: string
  selector: string
  algorithm: string
  identity: string
  signatureStart: string
  reason?: string
}

export type DmarcPolicy = 'none' | 'quarantine' | 'reject'

/** RFC 8601 §2.7 with RFC 9989 (and RFC 7489, which it replaces). `none`: no policy is published, or nothing to judge by. */
export type DmarcVerdict = {
  result: 'none' | 'pass' | 'fail' | 'temperror' | 'permerror'
  /** Domain of the author in From; empty when From names none, or several. */
  fromDomain: string
  /** Where the policy stood. */
  policyDomain?: string
  /** What the domain asks for: `p`, or `sp` or `np` for a subdomain. */
  policy?: DmarcPolicy
  /** Share of failing mail the policy is asked for (`pct` of RFC 7489), 0 to 100. */
  percent: number
  alignedBy: readonly ('spf' | 'dkim')[]
  reason?: string
}

/** RFC 8617 §5.2. */
export type ArcVerdict = {
  result: 'none' | 'pass' | 'fail'
  /** Sets on the message. */
  instances: number
  /** `d=` of the newest seal. */
  sealer?: string
  reason?: string
}

/** Everything that was found out about who sent a message. */
export type SenderVerdict = {
  /** The machine that was judged; undefined when the message came over trusted relays and none before them is known. */
  hop?: Hop
  /** Absent together with `hop`. */
  spf?: SpfVerdict
  /** HELO checked besides MAIL FROM. */
  spfHelo?: SpfVerdict
  /** In the order of the signatures; empty when there is none. */
  dkim: readonly DkimVerdict[]
  dmarc: DmarcVerdict
  arc: ArcVerdict
}

/** A machine that handed the message on. `address` is an IP address as text. */
export type Hop = { address: string; helo: string }
