/** Files of events, contacts, tasks and notes (CreateItem, CreateAttachment, DeleteAttachment). */
import { cardOf, changeContact } from '#src/domain/contacts/contacts.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { allFilesIn, changeFiles, messageOfFiles, OCCURRENCE } from '#src/domain/mailbox/files.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import type { ArrayOfAttachmentsType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { AttachmentKey } from '../ids.ts'
import type { ItemView } from '../item-view.ts'
import type { ItemPlace } from '../places.ts'
import { attachedPart } from '../properties/attachments.ts'
import { type ContactPhoto, PHOTO, photoApart, photoOf, withPhoto } from '../properties/contact-photo.ts'
import { readItem, viewOf } from '../read-items.ts'
import { type DraftAttachment, keptParts, partOf } from './message-draft.ts'
import { newAttachments } from './new-attachment.ts'
import { undisturbed } from './undisturbed.ts'

type PartKey = Pick<AttachmentKey, 'path' | 'print'>

/** The files that an item is made with; nothing where there are none. */
export async function newFiles(
  call: EwsCall,
  given: ArrayOfAttachmentsType | undefined,
): Promise<{ files?: SizedSource }> {
  if (given === undefined || given.length === 0) return {}
  return { files: messageOfFiles((await newAttachments(call, given)).map(partOf)) }
}

/** Attaches files to an item that is there; the photo of a contact takes the place of the one it has. Refuses `ChangedMeanwhile`. */
export async function addFiles(
  call: EwsCall,
  place: ItemPlace,
  given: ArrayOfAttachmentsType,
): Promise<void> {
  const { photo, files } =
    place.item.class === 'contact' ? await photoApart(given) : { photo: undefined, files: given }
  const { occurrence } = viewOf(call, place, { BaseShape: 'IdOnly' }).options
  const added = (await newAttachments(call, files ?? [])).map((one) =>
    ofOccurrence(one, occurrence?.at.recurrenceId),
  )
  if (added.length > 0) await writeFiles(call, place, [...attachedTo(call, place), ...added])
  if (photo !== undefined) await changePhoto(call, place, photo)
}

const ofOccurrence = (one: DraftAttachment, recurrenceId: string | null = null): DraftAttachment =>
  recurrenceId === null || 'kept' in one
    ? one
    : { ...one, params: { ...one.params, [OCCURRENCE]: recurrenceId } }

/** Takes files away by their keys; resolves with the keys of those that were there. Refuses `ChangedMeanwhile`. */
export async function removeFiles<Key extends PartKey>(
  call: EwsCall,
  place: ItemPlace,
  keys: readonly Key[],
): Promise<ReadonlySet<Key>> {
  const isPhotoKey = ({ path }: Key) => path === PHOTO && photoOf(place.item) !== undefined
  const photo = keys.filter(isPhotoKey)
  const { kept, gone } = withoutParts(viewWhole(call, place), attachedTo(call, place), keys)
  if (gone.size > 0) await writeFiles(call, place, kept)
  if (photo.length > 0) await changePhoto(call, place, null)
  return new Set([...photo, ...gone])
}

/** Attachments without those that keys name, and the keys that named one. */
export function withoutParts<Key extends PartKey>(
  view: ItemView,
  attached: readonly DraftAttachment[],
  keys: readonly Key[],
): { kept: DraftAttachment[]; gone: ReadonlySet<Key> } {
  const named = new Map(keys.map((key) => [key, attachedPart(view, key)]))
  const taken = new Set(named.values())
  const isTaken = (one: DraftAttachment) => 'kept' in one && taken.has(one.kept)
  const parts = new Set(attached.filter(isTaken).map((one) => 'kept' in one && one.kept))
  const gone = keys.filter((key) => parts.has(named.get(key) ?? false))
  return { kept: attached.filter((one) => !isTaken(one)), gone: new Set(gone) }
}

const viewWhole = (call: EwsCall, place: ItemPlace): ItemView =>
  viewOf(call, { ...place, recurrenceId: undefined }, { BaseShape: 'IdOnly' })

const attachedTo = (call: EwsCall, place: ItemPlace): DraftAttachment[] => {
  const view = viewWhole(call, place)
  return keptParts(view, view.root === undefined ? [] : allFilesIn(view.root))
}

function writeFiles(
  { services }: EwsCall,
  { mailbox, item }: ItemPlace,
  files: readonly DraftAttachment[],
): Promise<ItemState> {
  const message = files.length === 0 ? null : messageOfFiles(files.map(partOf))
  return changeFiles(services.store, mailbox.at, item.no, message, { unchangedSince: item.modseq })
}

/** The card is read again: it may have been changed since, and by the files that came with the photo it was. */
const changePhoto = (call: EwsCall, place: ItemPlace, photo: ContactPhoto | null): Promise<ItemState> =>
  undisturbed(async () => {
    const { item, mailbox } = await readItem(call, { ...place, modseq: undefined }, FolderRight.editAny)
    const card = withPhoto(cardOf(item)!, photo)
    return changeContact(call.services.store, mailbox.at, item.no, card, { unchangedSince: item.modseq })
  })
