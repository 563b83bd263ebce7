import { type FoundGrant, type GrantSource, type LeftOut, type LeftOutReason, needsLook } from './grant.ts'
import { GrantTable } from './grant-table.ts'
import { type Groups, whoIsMeant } from './groups.ts'
import { foldName, type IdentityIndex } from './identity-index.ts'
import type { MovedBooking } from './moved-booking.ts'
import type { Right } from './right.ts'

/** How many of each reason are kept word for word; all are counted. Of what somebody should look at, more than anybody can. */
const mostKept = 2_000
const mostToLookAt = 200_000

/** What was left out: how often for each reason, and the first of each. */
export class LeftOutList {
  readonly counts = new Map<LeftOutReason, number>()
  readonly kept: LeftOut[] = []

  add(leftOut: LeftOut): void {
    const before = this.counts.get(leftOut.reason) ?? 0
    this.counts.set(leftOut.reason, before + 1)
    if (before < mostOf(leftOut.reason)) this.kept.push(leftOut)
  }

  /** How many of a reason were counted and not kept. */
  unlisted(reason: LeftOutReason): number {
    return Math.max(0, (this.counts.get(reason) ?? 0) - mostOf(reason))
  }
}

const mostOf = (reason: LeftOutReason): number => (needsLook.has(reason) ? mostToLookAt : mostKept)

export type GrantRules = {
  /** Grantees that are no people: backup, archive, monitoring. By any name. */
  ignoredGrantees: readonly string[]
  /** Rights that survive when their ends are apart. */
  unbroken: readonly Right[]
  /** A grant to a group with more mailboxes than this is for nobody in particular. */
  largestGroup: number
}

/**
 * `untied`: rights that tie nobody to a night and yet have to work after the move. A grantee that is no mailbox is -1 there, and
 * its name is that of the group.
 */
export type Collected = {
  /** Names of `ignoredGrantees` that are nobody: no mailbox, and no grantee of any grant. */
  ignoredNobody: readonly string[]
  grants: GrantTable
  untied: GrantTable
  leftOut: LeftOutList
  /** Of rooms and equipment, by mailbox. */
  bookings: ReadonlyMap<number, MovedBooking>
  read: number
  /** Grants that more than one source told, or one twice: each counts once. */
  doubles: number
}

/**
 * All grants of the sources between known mailboxes. A group becomes a star: the owner to each of its members, never a
 * clique, and the grant remembers the group. `seen` is called now and then with how many were read.
 */
export async function collectGrants(
  sources: readonly GrantSource[],
  identities: IdentityIndex,
  groups: Groups,
  rules: GrantRules,
  seen: (read: number, source: string) => void = () => {},
): Promise<Collected> {
  const grants = new GrantTable()
  const untied = new GrantTable()
  const leftOut = new LeftOutList()
  const ignored = new Set(rules.ignoredGrantees.map(foldName))
  const met = new Set<string>()
  const ignoredMailboxes = new Set(rules.ignoredGrantees.map((name) => identities.find(name)))
  const bookings = new Map<number, MovedBooking>()
  /** Groups whose strange members were told. */
  const expanded = new Set<number>()
  let read = 0
  for (const source of sources) {
    for await (const batch of source.read()) {
      for (const each of batch.leftOut) leftOut.add(each)
      for (const { owner, booking } of batch.bookings ?? []) {
        const of = identities.find(owner)
        if (typeof of === 'number') bookings.set(of, booking)
      }
      for (const found of batch.grants) {
        const leave = (reason: LeftOutReason) => leftOut.add({ ...found, reason })
        if (found.right === 'availability') leave('availability-only')
        else if (ignored.has(foldName(found.grantee))) {
          met.add(foldName(found.grantee))
          leave(rules.unbroken.includes(found.right) ? 'ignored-right' : 'ignored-grantee')
        } else if (rules.unbroken.includes(found.right)) {
          leave('ignored-right')
          keep(found)
        } else resolve(found, leave)
      }
      read += batch.grants.length + batch.leftOut.length
      seen(read, source.name)
    }
  }
  const ignoredNobody = rules.ignoredGrantees.filter(
    (name) => !met.has(foldName(name)) && typeof identities.find(name) !== 'number',
  )
  return { grants, untied, leftOut, bookings, read, doubles: grants.mergeDoubles(), ignoredNobody }

  function keep(found: FoundGrant): void {
    const owner = identities.find(found.owner)
    if (typeof owner !== 'number') return
    const meant = whoIsMeant(found.grantee, identities, groups)
    if (typeof meant === 'object' && 'mailbox' in meant) {
      const grantee = meant.mailbox
      if (grantee !== owner && !ignoredMailboxes.has(grantee))
        untied.add({ ...found, owner, grantee, group: null, groupMembers: null })
      return
    }
    // What only groups are called is told to whoever gives the rights anew, who may know which one is meant.
    if (typeof meant === 'string' && identities.find(found.grantee) !== 'nobody') return
    if (unknownName(found.grantee) === 'unresolved-sid') return
    const name = typeof meant === 'object' ? groups.nameOf(meant.group) : found.grantee
    untied.add({ ...found, owner, grantee: -1, group: name, groupMembers: null })
  }

  function resolve(found: FoundGrant, leave: (reason: LeftOutReason) => void): void {
    const owner = identities.find(found.owner)
    if (typeof owner !== 'number') {
      leave(unresolved[owner] ?? (cutOff.test(found.owner) ? 'cut-off-name' : 'unknown-owner'))
      return
    }
    const meant = whoIsMeant(found.grantee, identities, groups)
    if (typeof meant === 'string') {
      const reason = unresolved[meant] ?? unknownName(found.grantee)
      leave(reason)
      if (reason === 'unknown-grantee' || reason === 'cut-off-name') keep(found)
      return
    }
    if ('mailbox' in meant) {
      const grantee = meant.mailbox
      if (grantee === owner) leave('self')
      else if (ignoredMailboxes.has(grantee)) leave('ignored-grantee')
      else grants.add({ ...found, owner, grantee, group: null, groupMembers: null })
      return
    }
    const { group } = meant
    const { mailboxes: members, strangers } = groups.expand(group, identities)
    if (!expanded.has(group)) {
      expanded.add(group)
      for (const member of strangers)
        leftOut.add({ ...found, reason: 'unknown-member', owner: groups.nameOf(group), grantee: member })
    }
    if (members.length === 0 || members.length > rules.largestGroup) {
      leave(members.length === 0 ? 'group-empty' : 'group-too-large')
      keep(found)
    } else {
      const of = { group: groups.nameOf(group), groupMembers: members.length }
      for (const member of members) {
        if (member === owner || ignoredMailboxes.has(member)) continue
        grants.add({ ...found, owner, grantee: member, ...of })
      }
    }
  }
}

const unresolved: Readonly<Record<string, LeftOutReason>> = {
  several: 'ambiguous-name',
  'other-domain': 'other-domain',
}

/** As Format-Table ends what is wider than its column. */
const cutOff = /(\.\.\.|…)\s*$/

function unknownName(name: string): LeftOutReason {
  if (/^S-1-\d/.test(name.trim())) return 'unresolved-sid'
  return cutOff.test(name) ? 'cut-off-name' : 'unknown-grantee'
}
