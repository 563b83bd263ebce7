import { type EntryId, type MailboxId, newMailboxId, type OrganizationId } from '#src/base/ids.ts'
import type { DistinguishedFolder } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store, Writer } from '../store.ts'
import { find, requireOwnAddress, withAddresses, withPrimary } from './aliases.ts'
import { type Entry, primaryAddress } from './entry.ts'
import { nameOf, requireEntry } from './entry-changes.ts'
import { keptElsewhere, requireResourcesHere } from './kept-elsewhere.ts'
import { DAY_MS, LIMITS } from './limits.ts'
import type { DirectoryReader } from './store.ts'

/** What the mailbox of a newly enabled entry is made with. */
export type MailboxPlan = { quotaBytes: number; folders: readonly DistinguishedFolder[] }

/** What is done with somebody who is enabled, in the same transaction. */
export type ArrivalSteps = {
  /** Those of others that it writes to. */
  mailboxes(
    store: Store,
    organization: OrganizationId,
    entry: EntryId,
    address: string,
  ): Promise<readonly MailboxId[]>
  arrived(
    writer: Writer,
    organization: OrganizationId,
    entry: EntryId,
    address: string,
    now: number,
  ): Promise<void>
}

/**
 * Enables an entry with a primary address (DIR-05): a local user or resource gets its mailbox, or the one it
 * had within the last 30 days (DIR-06). Twice with the same address is once, and who is enabled without one
 * gets it; refuses `already-registered` with another, `wrong-state` when deleted, and as `requireOwnAddress`. A
 * mail user of the directory of Exchange is picked so: its mail comes here from then on (DIR-02). Refuses
 * `not-supported` for who has a mailbox in Exchange, which is moved by a migration.
 */
export async function registerToWorkMail(
  store: Store,
  organization: OrganizationId,
  { entry: id, email }: { entry: EntryId; email: string },
  plan: MailboxPlan,
  now: number,
  steps?: ArrivalSteps,
): Promise<Entry> {
  const before = await requireEntry(store.directory, organization, id, 'user', 'group', 'resource')
  if (before.kind === 'resource' && before.state !== 'ENABLED')
    await requireResourcesHere(store, organization)
  const mailbox = newMailboxId()
  const newMailboxes = needsMailbox(before) || isPicked(before) ? [mailbox] : []
  const others = (await steps?.mailboxes(store, organization, id, email)) ?? []
  return store.transact({ organization, mailboxes: others, newMailboxes }, async (writer) => {
    const { directory, mailboxes } = writer
    const entry = await requireEntry(directory, organization, id, 'user', 'group', 'resource')
    requireNotInExchange(entry)
    const primary = primaryAddress(entry)
    if (entry.state === 'ENABLED' && !isPicked(entry) && primary !== null)
      return requireSameAddress(entry, primary, email)
    const { address, domain } = await requireOwnAddress(directory, organization, email)
    const enabled: Entry = {
      ...withPrimary<Entry>(isPicked(entry) ? movedHere(entry) : entry, address, domain),
      state: 'ENABLED',
      enabledAt: entry.state === 'ENABLED' ? (entry.enabledAt ?? now) : now,
      purgeAt: null,
    }
    const save = async (after: Entry): Promise<Entry> => {
      const saved = await directory.saveEntry(organization, await routed(directory, organization, after))
      await steps?.arrived(writer, organization, id, email, now)
      return saved
    }
    if (!needsMailbox(enabled)) return save(enabled)
    // Purged between the look before and now: the key for a new mailbox must be made before a transaction begins.
    if (newMailboxes.length === 0) {
      throw new Refusal(
        'try-later',
        `The old mailbox of ${nameOf(entry)} was destroyed just now. Try again to get a new one.`,
      )
    }
    await mailboxes.createMailbox({ organization, mailbox }, plan)
    return save({ ...enabled, mailbox })
  })
}

/**
 * Disables an entry: nobody gets in and no mail is taken from this moment on. Its mailbox and addresses are
 * kept for 30 days (DIR-06). Refuses `wrong-state` when it is not enabled.
 */
export async function deregisterFromWorkMail(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  now: number,
): Promise<Entry> {
  const requireKeptHere = await keptElsewhere(store, organization)
  return store.transact({ organization }, async ({ directory }) => {
    const entry = await requireEntry(directory, organization, id, 'user', 'group', 'resource')
    if (entry.home !== 'local') requireKeptHere(entry)
    if (entry.state !== 'ENABLED') throw new Refusal('wrong-state', `${nameOf(entry)} is not enabled.`)
    const purgeAt = entry.mailbox === null ? null : now + LIMITS.graceDays * DAY_MS
    return directory.saveEntry(organization, { ...entry, state: 'DISABLED', disabledAt: now, purgeAt })
  })
}

function needsMailbox(entry: Entry): boolean {
  return entry.home === 'local' && entry.kind !== 'group' && entry.mailbox === null
}

/** A user whom the directory of Exchange has without a mailbox there. */
const isPicked = (entry: Entry): entry is Entry & { kind: 'user' } =>
  entry.kind === 'user' && entry.source !== undefined && entry.home === 'external'

const movedHere = (entry: Entry & { kind: 'user' }): Entry => ({
  ...entry,
  role: 'USER',
  home: 'local',
  target: null,
})

function requireNotInExchange(entry: Entry): void {
  if (entry.kind === 'group' || entry.source === undefined || entry.home !== 'exchange') return
  throw new Refusal(
    'not-supported',
    `The mailbox of ${nameOf(entry)} is in Exchange. Move it here with a migration: "landbridge migrate create" begins one.`,
  )
}

function requireSameAddress(entry: Entry, primary: string, email: string): Entry {
  if (find(entry, email)?.kind === 'primary') return entry
  throw new Refusal(
    'already-registered',
    `${nameOf(entry)} is enabled already, with the address ${primary}. Change its primary address instead.`,
  )
}

/** With an address in the routing domain, where the organisation has one and the entry is local. */
export async function routed(
  directory: DirectoryReader,
  organization: OrganizationId,
  entry: Entry,
): Promise<Entry> {
  const { routingDomain } = await directory.settings(organization)
  if (routingDomain === null || entry.home !== 'local' || entry.kind === 'group') return entry
  if (entry.addresses.some(({ kind }) => kind === 'routing')) return entry
  const local = primaryAddress(entry)!.split('@', 1)[0]!
  const plain = `${local}@${routingDomain}`
  const taken = await directory.findEntry(organization, { address: plain })
  const address = taken ? `${local.slice(0, 40)}-${entry.id.slice(-12)}@${routingDomain}` : plain
  return withAddresses(entry, [...entry.addresses, { kind: 'routing', address }])
}
