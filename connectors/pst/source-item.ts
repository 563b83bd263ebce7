import { Flag, type Flags, type ItemClass } from '#src/domain/mailbox/item.ts'
import { carriedLocation } from '#src/domain/migration/content-location.ts'
import { type FilesOfOccurrence, filesOfOccurrences } from '#src/domain/migration/files-of-series.ts'
import type { Loss, SourceAttachment, SourceItem } from '#src/domain/migration/source.ts'
import { pictureType } from '#src/formats/mime/picture-type.ts'
import { attachmentType } from '#src/formats/tnef/media-type.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { set, tag } from '#src/formats/tnef/property-ids.ts'
import { type OccurrenceMessage, withChangedOccurrences } from './changed-occurrences.ts'
import { contactCard } from './contact-card.ts'
import { isDamage } from './damage.ts'
import { eventContent } from './event-content.ts'
import { damageLoss, tellsDamage } from './item-damage.ts'
import { plainTextOf } from './item-text.ts'
import { keptProperties } from './kept-properties.ts'
import { subjectOf } from './message-header.ts'
import { attachmentOctets, isLink, messageOctets } from './message-octets.ts'
import type { PropertyNames } from './property-names.ts'
import type { PstFile, PstNode } from './pst-file.ts'
import { attachmentName, readMessage, type StoredAttachment, type StoredMessage } from './stored-message.ts'
import { taskContent } from './task-content.ts'

const MESSAGE_FLAGS = 0x0e07
const FLAG_STATUS = 0x1090
const LAST_VERB = 0x1081
const LAST_MODIFIED = 0x3008
const CREATED = 0x3007
/** A larger one is no portrait. */
const LARGEST_PHOTO = 4 * 1024 * 1024
const SEARCH_KEY = 0x300b
const KEYWORDS = [set.publicStrings, 'Keywords'] as const

const classes: readonly (readonly [pattern: RegExp, kind: ItemClass])[] = [
  [/^ipm\.appointment/i, 'event'],
  [/^ipm\.(?:contact|distlist)/i, 'contact'],
  [/^ipm\.task(?!request)/i, 'task'],
  [/^ipm\.stickynote/i, 'note'],
]

const classOf = (bag: PropertyBag): ItemClass =>
  classes.find(([pattern]) => pattern.test(bag.text(tag.messageClass) ?? ''))?.[1] ?? 'message'

/** What tells this content of this item from others: PR_SEARCH_KEY stays when an item is copied, the time does when it is left alone. */
export function matchOf(bag: PropertyBag): string | null {
  const key = bag.bytes(SEARCH_KEY)
  const modified = bag.number(LAST_MODIFIED)
  if (key === undefined || key.length === 0 || modified === undefined) return null
  return `search:${Buffer.from(key).toString('base64url')}.${modified}`
}

export const versionOf = (bag: PropertyBag): string => `${bag.number(LAST_MODIFIED) ?? 0}.${flagsOf(bag)}`

/** Reads an item; what of it is damaged is among its losses. SyntaxFault when nothing of it can be read. */
export async function readSourceItem(
  file: PstFile,
  names: PropertyNames,
  key: string,
  node: PstNode,
): Promise<SourceItem> {
  const item = await readParts(file, names, key, node)
  // Another copy of it may be whole.
  return item.losses.some(tellsDamage) ? { ...item, match: null } : item
}

async function readParts(
  file: PstFile,
  names: PropertyNames,
  key: string,
  node: PstNode,
): Promise<SourceItem> {
  const losses: Loss[] = []
  const stored = await readMessage(file, node, names, losses)
  const { bag } = stored
  const kind = classOf(bag)
  const receivedAt =
    bag.number(tag.messageDeliveryTime) ??
    bag.number(tag.clientSubmitTime) ??
    bag.number(CREATED) ??
    bag.number(LAST_MODIFIED) ??
    0
  const common = {
    ...{
      key,
      version: versionOf(bag),
      match: matchOf(bag),
      class: kind,
      title: subjectOf(bag).slice(0, 255),
    },
    ...{
      receivedAt,
      flags: flagsOf(bag),
      keywords: keywordsOf(bag),
      properties: keptProperties(bag, kind, losses),
      losses,
    },
  }
  if (kind === 'message') {
    const { octets, withoutAddress, losses: ofFiles } = await messageOctets(file, names, stored)
    losses.push(...ofFiles)
    if (withoutAddress.length > 0)
      losses.push({
        property: 'addresses',
        reason: `The file has only Exchange names of ${[...new Set(withoutAddress)].slice(0, 5).join(', ')}; they are IMCEAEX addresses now.`,
        weight: 'metadata',
      })
    const message = { sizeBytes: octets.sizeBytes, open: () => octets.read() }
    return { ...common, message, content: null, attachments: [] }
  }
  if (kind === 'event') {
    const series = eventContent(stored, key, losses)
    const { event, occurrences } = withChangedOccurrences(
      stored,
      series,
      await hiddenMessages(file, names, stored, losses),
      (message) => eventContent(message, key, losses),
      losses,
    )
    const own = await attachmentsOf(file, stored, losses, { isCarried: isOccurrence })
    const changed: FilesOfOccurrence[] = []
    for (const { recurrenceId, message } of occurrences) {
      const files = await attachmentsOf(file, message, losses, { occurrence: recurrenceId })
      changed.push({ recurrenceId, files: files.map(counted) })
    }
    const theirs = await filesOfOccurrences(own.map(counted), changed, losses, new AbortController().signal)
    const attachments = [...own, ...theirs]
    return { ...common, message: null, content: event, attachments }
  }
  const content =
    kind === 'contact'
      ? contactCard(stored, key, losses)
      : kind === 'task'
        ? taskContent(stored, key, losses)
        : { title: common.title, text: plainTextOf(stored, losses) ?? '' }
  const photo = kind === 'contact' ? stored.attachments.find(isPhoto) : undefined
  if (photo !== undefined) Object.assign(content, await photoOf(file, photo, losses))
  const isCarried = (attachment: StoredAttachment) => attachment === photo
  const attachments = await attachmentsOf(file, stored, losses, { isCarried })
  return { ...common, message: null, content, attachments }
}

/** Changed occurrences of a series lie hidden beside it as messages of their own (MS-OXOCAL §2.2.10.1). */
async function hiddenMessages(
  file: PstFile,
  names: PropertyNames,
  { attachments }: StoredMessage,
  losses: Loss[],
): Promise<OccurrenceMessage[]> {
  const found: OccurrenceMessage[] = []
  for (const attachment of attachments) {
    if (attachment.embedded === undefined || !isOccurrence(attachment)) continue
    try {
      found.push({ attachment, message: await readMessage(file, attachment.embedded, names, losses) })
    } catch (error) {
      // The series is there all the same, with what its pattern says of that one.
      if (!isDamage(error)) throw error
      losses.push(damageLoss('changed occurrence', `it is as all others of its series, ${error.message}`))
    }
  }
  return found
}

/** The picture of a contact lies in it as a file. */
async function photoOf(file: PstFile, photo: StoredAttachment, losses: Loss[]): Promise<object> {
  const { sizeBytes, read } = await attachmentOctets(file, photo)
  if (sizeBytes > LARGEST_PHOTO) {
    losses.push({ property: 'photo', reason: `it has ${sizeBytes} octets`, weight: 'visible' })
    return {}
  }
  const octets = Buffer.concat((await Array.fromAsync(read())).map((piece) => Uint8Array.from(piece)))
  const mediaType = pictureType(octets) ?? 'image/jpeg'
  const uri = `data:${mediaType};base64,${octets.toString('base64')}`
  return { media: { photo: { kind: 'photo', mediaType, uri } } }
}

/** PidTagAttachmentContactPhoto. */
const isPhoto = ({ bag }: StoredAttachment): boolean => bag.flag(0x7fff)

const isOccurrence = ({ bag, embedded }: StoredAttachment): boolean =>
  embedded !== undefined && bag.flag(tag.attachmentHidden)

const counted = (file: SourceAttachment) => ({ file, octets: file.sizeBytes ?? 0, id: null })

/** The files of an item, but for those that are carried over as something else. */
export async function attachmentsOf(
  file: PstFile,
  { attachments }: StoredMessage,
  losses: Loss[],
  {
    occurrence = null,
    isCarried = () => false,
  }: { occurrence?: string | null; isCarried?: (attachment: StoredAttachment) => boolean },
): Promise<SourceAttachment[]> {
  const found: SourceAttachment[] = []
  for (const attachment of attachments) {
    const name = attachmentName(attachment)
    const isHidden = attachment.bag.flag(tag.attachmentHidden)
    if (isCarried(attachment)) continue
    if (attachment.embedded !== undefined) {
      losses.push({
        property: name,
        reason: isHidden
          ? 'An item that lies hidden in this one is not carried over.'
          : 'An item attached to this one is not carried over.',
        weight: isHidden ? 'metadata' : 'visible',
      })
      continue
    }
    if (isLink(attachment, losses)) continue
    const octets = await attachmentOctets(file, attachment)
    const contentId = attachment.bag.text(tag.attachContentId)?.replace(/^<|>$/g, '') ?? null
    found.push({
      name,
      type: attachmentType(attachment.bag.text(tag.attachMimeTag)?.trim().toLowerCase(), name),
      contentId,
      ...carriedLocation(attachment.bag.text(tag.attachContentLocation), name, losses),
      // ATT_MHTML_REF (MS-OXCMSG §2.2.2.18): a picture of the text.
      inline: contentId !== null && (isHidden || ((attachment.bag.number(tag.attachFlags) ?? 0) & 4) !== 0),
      occurrence,
      sizeBytes: octets.sizeBytes,
      open: () => octets.read(),
    })
  }
  return found
}

/** MS-OXCMSG §2.2.1.6 (read 1, unsent 8), MS-OXOFLAG §2.2.1.1, PidTagLastVerbExecuted (102, 103 replies, 104 forward). */
function flagsOf(bag: PropertyBag): Flags {
  const state = bag.number(MESSAGE_FLAGS) ?? 0
  const verb = bag.number(LAST_VERB)
  return (
    (state & 1 ? Flag.seen : 0) |
    (state & 8 ? Flag.draft : 0) |
    (bag.number(FLAG_STATUS) === 2 ? Flag.flagged : 0) |
    (verb === 102 || verb === 103 ? Flag.answered : 0) |
    (verb === 104 ? Flag.forwarded : 0)
  )
}

const keywordsOf = (bag: PropertyBag): string[] =>
  [
    ...new Set(
      (bag.findNamed(...KEYWORDS)?.values ?? []).filter((value) => typeof value === 'string' && value !== ''),
    ),
  ] as string[]
