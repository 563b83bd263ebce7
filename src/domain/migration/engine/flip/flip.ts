import { Breath } from '#src/base/breath.ts'
import { counted } from '#src/base/figure-words.ts'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { hasOutOfOffice, LONGEST_ABSENCE_TEXT, setOutOfOffice } from '../../../calendar/out-of-office.ts'
import { requireX500 } from '../../../directory/address.ts'
import type { Entry } from '../../../directory/entry.ts'
import { requireEntry } from '../../../directory/entry-changes.ts'
import { routed } from '../../../directory/registration.ts'
import type { DirectoryReader } from '../../../directory/store.ts'
import type { StoredObject, SyncReader } from '../../../directory-sync/store.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import { Refusal } from '../../../refusal.ts'
import { joinedLists } from '../../../rules/junk-lists.ts'
import { junkLists, setJunkLists } from '../../../rules/kept-rules.ts'
import type { Store, Writer } from '../../../store.ts'
import { applyRules } from '../../inbox-rules.ts'
import { takeBooking } from '../../moved-booking.ts'
import type { SourceOutOfOffice } from '../../source.ts'
import { giveGrants, ownersTouched } from '../grants/give-grants.ts'
import { findParty } from '../grants/grants.ts'
import { withOwnAddress } from '../grants/own-address.ts'
import { withdrawDropped } from '../grants/revoked-grants.ts'
import type { Batch, Member, ProjectId } from '../project/project.ts'
import { batchAfter, memberAfter } from '../project/state.ts'
import { changeKept, keptSettings } from '../settings/kept-settings.ts'

export const membersOf = async (
  reader: Pick<Store['migration'], 'listMembers'>,
  organization: OrganizationId,
  project: ProjectId,
  batch?: number,
): Promise<readonly Member[]> => {
  const members: Member[] = []
  const breath = new Breath()
  for (let after: number | null = null; ; ) {
    const page = await reader.listMembers(organization, project, {
      ...(batch !== undefined && { batch }),
      after,
      limit: 500,
    })
    members.push(...page.rows)
    if (page.next === null) return members
    after = page.next
    await breath.taken()
  }
}

/**
 * Makes every finished member of a batch at home here, all of them in one transaction: `home`, its mailbox, X500 and routing
 * addresses (that of the mailbox where its owner has none), the grants whose two ends are here now with their delegates, and how
 * rooms answer. The entry as it was is kept for the way back. Refuses `wrong-state` while the batch is paused or a member is not
 * finished, and where an owner has another mailbox or can have no address.
 */
export async function flipBatch(
  store: Store,
  organization: OrganizationId,
  project: ProjectId,
  no: number,
  now: number,
): Promise<void> {
  const looked = await membersOf(store.migration, organization, project, no)
  const mailboxes = await mailboxesTouched(store, organization, project, looked)
  await store.transact({ organization, mailboxes }, async (writer) => {
    const { migration, directory } = writer
    const batch = await migration.getBatch(organization, project, no)
    if (batch.paused) throw new Refusal('wrong-state', `Batch ${no} is paused.`)
    const members = await membersOf(migration, organization, project, no)
    const going = members.filter(({ state }) => state === 'final')
    const through = ['final', 'left', 'cancelled', 'rolled-back', 'flipped']
    const open = members.filter(({ state }) => !through.includes(state))
    if (open.length > 0)
      throw new Refusal(
        'wrong-state',
        `${open[0]!.address} has not had its last delta. The batch waits for it.`,
      )
    const flipped: Member[] = []
    for (const member of going) {
      const before = await ownerOf(directory, organization, member)
      requireSameMailbox(member, before)
      const entry = await directory.saveEntry(
        organization,
        await atHome(directory, organization, before, member, now),
      )
      const after: Member = {
        ...member,
        state: memberAfter(member.state, 'flip'),
        entry: entry.id,
        before,
        there: await objectOf(writer.directorySync, organization, before),
        flippedAt: now,
        flippedModseq: await modseqOf(writer, organization, member),
        dueAt: now,
        cause: '',
      }
      await migration.putMember(organization, after)
      await takeRules(writer, organization, after)
      await withdrawDropped(writer, organization, after)
      flipped.push(after)
    }
    const { given, refused } = await giveGrants(writer, organization, project, flipped, now)
    // Delegates of a room are among the grants.
    for (const member of flipped) await takeBooking(writer, organization, member)
    const flippedBatch: Batch = {
      ...batch,
      state: batchAfter(batch.state, 'flipped'),
      flippedAt: now,
      cause: '',
    }
    await migration.putBatch(organization, flippedBatch)
    await migration.addEvent(organization, project, {
      at: now,
      kind: 'flipped',
      batch: no,
      member: null,
      by: null,
      sentence: `At home here now: ${counted(flipped.length, 'mailbox', 'mailboxes')}. Given again: ${counted(given, 'right')}.${refused === 0 ? '' : ` Not taken, each with its reason in the report: ${counted(refused, 'delegate')}.`}`,
    })
  })
}

async function modseqOf(
  { mailboxes }: Pick<Writer, 'mailboxes'>,
  organization: OrganizationId,
  { mailbox }: Pick<Member, 'mailbox'>,
): Promise<number | undefined> {
  return mailbox === null ? undefined : (await mailboxes.getMailbox({ organization, mailbox })).modseq
}

/** Of the members, and of who is here already and has given them a right that waits for them. */
export async function mailboxesTouched(
  readers: Pick<Store, 'migration' | 'directory'>,
  organization: OrganizationId,
  project: ProjectId,
  members: readonly Member[],
): Promise<readonly MailboxId[]> {
  const owners = await ownersTouched(readers, organization, project, members)
  return [...new Set([...members.flatMap(({ mailbox }) => mailbox ?? []), ...owners])]
}

/** What the directory says of an entry, as it was read last; null where it is kept here alone. */
export async function objectOf(
  sync: Pick<SyncReader, 'findKnown'>,
  organization: OrganizationId,
  { source }: Pick<Entry, 'source'>,
): Promise<StoredObject | null> {
  if (source === undefined) return null
  return (await sync.findKnown(organization, { guid: source.guid }))?.object ?? null
}

/** The entry that becomes the owner. Refuses `no-such-entry`. */
export async function ownerOf(
  directory: DirectoryReader,
  organization: OrganizationId,
  { entry, address }: Pick<Member, 'entry' | 'address'>,
): Promise<Entry> {
  if (entry !== null) return requireEntry(directory, organization, entry, 'user', 'resource')
  const found = await findParty(directory, organization, address)
  if (found === undefined || (found.kind !== 'user' && found.kind !== 'resource'))
    throw new Refusal(
      'no-such-entry',
      `Nobody in the directory has the address ${address}. Synchronise the address book, or make the user.`,
    )
  return found
}

/** The one that its owner has got meanwhile would be out of everybody's reach. Refuses `wrong-state`. */
function requireSameMailbox({ address, mailbox }: Member, { mailbox: own }: Entry): void {
  if (own === null || mailbox === null || own === mailbox) return
  throw new Refusal(
    'wrong-state',
    `${address} has got another mailbox here since it was copied, with another migration or by being enabled. Take it out with "landbridge migrate remove", and the others move. To copy it into that mailbox: "migrate cancel" and "migrate rollback" of the batch, then "migrate add" to another one.`,
  )
}

async function atHome(
  directory: DirectoryReader,
  organization: OrganizationId,
  before: Entry,
  member: Member,
  now: number,
): Promise<Entry> {
  const known = new Set(before.addresses.map(({ address }) => address.toLowerCase()))
  const fresh = member.x500
    .map((name) => requireX500(name))
    .filter((name) => !known.has(name.toLowerCase()))
    .map((address) => ({ kind: 'x500' as const, address }))
  const entry: Entry = {
    ...before,
    ...(before.kind === 'user' && before.role === 'REMOTE_USER' && { role: 'USER' as const }),
    home: 'local',
    state: 'ENABLED',
    enabledAt: before.enabledAt ?? now,
    purgeAt: null,
    target: null,
    mailbox: member.mailbox ?? before.mailbox,
    addresses: [...before.addresses, ...fresh],
  }
  return routed(directory, organization, await withOwnAddress(directory, organization, entry, member.address))
}

/** Rules, and lists of senders, count from the flip on, as mail comes in here from then on. */
async function takeRules(
  writer: Writer,
  organization: OrganizationId,
  { mailbox, source }: Pick<Member, 'mailbox' | 'source'>,
): Promise<void> {
  if (mailbox === null) return
  const at: MailboxRef = { organization, mailbox }
  const { rules = [], junk = null } = (await keptSettings(writer.mailboxes, at)) ?? {}
  const leftRules = await applyRules(writer, at, source, rules)
  const came = rules.filter((rule) => !leftRules.some((left) => left.rule === rule))
  if (junk === null) return changeKept(writer.mailboxes, at, { rules: came, leftRules })
  const { lists } = joinedLists(await junkLists(writer.mailboxes, at), junk)
  await setJunkLists(writer.mailboxes, at, lists)
  await changeKept(writer.mailboxes, at, { rules: came, leftRules, junk: lists })
}

/**
 * The absence that the source had, with its texts where it is switched off too: after the flip, and only while nobody has set one
 * here.
 */
export async function applySettings(store: Store, at: MailboxRef, now: number): Promise<void> {
  const absence = (await keptSettings(store.mailboxes, at))?.outOfOffice
  if (absence == null || isLongText(absence) || (await hasOutOfOffice(store.mailboxes, at))) return
  if (absence.state === 'disabled' && absence.inside === '' && absence.outside === '') return
  const from = absence.from ?? now
  await setOutOfOffice(store, at, {
    state: absence.state,
    from,
    to: Math.max(from + 1, absence.to ?? now + 86_400_000),
    externalAudience: absence.audience,
    internalText: absence.inside,
    externalText: absence.outside,
  })
}

/** Longer than what is kept; it is a loss then. */
export const isLongText = ({ inside, outside }: SourceOutOfOffice): boolean =>
  Math.max(inside.length, outside.length) > LONGEST_ABSENCE_TEXT
