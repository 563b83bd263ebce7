import type { EntryId, MailboxId } from '#src/base/ids.ts'
import { type Entry, primaryAddress } from '#src/domain/directory/entry.ts'
import { ALL_FOLDER_RIGHTS, FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import { findMailboxAccess, type MailboxAccess } from '#src/domain/directory/mailbox-access.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { lineOf } from '#src/domain/mailbox/folders.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { type NameSpace, parseFolderName, prefixOf } from './folder-names.ts'

/** Mailboxes of others that are listed; more do not fit into anybody's tree of folders. */
const MOST_LISTED = 1_000

/** As many of those that are listed may be so by what everybody was given. */
const MOST_COMMON = 200

/** A mailbox that the user can reach. */
export type ReachableMailbox = {
  at: MailboxRef
  space: NameSpace
  owner: EntryId
  /** What the names of its folders begin with. */
  prefix: string
  access: MailboxAccess
}

/** A folder by its name. */
export type NamedFolder = { mailbox: ReachableMailbox; folder: Folder; name: string; rights: FolderRights }

/** Where a folder is to be made: below `parent`, one folder for each of `levels`. */
type FolderPlaceAhead = { mailbox: ReachableMailbox; parent: Folder; levels: readonly string[] }

/** Mailboxes by the names that IMAP gives their folders: the user's own, and those of others with rights for the user. */
export class ReachableMailboxes {
  readonly own: ReachableMailbox
  readonly #store: Store
  readonly #login: Authenticated

  constructor(store: Store, login: Authenticated) {
    this.#store = store
    this.#login = login
    const { organization, user } = login
    const full: MailboxAccess = { full: true, rightsOn: () => ALL_FOLDER_RIGHTS, shows: () => true }
    const at = { organization, mailbox: login.mailbox! }
    this.own = { at, space: 'personal', owner: user.id, prefix: '', access: full }
  }

  /** The mail folder of that name that the user may see. SyntaxFault for what is no name. */
  async find(name: string): Promise<NamedFolder | undefined> {
    const walked = await this.#walk(name)
    const folder = walked?.line.at(-1)
    if (walked === undefined || folder === undefined || walked.missing.length > 0) return undefined
    if (folder.class !== 'message' || !walked.mailbox.access.shows([...walked.line].reverse()))
      return undefined
    const { mailbox } = walked
    return { mailbox, folder, name, rights: mailbox.access.rightsOn(folder) }
  }

  /** As `find`. Refuses `no-such-folder`, and `not-allowed` without one of the rights. */
  async get(name: string, right: FolderRights = FolderRight.visible): Promise<NamedFolder> {
    const found = await this.find(name)
    if (found === undefined)
      throw new Refusal(
        'no-such-folder',
        'There is no mailbox of that name. List the mailboxes to see their names.',
      )
    if ((found.rights & right) === 0) throw notAllowed()
    return found
  }

  /** The mailbox whose names begin like this one, whether there is a folder of that name or not. */
  async reach(name: string): Promise<ReachableMailbox | undefined> {
    const parsed = parseFolderName(name)
    if (parsed.space === 'personal') return this.own
    return parsed.owner === undefined ? undefined : this.#findOwner(parsed.space, parsed.owner)
  }

  /** The mailbox of somebody else with what the user may do there now; undefined when that is nothing any more. */
  async reachAnew({ owner }: ReachableMailbox): Promise<ReachableMailbox | undefined> {
    const { directory } = this.#store
    const entry = await directory.findEntry(this.#login.organization, { id: owner })
    return entry && this.#reach(entry)
  }

  /** What the user may do with a folder now, by whatever name; 0 when it is out of sight. */
  async rightsOn(at: MailboxRef, no: Folder['no']): Promise<FolderRights> {
    if (at.mailbox === this.own.at.mailbox) return ALL_FOLDER_RIGHTS
    const { mailboxes, directory } = this.#store
    const owner = await directory.findEntry(at.organization, { mailbox: at.mailbox })
    const mailbox = owner && (await this.#reach(owner))
    if (mailbox === undefined) return 0
    const folder = await mailboxes.getFolder(at, no)
    const line = await lineOf(mailboxes, at, folder)
    const shown = line.filter(
      ({ distinguished, parent }) => distinguished !== 'msgfolderroot' && parent !== null,
    )
    return mailbox.access.shows(shown) ? mailbox.access.rightsOn(folder) : 0
  }

  /** Where CREATE and RENAME put a new folder. Refuses `folder-exists`, `not-allowed`, `no-such-folder` for what is nobody's. */
  async getPlaceFor(name: string): Promise<FolderPlaceAhead> {
    const walked = await this.#walk(name)
    if (walked === undefined)
      throw new Refusal(
        'not-allowed',
        'Mailboxes of other people are not made here. Choose a name outside their names.',
      )
    const { mailbox, root, line, missing } = walked
    if (missing.length === 0) {
      if (line.at(-1)?.class === 'message' || line.length === 0)
        throw new Refusal('folder-exists', 'There is a mailbox of that name already. Choose another name.')
      throw new Refusal(
        'folder-exists',
        'A folder that holds no mail has that name already. Choose another name.',
      )
    }
    const parent = line.at(-1) ?? root
    if (!mailbox.access.full && (mailbox.access.rightsOn(parent) & FolderRight.createSubfolder) === 0)
      throw notAllowed()
    return { mailbox, parent, levels: missing }
  }

  /** The mailboxes of others in which the user, a group of the user or everybody was given rights, by space and name. */
  async listOthers(): Promise<readonly ReachableMailbox[]> {
    const found = new Map<MailboxId, ReachableMailbox>()
    for await (const owner of this.#owners()) {
      if (owner.mailbox === null || found.has(owner.mailbox)) continue
      const reached = await this.#reach(owner)
      if (reached !== undefined) found.set(owner.mailbox, reached)
      if (found.size >= MOST_LISTED) break
    }
    return [...found.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : 1))
  }

  async *#owners(): AsyncGenerator<Entry> {
    const { organization, user } = this.#login
    const { directory } = this.#store
    const limit = 100
    for (let after: EntryId | null | undefined; after !== null; ) {
      const page: Awaited<ReturnType<typeof directory.listOwners>> = await directory.listOwners(
        organization,
        user.id,
        { after: after ?? null, limit },
      )
      for (const { owner } of page.rows) yield owner
      after = page.next
    }
    yield* this.#sharing(user.id, MOST_LISTED)
    yield* this.#sharing('default', MOST_COMMON)
  }

  /** Whose folders were given to somebody, at most so many. */
  async *#sharing(grantee: EntryId | 'default', most: number): AsyncGenerator<Entry> {
    const { organization } = this.#login
    const { directory } = this.#store
    let left = most
    for (let after: MailboxId | null | undefined; after !== null && left > 0; ) {
      const page: Awaited<ReturnType<typeof directory.listSharedMailboxes>> =
        await directory.listSharedMailboxes(organization, grantee, {
          after: after ?? null,
          limit: Math.min(100, left),
        })
      left -= page.rows.length
      for (const mailbox of page.rows) {
        const owner = await directory.findEntry(organization, { mailbox })
        if (owner !== undefined) yield owner
      }
      after = page.next
    }
  }

  async #walk(
    name: string,
  ): Promise<
    { mailbox: ReachableMailbox; root: Folder; line: Folder[]; missing: readonly string[] } | undefined
  > {
    const parsed = parseFolderName(name)
    const mailbox =
      parsed.space === 'personal'
        ? this.own
        : parsed.owner === undefined
          ? undefined
          : await this.#findOwner(parsed.space, parsed.owner)
    if (mailbox === undefined) return undefined
    const { mailboxes } = this.#store
    const root = await mailboxes.findFolder(mailbox.at, { distinguished: 'msgfolderroot' })
    if (root === undefined) return undefined
    const line: Folder[] = []
    for (const [depth, level] of parsed.levels.entries()) {
      const isInbox = depth === 0 && level === 'INBOX'
      const by = isInbox ? { distinguished: 'inbox' } : { parent: (line.at(-1) ?? root).no, name: level }
      const folder = await mailboxes.findFolder(mailbox.at, by)
      if (folder === undefined || (!isInbox && folder.distinguished === 'inbox'))
        return { mailbox, root, line, missing: parsed.levels.slice(depth) }
      line.push(folder)
    }
    return { mailbox, root, line, missing: [] }
  }

  async #findOwner(space: 'others' | 'shared', name: string): Promise<ReachableMailbox | undefined> {
    const entry = await this.#store.directory.findEntry(this.#login.organization, { address: name })
    const mailbox = entry && (await this.#reach(entry))
    return mailbox?.space === space ? mailbox : undefined
  }

  async #reach(entry: Entry): Promise<ReachableMailbox | undefined> {
    const address = primaryAddress(entry)
    const { organization, user } = this.#login
    if (entry.mailbox === null || address === null || entry.state !== 'ENABLED' || entry.id === user.id)
      return undefined
    if (entry.home !== 'local') return undefined
    const access = await findMailboxAccess(this.#store.directory, organization, entry, user.id)
    const space = entry.kind === 'user' && entry.role !== 'RESOURCE' ? 'others' : 'shared'
    const at = { organization, mailbox: entry.mailbox }
    return { at, space, owner: entry.id, prefix: prefixOf(space, address), access }
  }
}

export function notAllowed(): Refusal {
  return new Refusal(
    'not-allowed',
    'You may not do this here. Ask the owner of the mailbox, or your administrator.',
  )
}
