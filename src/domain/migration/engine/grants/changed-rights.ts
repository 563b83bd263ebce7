import type { EntryId } from '#src/base/ids.ts'
import { shellWord } from '#src/base/shell-word.ts'
import { listDelegates } from '../../../calendar/delegates.ts'
import { primaryAddress } from '../../../directory/entry.ts'
import { profileOf, rightsOfProfile } from '../../../directory/folder-permission.ts'
import { MailboxRight } from '../../../directory/mailbox-permission.ts'
import type { FolderGrantee } from '../../../directory/store.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import { type Right, wordsOf } from '../../right.ts'
import type { Loss } from '../../source.ts'
import { visibleFolders } from '../ledger/late-items.ts'
import type { DeferredGrant, Member, Project } from '../project/project.ts'
import { keptSettings } from '../settings/kept-settings.ts'
import { allGrantsOf, findParty } from './grants.ts'
import { namedFolders, roleOfPath } from './named-folder.ts'

type Readers = Pick<Store, 'directory' | 'mailboxes' | 'migration'>
const PAGE = 1_000
/** Differences of one mailbox that are named one by one. */
const MOST_NAMED = 500

/**
 * Who may do something with a mailbox here that was not brought over, or may not any more what was: the other side knows nothing of
 * either, so each is named for whoever goes back there. Before the rights are taken back.
 */
export async function changedRights(
  readers: Readers,
  { organization, id }: Pick<Project, 'organization' | 'id'>,
  { entry, mailbox, address, source }: Member,
): Promise<readonly Loss[]> {
  if (entry === null || mailbox === null) return []
  const all = []
  // What another project had noted was given as well; her own, whose source says more, is heard last.
  const others = (await readers.migration.listProjects(organization)).filter((each) => each.id !== id)
  for (const project of [...others.map((each) => each.id), id])
    for (const grant of await allGrantsOf(readers.migration, organization, project, address)) {
      if (grant.state === 'dropped') continue
      const party = await findParty(readers.directory, organization, grant.grantee)
      all.push({ ...grant, party: party?.id ?? (grant.grantee as FolderGrantee) })
    }
  const given = all.filter(({ appliedAt }) => appliedAt !== null)
  const looking = { readers, at: { organization, mailbox }, owner: entry, given }
  const losses = [
    ...(await ofMailbox(looking)),
    ...(await ofResource(looking)),
    ...(await ofDelegates(looking)),
    ...(await ofFolders({ ...looking, given: all }, source)),
  ]
  if (losses.length <= MOST_NAMED) return losses
  const reason = `${losses.length - MOST_NAMED} more stand otherwise there. Compare them with: "landbridge permission list ${shellWord(address)}".`
  return [...losses.slice(0, MOST_NAMED), loss('rights', reason)]
}

/** What was given at the move, by whom it was given to. */
type Given = DeferredGrant & { party: FolderGrantee }
type Looking = { readers: Readers; at: MailboxRef; owner: EntryId; given: readonly Given[] }

async function nameOf({ readers, at }: Looking, grantee: FolderGrantee): Promise<string> {
  if (grantee === 'default') return 'Everybody of the organisation'
  if (grantee === 'anonymous') return 'Everybody else'
  const found = await readers.directory.findEntry(at.organization, { id: grantee })
  return (found && primaryAddress(found)) ?? found?.name ?? grantee
}

const loss = (property: string, reason: string): Loss => ({ property, reason, weight: 'visible' })

const hasIt = async (looking: Looking, what: string, grantee: FolderGrantee): Promise<Loss> =>
  loss(
    what,
    `${await nameOf(looking, grantee)} has it since the move and not on the other side. Give it there, if it is still wanted.`,
  )

const hasItNoMore = async (looking: Looking, what: string, grantee: FolderGrantee): Promise<Loss> =>
  loss(
    what,
    `${await nameOf(looking, grantee)} has it no more since the move; on the other side it is as it was. Take it away there.`,
  )

async function ofMailbox(looking: Looking): Promise<readonly Loss[]> {
  const { readers, at, owner, given } = looking
  const wanted = new Map<FolderGrantee, number>()
  for (const { party, right } of given) {
    const bit = bitOf[right]
    if (bit !== undefined) wanted.set(party, (wanted.get(party) ?? 0) | bit)
  }
  const present = new Map<FolderGrantee, number>()
  for (let after: EntryId | null = null; ; ) {
    const page = await readers.directory.listPermissions(at.organization, owner, { after, limit: PAGE })
    for (const { grantee, rights } of page.rows) present.set(grantee, rights)
    if (page.next === null) break
    after = page.next
  }
  const losses: Loss[] = []
  for (const party of new Set([...wanted.keys(), ...present.keys()]))
    for (const [right, bit] of told) {
      const isHere = ((present.get(party) ?? 0) & bit) !== 0
      const wasGiven = ((wanted.get(party) ?? 0) & bit) !== 0
      if (isHere && !wasGiven) losses.push(await hasIt(looking, wordsOf[right], party))
      if (!isHere && wasGiven) losses.push(await hasItNoMore(looking, wordsOf[right], party))
    }
  return losses
}

/** Who decides about requests of a room or equipment. */
async function ofResource(looking: Looking): Promise<readonly Loss[]> {
  const { readers, at, owner, given } = looking
  const { directory } = readers
  if ((await directory.findEntry(at.organization, { id: owner }))?.kind !== 'resource') return []
  const wanted = new Set(given.flatMap(({ right, party }) => (right === 'room-delegate' ? party : [])))
  const losses: Loss[] = []
  for (let after: EntryId | null = null; ; ) {
    const page = await directory.listDelegates(at.organization, owner, { after, limit: PAGE })
    for (const { id } of page.rows)
      if (!wanted.delete(id)) losses.push(await hasIt(looking, wordsOf['room-delegate'], id))
    if (page.next === null) break
    after = page.next
  }
  for (const party of wanted) losses.push(await hasItNoMore(looking, wordsOf['room-delegate'], party))
  return losses
}

/** Rights on one folder. */
type Brought = Map<FolderGrantee, { rights: number; isGiven: boolean }>

async function ofFolders(looking: Looking, source: string): Promise<readonly Loss[]> {
  const { readers, at, given } = looking
  const rows = await readers.migration.listLedgerFolders(at, source)
  const folders = await readers.mailboxes.listFolders(at)
  const special = (role: string | undefined) =>
    role === undefined ? undefined : folders.find(({ distinguished }) => distinguished === role)?.no
  const calendar = special('calendar')
  const named = namedFolders(rows)
  // What waits again since its other end went back has stayed with the folder.
  const brought = new Map<FolderNo, Brought>()
  const bring = (no: FolderNo, { party, appliedAt }: Given, rights: number) => {
    const on: Brought = brought.get(no) ?? new Map()
    brought.set(no, on.set(party, { rights, isGiven: appliedAt !== null || on.get(party)?.isGiven === true }))
  }
  for (const grant of given) {
    const { right, folder, rights } = grant
    const usual = usualRights[right]
    const no = folder === null ? calendar : named(folder, special(roleOfPath(folder)))
    if (usual !== undefined && no !== undefined) bring(no, grant, rights ?? usual)
  }
  // Who is a delegate by a plan alone edits the calendar.
  for (const grant of given)
    if (grant.right === 'delegate' && calendar !== undefined && !brought.get(calendar)?.has(grant.party))
      bring(calendar, grant, rightsOfProfile('Editor'))
  const losses: Loss[] = []
  for (const { no, name } of visibleFolders(folders)) {
    const what = `rights on the folder "${name}"`
    const missing: Brought = brought.get(no) ?? new Map()
    for (const { grantee, rights } of await readers.directory.listFolderPermissions(
      at.organization,
      at.mailbox,
      no,
    )) {
      const before = missing.get(grantee)?.rights
      missing.delete(grantee)
      if (before === rights || (before === undefined && isUsual(grantee, rights))) continue
      const there = before === undefined ? 'nothing that is known' : profileOf(before)
      losses.push(
        loss(
          what,
          `${await nameOf(looking, grantee)} has ${profileOf(rights)} since the move, and on the other side ${there}. Give it there, if it is still wanted.`,
        ),
      )
    }
    for (const [party, { isGiven }] of missing)
      if (isGiven) losses.push(await hasItNoMore(looking, what, party))
  }
  return losses
}

const told = [
  ['full-access', MailboxRight.fullAccess],
  ['send-as', MailboxRight.sendAs],
  ['send-on-behalf', MailboxRight.sendOnBehalf],
] as const satisfies readonly [Right, number][]

const bitOf: Partial<Record<Right, number>> = {
  ...Object.fromEntries(told),
  delegate: MailboxRight.sendOnBehalf,
}

const usualRights: Partial<Record<Right, number>> = {
  'calendar-edit': rightsOfProfile('Editor'),
  'folder-edit': rightsOfProfile('Editor'),
  'folder-read': rightsOfProfile('Reviewer'),
}

/** What a folder has of everybody when it is made. */
const isUsual = (grantee: FolderGrantee, rights: number): boolean =>
  (grantee === 'default' || grantee === 'anonymous') &&
  (rights === 0 || rights === rightsOfProfile('FreeBusyTimeOnly'))

async function ofDelegates(looking: Looking): Promise<readonly Loss[]> {
  const { readers, at, owner, given } = looking
  const { directory, mailboxes } = readers
  const kept = (await keptSettings(mailboxes, at))?.delegates
  const before = new Map<FolderGrantee, { receiveCopies: boolean; viewPrivate: boolean }>()
  for (const { party, right } of given)
    if (right === 'delegate') before.set(party, { receiveCopies: true, viewPrivate: false })
  for (const { grantee, receiveCopies, viewPrivate } of kept?.named ?? []) {
    const found = await findParty(directory, at.organization, grantee)
    const isGiven = given.some(
      ({ party, right }) => party === found?.id && bitOf[right] === MailboxRight.sendOnBehalf,
    )
    if (found !== undefined && isGiven) before.set(found.id, { receiveCopies, viewPrivate })
  }
  const { delegates } = await listDelegates({ mailboxes, directory }, { owner, at })
  const losses: Loss[] = []
  const named = async (id: FolderGrantee, said: string) =>
    losses.push(loss('delegate', `${await nameOf(looking, id)} ${said}`))
  for (const { entry, receiveCopies, viewPrivate } of delegates) {
    const was = before.get(entry.id)
    before.delete(entry.id)
    if (was === undefined)
      await named(
        entry.id,
        'is a delegate since the move, and not on the other side. Name them there, if it is still wanted.',
      )
    else if (was.receiveCopies !== receiveCopies || was.viewPrivate !== viewPrivate)
      await named(
        entry.id,
        `is a delegate who gets ${receiveCopies ? '' : 'no '}copies of meeting messages and sees ${viewPrivate ? '' : 'no '}private items since the move; on the other side it is as it was.`,
      )
  }
  for (const id of before.keys())
    await named(id, 'is no delegate any more since the move; on the other side they are.')
  return losses
}
