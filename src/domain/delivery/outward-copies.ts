import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type AddrSpec, formatAddrSpec, parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { arcSet, type ChainState } from '#src/formats/dkim/arc-set.ts'
import { dkimSignatures } from '#src/formats/dkim/dkim-signature.ts'
import { type SigningKey, signingKey } from '#src/formats/dkim/signing-key.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import { formatLoopMark, type LoopKeys, loopCount } from '#src/formats/trace-headers/loop-mark.ts'
import { rewriteSender } from '#src/formats/trace-headers/srs.ts'
import { domainOf } from '../directory/address.ts'
import type { DirectoryReader } from '../directory/store.ts'
import type { MessageCopy } from './message-copy.ts'
import { leavesUs } from './queue.ts'
import type { OutwardTarget } from './recipients.ts'

/** Secrets of this installation that mail carries proofs of. */
export type TransitKeys = { loop: LoopKeys; srsSecrets: readonly [string, ...string[]] }

/** Recipients that get the very same octets from the same sender. */
export type OutwardCopy = {
  sender: string
  copy: MessageCopy
  targets: readonly OutwardTarget[]
  redirectedBy: EntryId | null
  /** Of a message that is made here for another one: what the queue knows of it, where that differs. */
  own?: { from: string; subject: string; messageId: string; eightBit: boolean }
}

type OutwardDeps = { directory: DirectoryReader; keys: TransitKeys; now: () => number }

/** What goes out, before anything is added for the way. */
export type Outward = {
  organization: OrganizationId
  /** Envelope sender. */
  sender: string
  /** As it goes to others, and as it goes to Exchange or to a mailbox here later. */
  copies: { internet: MessageCopy; inside: MessageCopy }
  /** The domain whose key signs, for mail of our own users; null for mail of others. */
  signAs: string | null
  /** What ARC seals of mail that is passed on; null when nothing was judged. */
  arc: { chain: ChainState; authenticationResults: string } | null
  bodyHash: () => Promise<string>
  fields: readonly HeaderField[]
  messageId: string
}

/** More loop marks than this make another copy: readers look at 200 of them. */
const MOST_MARKS = 100

/**
 * The copies that leave: signed by our domain when it is our users' mail; with a rewritten sender, so that SPF passes, and an
 * ARC seal when it is somebody's mail that we pass on to the Internet; with loop marks when it was at an address of ours.
 */
export async function outwardCopies(
  deps: OutwardDeps,
  outward: Outward,
  targets: readonly OutwardTarget[],
): Promise<OutwardCopy[]> {
  const groups = new Map<string, OutwardTarget[]>()
  for (const target of targets) {
    const key = groupOf(outward, target, groups)
    const group = groups.get(key)
    if (group) group.push(target)
    else groups.set(key, [target])
  }
  const copies: OutwardCopy[] = []
  for (const group of groups.values()) copies.push(await copyFor(deps, outward, group))
  return copies
}

function groupOf(
  { signAs }: Outward,
  { route, from, groups: passed, redirectedBy }: OutwardTarget,
  groups: ReadonlyMap<string, readonly OutwardTarget[]>,
): string {
  // Only mail of others that goes to strangers needs another sender.
  const passedOn = leavesUs(route) && from !== null && signAs === null
  const kind = leavesUs(route) ? (signAs !== null ? 'exchange' : 'internet') : route.kind
  const base = [kind, passedOn ? domainOf(from) : '', redirectedBy ?? ''].join('\0')
  for (let part = 0; ; part++) {
    const key = `${base}\0${part}`
    const marks = new Set(groups.get(key)?.flatMap(markedFor))
    const more = markedFor({ from, groups: passed }).filter((each) => !marks.has(each))
    if (more.length === 0 || marks.size === 0 || marks.size + more.length <= MOST_MARKS) return key
  }
}

async function copyFor(
  { directory, keys, now }: OutwardDeps,
  outward: Outward,
  targets: readonly OutwardTarget[],
): Promise<OutwardCopy> {
  const { organization, signAs, arc } = outward
  const [{ route, from, redirectedBy }] = targets as readonly [OutwardTarget]
  // Our verdicts on mail of others are for Exchange too; on that of our users they are for mailboxes here.
  const stays = route.kind === 'local' || (route.kind === 'exchange' && signAs === null)
  const marked = outward.copies[stays ? 'inside' : 'internet'].with(marksOf(keys, outward, targets))
  const common = { targets, redirectedBy, sender: outward.sender }
  if (route.kind === 'local') return { ...common, copy: marked }
  if (signAs !== null) {
    const key = await findSigningKey(directory, organization, signAs)
    const signable = key && marked.signable(await outward.bodyHash())
    const signature = key ? await dkimSignatures(signable!, [key], now()) : ''
    return { ...common, copy: marked.with(signature) }
  }
  if (!leavesUs(route) || from === null) return { ...common, copy: marked }
  const domain = domainOf(from)
  const sender = passedOnSender(outward.sender, domain, keys, now())
  const key = arc && (await findSigningKey(directory, organization, domain))
  const seal = key ? await arcSet(marked.signable(await outward.bodyHash()), key, arc, now()) : ''
  return { ...common, sender, copy: marked.with(seal) }
}

/** Addresses of ours at which the message was on its way to a target. */
const markedFor = ({ from, groups }: Pick<OutwardTarget, 'from' | 'groups'>): string[] => [
  ...new Set([...(from === null ? [] : [from]), ...groups]),
]

function marksOf(
  keys: TransitKeys,
  { fields, messageId }: Outward,
  targets: readonly OutwardTarget[],
): string {
  const marks = new Set(targets.flatMap(markedFor))
  return [...marks]
    .map((recipient) => {
      const place = { recipient, messageId }
      try {
        return formatLoopMark(keys.loop, place, loopCount(fields, keys.loop, place) + 1)
      } catch (error) {
        // An encapsulated address is longer than an address may be; Received is counted for it all the same.
        if (error instanceof SyntaxFault) return ''
        throw error
      }
    })
    .join('')
}

/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const LONGEST_PATH = 254

/**
 * The null sender stays. What rewriting makes of a local part may be longer than the 64 octets of others: servers take such, as
 * every forwarder writes them. A path beyond the limit of all paths is not written, and its sender stays.
 */
function passedOnSender(sender: string, domain: string, keys: TransitKeys, now: number): string {
  if (sender === '' || domainOf(sender) === domain) return sender
  try {
    const { mailbox, host } = rewriteSender(senderAddress(sender), { secrets: keys.srsSecrets, domain }, now)
    const plain = /^[a-z0-9!#$%&'*+/=?^_`{|}~.\x80-\uffff-]+$/i.test(mailbox)
    const rewritten = plain ? `${mailbox}@${host}` : formatAddrSpec({ mailbox, host })
    return Buffer.byteLength(rewritten) <= LONGEST_PATH ? rewritten : sender
  } catch (error) {
    if (error instanceof SyntaxFault) return sender
    throw error
  }
}

/** A sender that somebody else rewrote may have such a local part already. */
function senderAddress(sender: string): AddrSpec {
  const again = /^(SRS[01][=+-][^\s@"]+)@([^@]+)$/i.exec(sender)
  return again ? { mailbox: again[1]!, host: again[2]! } : parseAddrSpec(sender)
}

async function findSigningKey(
  directory: DirectoryReader,
  organization: OrganizationId,
  domain: string,
): Promise<SigningKey | undefined> {
  const known = await directory.findDomain(organization, domain)
  if (known?.ownership !== 'VERIFIED') return undefined
  const { selector, privateKey } = await directory.getDkimKey(organization, domain)
  return signingKey(domain, selector, privateKey)
}
