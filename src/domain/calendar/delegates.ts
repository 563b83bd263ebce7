import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import { enabled, requireEntry } from '../directory/entry-changes.ts'
import { type FolderProfile, profileOf, rightsOfProfile } from '../directory/folder-permission.ts'
import { MailboxRight } from '../directory/mailbox-permission.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store, Writer } from '../store.ts'
import { readSettings } from './settings.ts'

/** Folders that EWS DelegatePermissions speaks of, by distinguished name. */
const delegateFolders = ['calendar', 'tasks', 'inbox', 'contacts', 'notes', 'journal'] as const
export type DelegateFolder = (typeof delegateFolders)[number]
export type DelegateLevel = Extract<FolderProfile, 'None' | 'Reviewer' | 'Author' | 'Editor'>

type DelegateRights = {
  /** `Custom` where the folder has rights of no such level; it is only told, never written. */
  folders: Readonly<Record<DelegateFolder, DelegateLevel | 'Custom'>>
  receiveCopies: boolean
  viewPrivate: boolean
}
export type Delegate = DelegateRights & { entry: Entry }

/** What is changed; folders that are not named stay. */
export type DelegateChange = {
  folders?: Partial<Record<DelegateFolder, DelegateLevel>>
  receiveCopies?: boolean
  viewPrivate?: boolean
}

/** EWS DeliverMeetingRequestsType. */
export type MeetingDelivery =
  | 'DelegatesOnly'
  | 'DelegatesAndMe'
  | 'DelegatesAndSendInformationToMe'
  | 'NoForward'

type Kept = {
  delivery: MeetingDelivery
  /** By entry. That somebody is a delegate is said by being here. */
  delegates: Readonly<Record<string, { receiveCopies: boolean; viewPrivate: boolean }>>
}

const NAME = 'Landbridge.Delegates'
const MOST_DELEGATES = 100

const keptOf = (mailboxes: MailboxReader, at: MailboxRef): Promise<Kept> =>
  readSettings<Kept>(mailboxes, at, NAME, { delivery: 'DelegatesAndMe', delegates: {} })

/** A store, or a transaction that is under way. */
export type Transacting = Pick<Store, 'transact'>

/** Whose mailbox it is. */
export type DelegatingMailbox = { owner: EntryId; at: MailboxRef }

/** Delegates of a mailbox in the order they were added, and what becomes of meeting requests. Those who left are left out. */
export async function listDelegates(
  store: Pick<Store, 'mailboxes' | 'directory'>,
  { at }: DelegatingMailbox,
): Promise<{ delivery: MeetingDelivery; delegates: readonly Delegate[] }> {
  const { delivery, delegates } = await keptOf(store.mailboxes, at)
  const found: Delegate[] = []
  for (const [id, said] of Object.entries(delegates)) {
    const entry = await store.directory.findEntry(at.organization, { id: id as EntryId })
    if (entry?.state !== 'ENABLED') continue
    found.push({ entry, ...said, folders: await levelsOf(store, at, entry.id) })
  }
  return { delivery, delegates: found }
}

async function levelsOf(
  store: Pick<Store, 'mailboxes' | 'directory'>,
  at: MailboxRef,
  delegate: EntryId,
): Promise<DelegateRights['folders']> {
  const levels: Partial<Record<DelegateFolder, DelegateLevel | 'Custom'>> = {}
  for (const distinguished of delegateFolders) {
    const folder = await store.mailboxes.findFolder(at, { distinguished })
    const all = folder
      ? await store.directory.listFolderPermissions(at.organization, at.mailbox, folder.no)
      : []
    const own = all.find(({ grantee }) => grantee === delegate)
    const level = own === undefined ? 'None' : profileOf(own.rights)
    levels[distinguished] = isLevel(level) ? level : 'Custom'
  }
  return levels as DelegateRights['folders']
}

const isLevel = (profile: string): profile is DelegateLevel =>
  ['None', 'Reviewer', 'Author', 'Editor'].includes(profile)

/**
 * Makes somebody a delegate, who may then send on behalf of the owner and use the folders named (EWS AddDelegate). Refuses
 * `no-such-entry`, `wrong-state`, `invalid-parameter` for oneself, `already-registered`, `limit-exceeded`.
 */
export function addDelegate(
  store: Transacting,
  mailbox: DelegatingMailbox,
  delegate: EntryId,
  change: DelegateChange,
): Promise<void> {
  return changeDelegates(store, mailbox, delegate, async (writer, kept) => {
    const { organization } = mailbox.at
    enabled(await requireEntry(writer.directory, organization, delegate, 'user', 'group'))
    if (delegate === mailbox.owner)
      throw new Refusal('invalid-parameter', 'Nobody is a delegate of themselves.')
    if (kept.delegates[delegate] !== undefined)
      throw new Refusal('already-registered', 'This person is a delegate already.')
    if (Object.keys(kept.delegates).length >= MOST_DELEGATES)
      throw new Refusal('limit-exceeded', `A mailbox has at most ${MOST_DELEGATES} delegates.`)
    await changeSendOnBehalf(writer, organization, mailbox.owner, delegate, true)
    await writeLevels(writer, mailbox.at, delegate, change.folders ?? {})
    return { receiveCopies: change.receiveCopies ?? false, viewPrivate: change.viewPrivate ?? false }
  })
}

/** Refuses `no-such-entry` for somebody who is no delegate. */
export function updateDelegate(
  store: Transacting,
  mailbox: DelegatingMailbox,
  delegate: EntryId,
  change: DelegateChange,
): Promise<void> {
  return changeDelegates(store, mailbox, delegate, async (writer, kept) => {
    const before = requireDelegate(kept, delegate)
    await writeLevels(writer, mailbox.at, delegate, change.folders ?? {})
    return {
      receiveCopies: change.receiveCopies ?? before.receiveCopies,
      viewPrivate: change.viewPrivate ?? before.viewPrivate,
    }
  })
}

/** Takes away the folder rights and the right to send as well. Refuses `no-such-entry` for somebody who is no delegate. */
export function removeDelegate(
  store: Transacting,
  mailbox: DelegatingMailbox,
  delegate: EntryId,
): Promise<void> {
  return changeDelegates(store, mailbox, delegate, async (writer, kept) => {
    requireDelegate(kept, delegate)
    const { organization } = mailbox.at
    if ((await writer.directory.findEntry(organization, { id: delegate })) === undefined) return null
    await changeSendOnBehalf(writer, organization, mailbox.owner, delegate, false)
    await writeLevels(
      writer,
      mailbox.at,
      delegate,
      Object.fromEntries(delegateFolders.map((name) => [name, 'None'])),
    )
    return null
  })
}

/** Who gets meeting requests, of all delegates that receive copies. */
export function setMeetingDelivery(
  store: Transacting,
  { at }: DelegatingMailbox,
  delivery: MeetingDelivery,
): Promise<void> {
  return inMailbox(store, at, async (writer) => {
    await writeKept(writer, at, { ...(await keptOf(writer.mailboxes, at)), delivery })
  })
}

/**
 * Who gets copies of the meeting messages of a mailbox, of private ones only who may see them; `only` when requests are for
 * them alone.
 */
export async function copiesGoTo(
  mailboxes: MailboxReader,
  at: MailboxRef,
  about: { private: boolean },
): Promise<{ to: readonly EntryId[]; only: boolean }> {
  const { delivery, delegates } = await keptOf(mailboxes, at)
  if (delivery === 'NoForward') return { to: [], only: false }
  const to = Object.entries(delegates).flatMap(([id, { receiveCopies, viewPrivate }]) =>
    receiveCopies && (viewPrivate || !about.private) ? [id as EntryId] : [],
  )
  return { to, only: delivery === 'DelegatesOnly' }
}

/** Groups through which somebody is a delegate. */
const MOST_GROUPS = 1_000

/**
 * Whether somebody may see private items: a delegate, or a member of groups that are delegates, where it was said; a grantee who is
 * none sees them by reading (DIR-23).
 */
export async function seesPrivate(
  { mailboxes, directory }: Pick<Store, 'mailboxes' | 'directory'>,
  at: MailboxRef,
  grantee: EntryId,
): Promise<boolean> {
  const { delegates } = await keptOf(mailboxes, at)
  if (Object.hasOwn(delegates, grantee)) return delegates[grantee]!.viewPrivate
  const others = Object.values(delegates)
  if (others.every(({ viewPrivate }) => viewPrivate)) return true
  const options = { enabledOnly: true, limit: MOST_GROUPS }
  const principals = await directory.listPrincipals(at.organization, grantee, options)
  const through = principals.flatMap((id) => (Object.hasOwn(delegates, id) ? delegates[id]! : []))
  return through.length === 0 || through.some(({ viewPrivate }) => viewPrivate)
}

function requireDelegate({ delegates }: Kept, id: EntryId): Kept['delegates'][string] {
  const found = Object.hasOwn(delegates, id) ? delegates[id] : undefined
  if (found === undefined) throw new Refusal('no-such-entry', 'This person is no delegate of the mailbox.')
  return found
}

type Said = Kept['delegates'][string] | null

function changeDelegates(
  store: Transacting,
  { at }: DelegatingMailbox,
  delegate: EntryId,
  work: (writer: Writer, kept: Kept) => Promise<Said>,
): Promise<void> {
  return inMailbox(store, at, async (writer) => {
    const kept = await keptOf(writer.mailboxes, at)
    const said = await work(writer, kept)
    const others = Object.entries(kept.delegates).filter(([id]) => id !== delegate || said !== null)
    const delegates = { ...Object.fromEntries(others), ...(said !== null && { [delegate]: said }) }
    await writeKept(writer, at, { ...kept, delegates })
  })
}

const inMailbox = (
  store: Transacting,
  at: MailboxRef,
  work: (writer: Writer) => Promise<void>,
): Promise<void> => store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, work)

async function writeKept({ mailboxes }: Writer, at: MailboxRef, kept: Kept): Promise<void> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) throw new Refusal('no-such-folder', 'The mailbox has no root folder for settings.')
  await mailboxes.putConfiguration(at, root.no, NAME, kept)
}

async function changeSendOnBehalf(
  { directory }: Writer,
  organization: OrganizationId,
  owner: EntryId,
  grantee: EntryId,
  given: boolean,
): Promise<void> {
  const before = await directory.ownRights(organization, owner, grantee)
  const rights = given ? before | MailboxRight.sendOnBehalf : before & ~MailboxRight.sendOnBehalf
  if (rights !== before) await directory.putPermission(organization, { owner, grantee, rights })
}

async function writeLevels(
  { directory, mailboxes }: Writer,
  at: MailboxRef,
  delegate: EntryId,
  folders: Partial<Record<DelegateFolder, DelegateLevel>>,
): Promise<void> {
  for (const [distinguished, level] of Object.entries(folders) as [DelegateFolder, DelegateLevel][]) {
    const folder = await mailboxes.findFolder(at, { distinguished })
    if (folder === undefined) continue
    const rights = level === 'None' ? null : rightsOfProfile(level)
    await directory.putFolderPermission(at.organization, at.mailbox, folder.no, delegate, rights)
  }
}
