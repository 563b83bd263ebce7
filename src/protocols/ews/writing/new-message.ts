import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { Flag, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { envelopeOf } from '#src/formats/mime/envelope.ts'
import { twins, twinsOf } from '#src/wire/ews/model/twins.ts'
import { updatesOfItem } from '#src/wire/ews/model/updates.ts'
import type { MessageDispositionType, MessageType, TargetFolderIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { authorOf } from './author.ts'
import { composeDraft, emptyDraft, type MessageDraft } from './message-draft.ts'
import { type Marks, marksOf, updateDraft } from './message-updates.ts'
import { newAttachments } from './new-attachment.ts'
import { saveMessage, targetFolder } from './save-message.ts'
import { type Envelope, sendMessage } from './send-message.ts'
import { sourceOf } from './sized-source.ts'

/** What is to become of a message: EWS MessageDisposition, and the folder for what is kept. */
export type Disposition = { disposition: MessageDispositionType; savedIn: TargetFolderIdType | undefined }

export type MadeMessage = { place: FolderPlace; no: ItemNo } | undefined

/** PidTagMessageFlags. */
const FLAGS_KEY = '0x0e07:Integer'

/** Makes a message of its MIME content or of its parts, and sends or keeps it. Undefined when nothing of it is kept. */
export async function createMessage(
  call: EwsCall,
  given: MessageType,
  disposition: Disposition,
): Promise<MadeMessage> {
  const updates = updatesOfItem(given)
  const known = twinsOf(twins.message, updates.values)
  const marks = marksOf({ ...updates, extended: { ...known, ...updates.extended } }, [])
  if (disposition.disposition === 'SaveOnly' && given.IsRead === undefined) markAsFlagged(marks)
  if (given.MimeContent !== undefined) {
    const source = sourceOf(given.MimeContent.Value)
    return dispose(
      call,
      { source, envelope: await envelopeIn(source) },
      marks,
      disposition,
      isPosted(marks, given),
    )
  }
  const draft = emptyDraft(call.services.now(), call.services.hostName)
  await updateDraft(call, draft, updates)
  draft.attachments.push(...(await newAttachments(call, given.Attachments ?? [])))
  return disposeDraft(call, draft, marks, disposition, isPosted(marks, given))
}

/** DavMail says in PidTagMessageFlags alone whether a message that it puts somewhere was read (MS-OXCMSG §2.2.1.6). */
function markAsFlagged(marks: Marks): void {
  const flags = marks.properties[FLAGS_KEY]
  if (typeof flags !== 'string') return
  if ((Number(flags) & 1) === 0) marks.removeFlags |= Flag.seen
  else marks.addFlags |= Flag.seen
}

/** A message that is kept and not a draft: a client puts one there that was sent or has come. */
function isPosted(marks: Marks, given: MessageType): boolean {
  const flags = marks.properties[FLAGS_KEY]
  if (typeof flags === 'string') return (Number(flags) & 8) === 0
  return given.IsDraft === false || given.ItemClass?.startsWith('IPM.Post') === true
}

/** Sends or keeps a draft that was put together. */
export async function disposeDraft(
  call: EwsCall,
  draft: MessageDraft,
  marks: Marks,
  disposition: Disposition,
  posted = false,
): Promise<MadeMessage> {
  if (draft.from === undefined) draft.from = authorOf(call)
  const source = composeDraft(draft)
  const { to, cc, bcc, from } = draft
  return dispose(call, { source, envelope: { from: [from!], to, cc, bcc } }, marks, disposition, posted)
}

type Composed = { source: SizedSource; envelope: Envelope }

async function dispose(
  call: EwsCall,
  { source, envelope }: Composed,
  marks: Marks,
  { disposition, savedIn }: Disposition,
  posted: boolean,
): Promise<MadeMessage> {
  if (disposition === 'SendOnly') {
    await sendMessage(call, source, envelope)
    return undefined
  }
  if (disposition === 'SaveOnly') {
    const place = await targetFolder(call, savedIn, 'drafts')
    const inDrafts = place.folder.distinguished === 'drafts'
    const draft = posted && !inDrafts ? 0 : Flag.draft
    const { no } = await saveMessage(call, place, source, marks, draft | (draft === 0 ? 0 : Flag.seen))
    return { place, no }
  }
  const place = await targetFolder(call, savedIn, 'sentitems')
  const { no } = await saveMessage(call, place, source, marks, Flag.seen)
  try {
    await sendMessage(call, source, envelope)
  } catch (error) {
    // What was not sent does not lie among what was.
    await deleteItems(call.services.store, place.mailbox.at, [no], 'hard')
    throw error
  }
  return { place, no }
}

const HEADER_BYTES = 256 * 1024

/** Who a message is from and for, by its own header. Refuses ErrorMimeContentInvalid for what has no header. */
async function envelopeIn(source: SizedSource): Promise<Envelope> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of source.read()) {
    pieces.push(Uint8Array.from(piece))
    bytes += piece.length
    if (bytes >= HEADER_BYTES || Buffer.concat(pieces).includes('\r\n\r\n')) break
  }
  const text = Buffer.concat(pieces)
  const end = /\r?\n\r?\n/.exec(text.toString('latin1'))
  try {
    return envelopeOf(text.subarray(0, end === null ? HEADER_BYTES : end.index + end[0].length))
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new EwsRefusal('ErrorMimeContentInvalid', 'invalid-parameter', 'The MIME content is no message.')
  }
}
