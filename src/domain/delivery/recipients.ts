import type { EntryId, MailboxId } from '#src/base/ids.ts'
import { domainOf } from '../directory/address.ts'
import { type Entry, primaryAddress } from '../directory/entry.ts'
import { LIMITS } from '../directory/limits.ts'
import { outwardRoute } from '../gateway/outward-route.ts'
import type { RoutedEntry, RouteRefusal } from '../routing/decide-route.ts'
import {
  type FinalRoute,
  findRoute,
  findRouteOfEntry,
  type RoutedOrganization,
  refusalOf,
} from '../routing/find-route.ts'
import { type IntakeRecipient, MailRefusal } from './intake.ts'
import type { TargetDeps } from './intake-deps.ts'
import type { MailboxDecision } from './mailbox-step.ts'
import { findPostmaster } from './postmaster.ts'
import type { QueuedRecipient, Route } from './queue.ts'
import type { Restriction } from './sender-restrictions.ts'

/** A recipient that was accepted, and its way. */
export type AcceptedRecipient = { given: IntakeRecipient; way: Exclude<FinalRoute, RouteRefusal> }

/** As whom a recipient was written to, for reports. */
type Written = Pick<QueuedRecipient, 'writtenTo' | 'notify' | 'originalRecipient'>

export type LocalTarget = Written & {
  entry: RoutedEntry
  mailbox: MailboxId
  /** Primary address of the mailbox. */
  address: string
  decision: MailboxDecision
}

export type OutwardTarget = Written & {
  address: string
  route: Route
  /** Our address at which the message was, before it went on to this one; null when it was written to this one. */
  from: string | null
  /** Primary addresses of the groups through which it went. */
  groups: readonly string[]
  /** The owner of the mailbox that redirects; what it sends is counted (LIM-06). */
  redirectedBy: EntryId | null
}

/** Members of one group that the message does not go to: how many, and the addresses or names of the first 100. */
type SkippedMembers = { group: string; count: number; members: readonly string[] }

export type Targets = {
  local: readonly LocalTarget[]
  outward: readonly OutwardTarget[]
  skipped: readonly SkippedMembers[]
}

/** What the mailbox of an entry makes of the message. */
export type Decide = (entry: RoutedEntry, mailbox: MailboxId) => Promise<MailboxDecision>

/** Whether the message was at an address of ours before, and comes back. */
type WasAt = (address: string) => boolean

type Judgements = { decide: Decide; wasAt: WasAt; restriction: Restriction }

type Step = Written & {
  way: FinalRoute
  from: string | null
  groups: readonly string[]
  redirectedBy: EntryId | null
}

/**
 * Everybody a message goes to, each once: groups expanded, contacts and redirects followed, however they are nested. A group that
 * Exchange manages is one recipient there (exchange-interop 4.4). Refuses `limit-exceeded` for groups beyond the limits of the
 * directory, and what makes a member's way uncertain until it is back (4xx); members who are disabled, whose way is
 * refused for good or whom the sender may not send to are left out and told in `skipped`. With nobody left but those, refuses as for them.
 */
export async function resolveTargets(
  deps: TargetDeps,
  organization: RoutedOrganization,
  accepted: readonly AcceptedRecipient[],
  judgements: Judgements,
): Promise<Targets> {
  return new Resolution(deps, organization, judgements).of(accepted)
}

const MOST_NAMED = 100

class Resolution {
  readonly #deps: TargetDeps
  readonly #organization: RoutedOrganization
  readonly #decide: Decide
  readonly #wasAt: WasAt
  readonly #restriction: Restriction
  #refused: MailRefusal | undefined
  readonly #local = new Map<MailboxId, LocalTarget>()
  readonly #outward = new Map<string, OutwardTarget>()
  readonly #groups = new Set<EntryId>()
  readonly #waiting: { step: Step; level: number }[] = []
  readonly #skipped = new Map<EntryId, { group: string; count: number; members: string[] }>()
  #members = 0

  constructor(deps: TargetDeps, organization: RoutedOrganization, judgements: Judgements) {
    this.#deps = deps
    this.#organization = organization
    this.#decide = judgements.decide
    this.#wasAt = judgements.wasAt
    this.#restriction = judgements.restriction
  }

  async of(accepted: readonly AcceptedRecipient[]): Promise<Targets> {
    // Who was written to by name comes first: a copy through a group is then the second one.
    const direct = accepted.toSorted(
      (a, b) => Number(a.way.to === 'members') - Number(b.way.to === 'members'),
    )
    for (const { given, way } of direct) {
      const { address, notify, originalRecipient } = given
      const step: Step = {
        way,
        from: wasPassedOn(way, address) ? address : null,
        groups: [],
        writtenTo: address,
        redirectedBy: null,
        ...(notify && { notify }),
        ...(originalRecipient && { originalRecipient }),
      }
      this.#waiting.push({ step, level: 0 })
      await this.#work()
    }
    // Silence would lose the message.
    if (this.#refused && this.#local.size === 0 && this.#outward.size === 0) throw this.#refused
    return {
      local: [...this.#local.values()],
      outward: [...this.#outward.values()],
      skipped: [...this.#skipped.values()],
    }
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#take(next.step, next.level)
    }
  }

  async #take(step: Step, level: number): Promise<void> {
    const { way } = step
    switch (way.to) {
      case 'mailbox':
        return this.#toMailbox(step, way.entry)
      case 'members':
        return this.#toMembers(step, way.entry, level)
      case 'exchange':
        return this.#toOutside(step, way.address, { kind: 'exchange' })
      case 'internet':
        return this.#toOutside(
          step,
          way.address,
          await outwardRoute(this.#deps, this.#organization.id, way.domain),
        )
      case 'postmaster': {
        const entry = await findPostmaster(this.#deps.directory, this.#organization.id, this.#deps.postmaster)
        return entry ? this.#toMailbox(step, entry) : undefined
      }
      case 'refused':
        if (way.status.startsWith('4')) throw refusalOf(way)
    }
  }

  async #toMailbox(step: Step, entry: RoutedEntry): Promise<void> {
    const mailbox = entry.mailbox
    if (mailbox === null || this.#local.has(mailbox)) return
    const address = primaryAddress(entry) ?? step.writtenTo ?? ''
    const decision = await this.#decide(entry, mailbox)
    this.#local.set(mailbox, {
      ...writtenAs(step, address),
      entry,
      mailbox,
      address,
      decision,
    })
    for (const target of decision.redirectTo) {
      const way = await findRoute(this.#deps, this.#organization, 'submission', target)
      this.#waiting.push({
        step: {
          way,
          from: address,
          groups: step.groups,
          redirectedBy: entry.id,
          writtenTo: step.writtenTo ?? address,
        },
        level: 0,
      })
    }
  }

  async #toMembers(step: Step, group: RoutedEntry, level: number): Promise<void> {
    if (this.#groups.has(group.id)) return
    this.#groups.add(group.id)
    if (level >= LIMITS.expansionDepth) throw tooMany(`groups nested more than ${LIMITS.expansionDepth} deep`)
    const { directory } = this.#deps
    for (let after: EntryId | null = null; ; ) {
      const page: Awaited<ReturnType<typeof directory.listMembers>> = await directory.listMembers(
        this.#organization.id,
        group.id,
        { after, limit: 100 },
      )
      for (const member of page.rows) await this.#toMember(step, group, member, level)
      if (page.next === null) return
      after = page.next
    }
  }

  async #toMember(step: Step, group: RoutedEntry, member: Entry, level: number): Promise<void> {
    if (member.state !== 'ENABLED') return this.#skip(group, member)
    if (++this.#members > LIMITS.expandedMembers) throw tooMany(`more than ${LIMITS.expandedMembers} members`)
    const way = await findRouteOfEntry(this.#deps, this.#organization, member)
    if (way.to === 'refused' && !way.status.startsWith('4')) return this.#skip(group, member)
    const refusal = await this.#restriction(member)
    if (refusal) {
      this.#refused = nobodyLeft(refusal, step.writtenTo)
      return this.#skip(group, member)
    }
    const from = step.from ?? step.writtenTo ?? null
    const groups = [...step.groups, primaryAddress(group) ?? '']
    const next = {
      level: level + 1,
      step: { ...step, way, from, groups: groups.filter((each) => each !== '') },
    }
    // It was there before: it comes back from somebody outside, and who is in the group has it.
    // Exchange would give a group of its own to everybody once more.
    if (member.kind === 'group' && this.#wasAt(primaryAddress(member) ?? '')) return this.#skip(group, member)
    // Members go at once, so that only groups wait in memory.
    if (way.to === 'members') this.#waiting.push(next)
    else await this.#take(next.step, next.level)
  }

  #skip(group: RoutedEntry, member: Entry): void {
    const known = this.#skipped.get(group.id) ?? {
      group: primaryAddress(group) ?? group.id,
      count: 0,
      members: [],
    }
    known.count++
    if (known.members.length < MOST_NAMED) known.members.push(primaryAddress(member) ?? member.name)
    this.#skipped.set(group.id, known)
  }

  #toOutside(step: Step, address: string, route: Route): void {
    const key = `${route.kind}\0${address.toLowerCase()}`
    if (this.#outward.has(key)) return
    const { from, groups, redirectedBy } = step
    this.#outward.set(key, { ...writtenAs(step, address), address, route, from, groups, redirectedBy })
  }
}

/** Whether mail for an address leaves us again although the address is ours. */
function wasPassedOn(way: FinalRoute, address: string): boolean {
  if (way.to === 'exchange' || way.to === 'members') return true
  return way.to === 'internet' && domainOf(way.address) !== domainOf(address)
}

function writtenAs({ writtenTo, notify, originalRecipient }: Step, address: string): Written {
  return {
    ...(writtenTo !== undefined && writtenTo.toLowerCase() !== address.toLowerCase() && { writtenTo }),
    ...(notify && { notify }),
    ...(originalRecipient && { originalRecipient }),
  }
}

/** Names the group alone: who is in it is not for its senders. */
const nobodyLeft = ({ reason, status }: MailRefusal, group = 'the group') =>
  new MailRefusal(reason, status, `Nobody in ${group} may receive this message from its sender.`)

const tooMany = (what: string) =>
  new MailRefusal('limit-exceeded', '5.5.3', `The group has ${what}. Divide it, or send to its parts.`)
