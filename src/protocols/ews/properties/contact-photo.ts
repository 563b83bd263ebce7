/** The photo of a contact, which EWS shows as one of its attachments and cards hold within them (RFC 9553 §2.6.4). */
import type { Item } from '#src/domain/mailbox/item.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { pictureType } from '#src/formats/mime/picture-type.ts'
import type { ArrayOfAttachmentsType } from '#src/wire/ews/schema-types.ts'
import { gather } from '#src/wire/xml/octets.ts'

/** In the place of a part's path, in the id of the attachment. */
export const PHOTO = 'photo'

/** Beyond this it is a file like others: cards are read as a whole. */
const LARGEST_PHOTO = 2 * 1024 * 1024

export type ContactPhoto = { mediaType: string; octets: Uint8Array }

type Given = ArrayOfAttachmentsType

/** The photo among the attachments of a request, and the others. */
export async function photoApart(
  given: Given | undefined,
): Promise<{ photo: ContactPhoto | undefined; files: Given | undefined }> {
  const at = given?.findIndex((one) => isPhoto(one.FileAttachment)) ?? -1
  const file = given?.[at]?.FileAttachment
  if (file === undefined) return { photo: undefined, files: given }
  const octets = Buffer.from(await gather(file.Content ?? new Uint8Array()))
  return { photo: { mediaType: pictureType(octets) ?? 'image/jpeg', octets }, files: given!.toSpliced(at, 1) }
}

/** Whether a file of a request is kept as the photo. */
export function isPhoto(file: Given[number]['FileAttachment']): boolean {
  if (file?.IsContactPhoto !== true || file.Content === undefined) return false
  const size = file.Content instanceof Uint8Array ? file.Content.length : file.Content.sizeBytes
  return size !== undefined && size <= LARGEST_PHOTO
}

/** The card with another photo; null: without one. */
export function withPhoto(card: Card, photo: ContactPhoto | null | undefined): Card {
  if (photo === undefined) return card
  const { media = {}, ...rest } = card
  const others = Object.entries(media).filter(([, { kind }]) => kind !== 'photo')
  const uri = photo && `data:${photo.mediaType};base64,${Buffer.from(photo.octets).toString('base64')}`
  const made = Object.fromEntries([
    ...others,
    ...(photo ? [[PHOTO, { kind: 'photo', mediaType: photo.mediaType, uri: uri! }] as const] : []),
  ])
  return Object.keys(made).length === 0 ? rest : { ...rest, media: made }
}

/** The photo that a contact holds; undefined where it has none, or only says where one is. */
export function photoOf({ class: kind, content }: Pick<Item, 'class' | 'content'>): ContactPhoto | undefined {
  const media = kind === 'contact' ? (content as Partial<Card> | null | undefined)?.media : undefined
  const uri = Object.values(media ?? {}).find((one) => one.kind === 'photo')?.uri
  const [, mediaType, base64] =
    /^data:(image\/[\w.+-]{1,50})(?:;[^,;]*)*;base64,(.*)$/is.exec(uri ?? '') ?? []
  return mediaType === undefined ? undefined : { mediaType, octets: Buffer.from(base64!, 'base64') }
}
