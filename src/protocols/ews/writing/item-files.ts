/** Files of events, contacts, tasks and notes (CreateItem, CreateAttachment, DeleteAttachment). */
import { cardOf, changeContact } from '#src/domain/contacts/contacts.ts'
import { changeFiles, messageOfFiles } from '#src/domain/mailbox/files.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import type { ArrayOfAttachmentsType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { ItemPlace } from '../places.ts'
import { type ContactPhoto, PHOTO, photoApart, photoOf, withPhoto } from '../properties/contact-photo.ts'
import { viewOf } from '../read-items.ts'
import { type DraftAttachment, keptAttachments, partOf } from './message-draft.ts'
import { newAttachments } from './new-attachment.ts'

/** The files that an item is made with; nothing where there are none. */
export async function newFiles(
  call: EwsCall,
  given: ArrayOfAttachmentsType | undefined,
): Promise<{ files?: SizedSource }> {
  if (given === undefined || given.length === 0) return {}
  return { files: messageOfFiles((await newAttachments(call, given)).map(partOf)) }
}

/** Attaches files to an item that is there; the photo of a contact takes the place of the one it has. */
export async function addFiles(
  call: EwsCall,
  place: ItemPlace,
  given: ArrayOfAttachmentsType,
): Promise<void> {
  const { photo, files } =
    place.item.class === 'contact' ? await photoApart(given) : { photo: undefined, files: given }
  if (photo !== undefined) await changePhoto(call, place, photo)
  if (files === undefined || files.length === 0) return
  await writeFiles(call, place, [...attachedTo(call, place), ...(await newAttachments(call, files))])
}

/** Takes files away by their paths. Resolves with whether there were any of them. */
export async function removeFiles(
  call: EwsCall,
  place: ItemPlace,
  paths: ReadonlySet<string>,
): Promise<boolean> {
  const losesPhoto = paths.has(PHOTO) && photoOf(place.item) !== undefined
  if (losesPhoto) await changePhoto(call, place, null)
  const before = attachedTo(call, place)
  const kept = before.filter((each) => !('kept' in each && paths.has(each.kept.path)))
  if (kept.length < before.length) await writeFiles(call, place, kept)
  return losesPhoto || kept.length < before.length
}

const attachedTo = (call: EwsCall, place: ItemPlace): DraftAttachment[] =>
  keptAttachments(viewOf(call, { ...place, recurrenceId: undefined }, { BaseShape: 'IdOnly' }))

async function writeFiles(
  { services }: EwsCall,
  { mailbox, item }: ItemPlace,
  files: readonly DraftAttachment[],
): Promise<void> {
  const message = files.length === 0 ? null : messageOfFiles(files.map(partOf))
  await changeFiles(services.store, mailbox.at, item.no, message)
}

async function changePhoto(
  { services }: EwsCall,
  { mailbox, item }: ItemPlace,
  photo: ContactPhoto | null,
): Promise<void> {
  await changeContact(services.store, mailbox.at, item.no, withPhoto(cardOf(item)!, photo))
}
