import type { MailboxId } from '#src/base/ids.ts'
import { seesPrivate } from '#src/domain/calendar/delegates.ts'
import { hidePrivateItem, isPrivate } from '#src/domain/calendar/private-items.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { ALL_FOLDER_RIGHTS, FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import { keyOfAddress } from '#src/domain/directory/legacy-dn.ts'
import { findMailboxAccess, type MailboxAccess } from '#src/domain/directory/mailbox-access.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { byParent, type FoldersByParent, lineOf } from '#src/domain/mailbox/folders.ts'
import type { BodyNo, FolderNo, Item, ItemNo, ItemPart } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type {
  DistinguishedFolderIdType,
  NonEmptyArrayOfBaseItemIdsType,
  TargetFolderIdType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCaller } from './caller.ts'
import { parseChangeKey, parseId } from './ids.ts'
import { EwsRefusal } from './refusal-codes.ts'

/** A mailbox that the caller may have rights in. */
export type ReachedMailbox = {
  at: MailboxRef
  owner: Entry
  access: MailboxAccess
  own: boolean
  /** False for delegates who are shown of private events and tasks when they are, and nothing else. */
  seesPrivate: boolean
}

/** A folder and what the caller may do there. */
export type FolderPlace = { mailbox: ReachedMailbox; folder: Folder; rights: FolderRights }

/** An item as a request names it. */
export type NamedItem = {
  mailbox: ReachedMailbox
  no: ItemNo
  recurrenceId: string | undefined
  /** What the client had last seen, if it says so. */
  modseq: number | undefined
  /** The nth occurrence of a series, from 1, still to be found. */
  instance?: number
}
/** An item that was read, in its folder. */
export type ItemPlace = NamedItem & { item: Item; rights: FolderRights }

export type FolderTree = { byNo: ReadonlyMap<FolderNo, Folder>; children: FoldersByParent }
type BaseItemId = NonEmptyArrayOfBaseItemIdsType[number]

const FULL: MailboxAccess = { full: true, rightsOn: () => ALL_FOLDER_RIGHTS, shows: () => true }
/** Rights that change nothing. */
const READING =
  FolderRight.readAny | FolderRight.visible | FolderRight.freeBusySimple | FolderRight.freeBusyDetailed

/** Larger ones are not worth their room before their turn comes. */
const SMALL_BODY_BYTES = 32 * 1024

/** What a caller reaches, by ids and names; what was looked up is remembered for the one request. */
export class Places {
  readonly #store: Store
  readonly #caller: EwsCaller
  readonly #reached = new Map<MailboxId, Promise<ReachedMailbox>>()
  readonly #trees = new Map<MailboxId, Promise<FolderTree>>()
  readonly #preloaded = new Map<string, Item>()
  readonly #bodies = new Map<string, Uint8Array>()

  constructor(store: Store, caller: EwsCaller) {
    this.#store = store
    this.#caller = caller
  }

  /** The caller's own mailbox. Refuses ErrorNonExistentMailbox for an account without one. */
  own(): Promise<ReachedMailbox> {
    const { mailbox } = this.#caller.acting
    if (mailbox === null)
      throw new Refusal('no-such-mailbox', 'This account has no mailbox. Name the one you mean.')
    return this.byId(mailbox)
  }

  byId(mailbox: MailboxId): Promise<ReachedMailbox> {
    const known = this.#reached.get(mailbox) ?? this.#reach(mailbox)
    this.#reached.set(mailbox, known)
    return known
  }

  /** By an SMTP address, or by an X500 name of Exchange. Refuses ErrorNonExistentMailbox for who has none here. */
  async byAddress(address: string): Promise<ReachedMailbox> {
    const { organization } = this.#caller.acting
    const owner = await this.#store.directory.findEntry(organization, keyOfAddress(address))
    if (owner?.mailbox == null || owner.home !== 'local' || owner.state !== 'ENABLED') {
      throw new Refusal('no-such-mailbox', `There is no mailbox here for "${address.slice(0, 320)}".`)
    }
    return this.byId(owner.mailbox)
  }

  async #reach(mailbox: MailboxId): Promise<ReachedMailbox> {
    const { organization, user, mailbox: own } = this.#caller.acting
    const at = { organization, mailbox }
    if (mailbox === own) return { at, owner: user, access: FULL, own: true, seesPrivate: true }
    const owner = await this.#store.directory.findEntry(organization, { mailbox })
    if (owner === undefined || owner.state !== 'ENABLED')
      throw new EwsRefusal('ErrorItemNotFound', 'no-such-item', 'The object that was asked for is not there.')
    const access = await findMailboxAccess(this.#store.directory, organization, owner, user.id)
    const sees = access.full || (await seesPrivate(this.#store, at, user.id))
    return { at, owner, access, own: false, seesPrivate: sees }
  }

  /** All folders of a mailbox, as they were when first asked for. */
  tree(mailbox: ReachedMailbox): Promise<FolderTree> {
    const { mailbox: id } = mailbox.at
    const known =
      this.#trees.get(id) ??
      this.#store.mailboxes.listFolders(mailbox.at).then((folders) => ({
        byNo: new Map(folders.map((folder) => [folder.no, folder])),
        children: byParent(folders),
      }))
    this.#trees.set(id, known)
    return known
  }

  /** After folders were changed: what was remembered of them counts no more. */
  forgetTree(mailbox: ReachedMailbox): void {
    this.#trees.delete(mailbox.at.mailbox)
  }

  /** The folder of an id or a distinguished name. Refuses ErrorFolderNotFound, ErrorAccessDenied. */
  async folder(id: TargetFolderIdType): Promise<FolderPlace> {
    if (id.DistinguishedFolderId !== undefined) return this.#distinguished(id.DistinguishedFolderId)
    if (id.FolderId === undefined)
      throw new EwsRefusal(
        'ErrorInvalidIdMalformed',
        'invalid-parameter',
        'Address lists have no folders here.',
      )
    const key = parseId(id.FolderId.Id)
    if (key.kind !== 'folder') throw notAFolder()
    const mailbox = await this.byId(key.mailbox)
    return this.place(mailbox, await this.#store.mailboxes.getFolder(mailbox.at, key.folder))
  }

  async #distinguished({ Id, Mailbox }: DistinguishedFolderIdType): Promise<FolderPlace> {
    const address = Mailbox?.EmailAddress
    const mailbox = address === undefined ? await this.own() : await this.byAddress(address)
    const folder = await this.#store.mailboxes.findFolder(mailbox.at, { distinguished: Id })
    if (folder === undefined) throw new Refusal('no-such-folder', `The mailbox has no folder "${Id}".`)
    return this.place(mailbox, folder)
  }

  /** A folder with the caller's rights on it. Refuses ErrorAccessDenied when it cannot be seen. */
  async place(mailbox: ReachedMailbox, folder: Folder): Promise<FolderPlace> {
    const rights = await this.rightsOn(mailbox, folder)
    if ((rights & FolderRight.visible) === 0) throw accessDenied()
    return { mailbox, folder, rights }
  }

  async rightsOn(mailbox: ReachedMailbox, folder: Folder): Promise<FolderRights> {
    const { access } = mailbox
    const mask = this.#caller.readOnly ? READING : ALL_FOLDER_RIGHTS
    if (access.full) return ALL_FOLDER_RIGHTS & mask
    return (await this.#shows(mailbox, folder)) ? access.rightsOn(folder) & mask : 0
  }

  async #shows({ access, at }: ReachedMailbox, folder: Folder): Promise<boolean> {
    // A calendar or the like that was shared opens by its name, whatever lies above it.
    if (folder.distinguished !== null) return true
    const line = await lineOf(this.#store.mailboxes, at, folder)
    return access.shows(line.filter(({ distinguished }) => distinguished === null))
  }

  /** The item that a request names, not yet read. Refuses ErrorInvalidIdMalformed. */
  async named(id: BaseItemId): Promise<NamedItem> {
    const given = id.ItemId ?? id.RecurringMasterItemIdRanges
    const text = given?.Id ?? id.OccurrenceItemId?.RecurringMasterId ?? id.RecurringMasterItemId!.OccurrenceId
    const changeKey =
      given?.ChangeKey ?? id.OccurrenceItemId?.ChangeKey ?? id.RecurringMasterItemId?.ChangeKey
    const key = parseId(text)
    if (key.kind === 'hidden')
      throw new EwsRefusal(
        'ErrorInvalidOperation',
        'not-supported',
        'What lies hidden in a folder is read, changed and deleted here, and nothing else.',
      )
    if (key.kind !== 'item')
      throw new EwsRefusal(
        'ErrorCannotUseFolderIdForItemId',
        'invalid-parameter',
        'This is the id of no item.',
      )
    if (id.RecurringMasterItemId !== undefined && key.recurrenceId === undefined)
      throw new EwsRefusal(
        'ErrorCalendarCannotUseIdForOccurrenceId',
        'invalid-parameter',
        'This is the id of no occurrence.',
      )
    const mailbox = await this.byId(key.mailbox)
    return {
      mailbox,
      no: key.item,
      recurrenceId: id.RecurringMasterItemId === undefined ? key.recurrenceId : undefined,
      modseq: changeKey === undefined || changeKey === '' ? undefined : modseqOf(changeKey),
      ...(id.OccurrenceItemId && { instance: id.OccurrenceItemId.InstanceIndex }),
    }
  }

  /**
   * Reads items that are going to be asked for, with these parts, together: each is a round trip less. With `bodies`, small
   * messages too.
   */
  async preload(items: readonly NamedItem[], parts: readonly ItemPart[], bodies: boolean): Promise<void> {
    const { mailboxes } = this.#store
    this.#bodies.clear()
    for (const [{ at }, some] of Map.groupBy(items, ({ mailbox }) => mailbox)) {
      const numbers = some.map(({ no }) => no)
      const found = await mailboxes.getItems(at, numbers, parts)
      for (const item of found) this.#preloaded.set(`${at.mailbox} ${item.no}`, item)
      if (!bodies) continue
      const small = found.flatMap(({ body, sizeBytes }) =>
        body !== null && sizeBytes <= SMALL_BODY_BYTES ? body : [],
      )
      for (const [body, octets] of await mailboxes.readSmallBodies(at, small))
        this.#bodies.set(`${at.mailbox} ${body}`, octets)
    }
  }

  /** A body that was read with its item; undefined for the others. */
  takeBody({ mailbox }: MailboxRef, body: BodyNo): Uint8Array | undefined {
    const name = `${mailbox} ${body}`
    const octets = this.#bodies.get(name)
    this.#bodies.delete(name)
    return octets
  }

  /**
   * An item with as many parts as are asked for. Refuses ErrorItemNotFound, and ErrorAccessDenied without one of the rights or for
   * what is private. With `masked`, what is private comes with its times alone instead.
   */
  async item(
    named: NamedItem,
    right: FolderRights,
    parts: readonly ItemPart[] = [],
    masked = false,
  ): Promise<ItemPlace> {
    const { mailbox, no } = named
    const key = `${mailbox.at.mailbox} ${no}`
    const read = this.#preloaded.get(key)
    this.#preloaded.delete(key)
    const wanted = mailbox.seesPrivate ? parts : [...new Set<ItemPart>([...parts, 'content'])]
    const [item] = read ? [read] : await this.#store.mailboxes.getItems(mailbox.at, [no], wanted)
    if (item === undefined) throw itemNotFound()
    const rights =
      mailbox.access.full && !this.#caller.readOnly ? ALL_FOLDER_RIGHTS : await this.#rightsOf(mailbox, item)
    if ((rights & right) === 0) throw (rights & FolderRight.visible) === 0 ? itemNotFound() : accessDenied()
    if (mailbox.seesPrivate || !isPrivate(item)) return { ...named, item, rights }
    if (!masked) throw accessDenied()
    return { ...named, item: hidePrivateItem(item), rights: rights & READING }
  }

  async #rightsOf(mailbox: ReachedMailbox, item: Item): Promise<FolderRights> {
    const folder = (await this.tree(mailbox)).byNo.get(item.folder)
    return folder === undefined ? 0 : this.rightsOn(mailbox, folder)
  }
}

function modseqOf(changeKey: string): number {
  const modseq = parseChangeKey(changeKey)
  if (modseq !== undefined) return modseq
  throw new EwsRefusal('ErrorInvalidChangeKey', 'invalid-parameter', 'The change key is invalid.')
}

/** Refuses ErrorAccessDenied without one of the rights. */
export function need(place: FolderPlace, right: FolderRights): FolderPlace {
  if ((place.rights & right) === 0) throw accessDenied()
  return place
}

export const accessDenied = () =>
  new EwsRefusal(
    'ErrorAccessDenied',
    'not-allowed',
    'Access is denied. Ask the owner of the mailbox for the right.',
  )

export const itemNotFound = () =>
  new EwsRefusal('ErrorItemNotFound', 'no-such-item', 'The specified object was not found in the store.')

const notAFolder = () =>
  new EwsRefusal('ErrorCannotUseItemIdForFolderId', 'invalid-parameter', 'This is the id of no folder.')
