import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { carriedLocation } from '#src/domain/migration/content-location.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { type ComposedPart, composeMessage, type SizedSource } from '#src/formats/mime/compose.ts'
import { decodeText } from '#src/formats/text/charset.ts'
import { bodyOf } from '#src/formats/tnef/body.ts'
import { codepageCharset } from '#src/formats/tnef/codepage.ts'
import { attachmentType } from '#src/formats/tnef/media-type.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { isDamage } from './damage.ts'
import { damageLoss } from './item-damage.ts'
import { messageHeader } from './message-header.ts'
import type { PropertyNames } from './property-names.ts'
import type { PstFile, PstNode } from './pst-file.ts'
import { attachmentName, readMessage, type StoredAttachment, type StoredMessage } from './stored-message.ts'

/** Messages in messages; Outlook itself goes no deeper. */
const DEEPEST = 20

/** `losses`: of its attachments, those of messages within too. */
export type MessageOctets = {
  octets: SizedSource
  withoutAddress: readonly string[]
  losses: readonly Loss[]
}

/**
 * A message of a PST as RFC 5322: its bodies (plain, HTML, RTF taken out of its wrapping), its attachments read from the file
 * when they are needed, messages within as message/rfc822, S/MIME as it was received. SyntaxFault.
 */
export async function messageOctets(
  file: PstFile,
  names: PropertyNames,
  message: StoredMessage,
  depth = 0,
): Promise<MessageOctets> {
  const { bag, codepage, recipients } = message
  const { text, withoutAddress } = messageHeader(bag, recipients)
  const header = text === '' ? 'Subject:\r\n' : text
  const signed = await signedPart(file, message)
  if (signed !== undefined) return { octets: composeMessage(header, signed), withoutAddress, losses: [] }
  const charset = codepageCharset(codepage)
  const body = bodyOf({ messageClass: '', charset, properties: bag, recipients: [], attachments: [] })
  const texts: ComposedPart[] = []
  if (body.plain !== undefined || !body.html) texts.push({ text: body.plain ?? '', subtype: 'plain' })
  if (body.html) texts.push({ text: decodeText(body.html.bytes, body.html.charset), subtype: 'html' })
  const shown: ComposedPart = texts.length === 1 ? texts[0]! : { multipart: 'alternative', parts: texts }
  const related: ComposedPart[] = []
  const apart: ComposedPart[] = []
  const losses: Loss[] = []
  for (const attachment of message.attachments) {
    if (isLink(attachment, losses)) continue
    const part = await attachedPart(file, names, attachment, depth, losses)
    if (part === undefined) continue
    const isRelated = body.html !== undefined && 'octets' in part && part.inline === true
    ;(isRelated ? related : apart).push(part)
  }
  if (body.rtf !== undefined)
    apart.push({ octets: held(body.rtf), contentType: 'application/rtf', fileName: 'formatted.rtf' })
  const inner: ComposedPart =
    related.length === 0 ? shown : { multipart: 'related', parts: [shown, ...related] }
  const part: ComposedPart = apart.length === 0 ? inner : { multipart: 'mixed', parts: [inner, ...apart] }
  return { octets: composeMessage(header, part), withoutAddress, losses }
}

const held = (octets: Uint8Array): SizedSource => ({
  sizeBytes: octets.length,
  async *read() {
    yield octets
  },
})

/** Its losses say already that it is spoiled. */
const named = () => {}

/** Octets of an attachment, from the file when they are asked for. */
export async function attachmentOctets(
  file: PstFile,
  { bag, data, isSpoiled }: StoredAttachment,
): Promise<SizedSource> {
  if (data === undefined) return held(bag.bytes(tag.attachData) ?? new Uint8Array(0))
  const sizeBytes = await file.sizeOf(data.data)
  return { sizeBytes, read: () => file.blocks(data.data, isSpoiled ? named : undefined) }
}

/** PidTagAttachMethod: a reference that is resolved, one that never is, and one in the web (MS-OXCMSG §2.2.2.9). */
const references: ReadonlySet<number | undefined> = new Set([2, 3, 4, 7])
/** PidTagAttachLongPathname, PidTagAttachPathname. */
const paths = [0x370d, 0x3708] as const

/** What is not in the file, but a link to it: named as lost. Whether it is one. */
export function isLink(attachment: StoredAttachment, losses: Loss[]): boolean {
  const { bag, data } = attachment
  if (data !== undefined || bag.bytes(tag.attachData) !== undefined) return false
  if (!references.has(bag.number(tag.attachMethod))) return false
  const path = paths.map((id) => bag.text(id)).find((text) => text)
  losses.push({
    property: `attachment "${attachmentName(attachment)}"`,
    reason: `a link to a file that lies elsewhere${path === undefined ? '' : `: ${path.slice(0, 255)}`}`,
    weight: 'visible',
  })
  return true
}

async function attachedPart(
  file: PstFile,
  names: PropertyNames,
  attachment: StoredAttachment,
  depth: number,
  losses: Loss[],
): Promise<ComposedPart | undefined> {
  const { bag, embedded } = attachment
  const fileName = attachmentName(attachment)
  const named = fileName === '' ? {} : { fileName }
  if (embedded !== undefined) {
    const octets = await messageWithin(file, names, embedded, depth + 1, losses)
    return octets && { octets, contentType: 'message/rfc822', ...named }
  }
  const contentId = bag.text(tag.attachContentId)?.replace(/^<|>$/g, '')
  const location = carriedLocation(bag.text(tag.attachContentLocation), fileName, losses)
  // A text names what it shows by either (RFC 2557 §4).
  const isNamed = contentId !== undefined || location.contentLocation !== undefined
  const isShown = ((bag.number(tag.attachFlags) ?? 0) & 4) !== 0
  const isHidden = bag.flag(tag.attachmentHidden)
  const contentType = attachmentType(bag.text(tag.attachMimeTag)?.trim().toLowerCase(), fileName)
  const octets = await attachmentOctets(file, attachment)
  return {
    ...{ octets, contentType, inline: isNamed && (isShown || isHidden) },
    ...named,
    ...(contentId !== undefined && { contentId }),
    ...(location.contentLocation !== undefined && { contentLocation: location.contentLocation }),
  }
}

/** Undefined for one of which nothing can be read. */
async function messageWithin(
  file: PstFile,
  names: PropertyNames,
  node: PstNode,
  depth: number,
  losses: Loss[],
): Promise<SizedSource | undefined> {
  try {
    if (depth > DEEPEST) throw new SyntaxFault('messages within messages, too deep')
    const message = await readMessage(file, node, names, losses)
    const within = await messageOctets(file, names, message, depth)
    losses.push(...within.losses)
    return within.octets
  } catch (error) {
    if (!isDamage(error)) throw error
    losses.push(damageLoss('attached message', `it is left out, ${error.message}`))
    return undefined
  }
}

/** MS-OXOSMIME: the only attachment of a signed or encrypted message is what was received. */
async function signedPart(
  file: PstFile,
  { bag, attachments }: StoredMessage,
): Promise<ComposedPart | undefined> {
  const [only] = attachments
  if (!/^ipm\.note\.smime/i.test(bag.text(tag.messageClass) ?? '') || attachments.length !== 1)
    return undefined
  const octets = await attachmentOctets(file, only!)
  // With its own header when it can be read by everybody, else one CMS object.
  if (/multipartsigned/i.test(bag.text(tag.messageClass)!)) return { stored: octets }
  return { octets, contentType: 'application/pkcs7-mime', fileName: 'smime.p7m' }
}
