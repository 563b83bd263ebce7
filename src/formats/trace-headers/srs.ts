import { createHmac, timingSafeEqual } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AddrSpec } from '../address/addr-spec.ts'

/**
 * Sender rewriting (SRS, www.libsrs2.net/srs/srs.pdf): redirected mail leaves with a sender in our domain, so that SPF passes,
 * and a report to it finds back to who sent the mail. Hash, time stamp and domain are read whatever their case, as some
 * servers change it.
 */
export interface SrsKeys {
  /** The first signs, all verify. */
  secrets: readonly [string, ...string[]]
  /** The domain that rewritten senders have. */
  domain: string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** 40 bits in letters that survive a change of case. */
const HASH_LENGTH = 8
const DAY_MS = 86_400_000
/** Two letters of five bits. */
const STAMP_CYCLE = 1024
/** A report comes within the five days of a queue; this leaves room for slow ones. */
const MAX_AGE_DAYS = 21

const stampOf = (nowMs: number) => {
  const day = Math.floor(nowMs / DAY_MS) % STAMP_CYCLE
  return `${alphabet[day >> 5]}${alphabet[day & 31]}`
}

function hashOf(secret: string, text: string): string {
  const digest = createHmac('sha256', secret).update(text.toLowerCase()).digest()
  return Array.from(digest.subarray(0, HASH_LENGTH), (octet) => alphabet[octet & 31]).join('')
}

function isHash(keys: SrsKeys, given: string, text: string): boolean {
  const hash = Buffer.from(given.toUpperCase())
  return keys.secrets
    .map((secret) => Buffer.from(hashOf(secret, text)))
    .some((known) => known.length === hash.length && timingSafeEqual(known, hash))
}

/** SRS0 of anybody, SRS1 of anybody: what follows the tag and its separator. */
const srs0 = /^SRS0([=+-].+)$/is
const srs1 = /^SRS1[=+-]([^=]+)=([^=]+)=([=+-].+)$/is

/**
 * The sender under which to pass on mail from `sender`. An address that another forwarder rewrote already becomes SRS1, which
 * remembers that forwarder alone, however many followed it.
 */
export function rewriteSender(sender: AddrSpec, keys: SrsKeys, nowMs: number): AddrSpec {
  const { mailbox, host } = sender
  const again = srs1.exec(mailbox)
  const first = srs0.exec(mailbox)
  const secret = keys.secrets[0]
  if (again || first) {
    const origin = again ? again[2]! : host
    const rest = again ? again[3]! : first![1]!
    return { mailbox: `SRS1=${hashOf(secret, `${origin}${rest}`)}=${origin}=${rest}`, host: keys.domain }
  }
  const stamp = stampOf(nowMs)
  const hash = hashOf(secret, `${stamp}${host}${mailbox}`)
  return { mailbox: `SRS0=${hash}=${stamp}=${host}=${mailbox}`, host: keys.domain }
}

/**
 * Where a report to a rewritten sender of ours goes; undefined when `mailbox` is not of that form. SyntaxFault when it is, but
 * we did not write it or did so more than 21 days ago: whoever passes such on is an open relay.
 */
export function originalSender(mailbox: string, keys: SrsKeys, nowMs: number): AddrSpec | undefined {
  const again = srs1.exec(mailbox)
  if (again) {
    const [, hash, host, rest] = again
    if (!isHash(keys, hash!, `${host}${rest}`))
      throw new SyntaxFault('a rewritten sender that we did not write')
    return { mailbox: `SRS0${rest}`, host: host! }
  }
  if (!srs0.test(mailbox)) return undefined
  const parts = /^SRS0[=+-]([^=]+)=([A-Z2-7]{2})=([^=]+)=(.+)$/is.exec(mailbox)
  if (!parts) throw new SyntaxFault('a rewritten sender that we did not write')
  const [, hash, stamp, host, local] = parts
  if (!isHash(keys, hash!, `${stamp}${host}${local}`)) {
    throw new SyntaxFault('a rewritten sender that we did not write')
  }
  const [high, low] = Array.from(stamp!.toUpperCase(), (letter) => alphabet.indexOf(letter))
  const today = Math.floor(nowMs / DAY_MS) % STAMP_CYCLE
  const age = (today - (high! * 32 + low!) + STAMP_CYCLE) % STAMP_CYCLE
  // A stamp of tomorrow comes from a clock beside ours.
  if (age > MAX_AGE_DAYS && age !== STAMP_CYCLE - 1)
    throw new SyntaxFault('a rewritten sender that is too old')
  return { mailbox: local!, host: host! }
}
