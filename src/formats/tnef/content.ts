import { formatParams } from '../header/format-params.ts'
import { readContentFields } from '../mime/content-fields.ts'
import { headerBlockLength, placedFields } from '../trace-headers/header-block.ts'
import type { TnefAttachment } from './attachment.ts'
import { bodyOf } from './body.ts'
import { TnefBudget } from './budget.ts'
import { formatMessageHeader } from './embedded-header.ts'
import {
  type Disposition,
  type Entity,
  messageEntity,
  multipartEntity,
  octetsEntity,
  textEntity,
} from './entity.ts'
import { attachmentType } from './media-type.ts'
import { calendarOf } from './meeting.ts'
import type { TnefMessage } from './message.ts'
import type { KnownPeople } from './person.ts'

/** What a TNEF message says, as MIME entities. */
export interface TnefContent {
  plain?: Entity
  /** Richer forms of the same text, the best last: RTF, HTML with its pictures, the meeting. */
  rich: Entity[]
  attachments: Entity[]
}

const nobody: KnownPeople = { from: [], to: [], cc: [] }
/** More of a description than any calendar shows. */
const DESCRIPTION_LIMIT = 32 * 1024

/** The message as MIME entities. `known` names the people of the message that carried it. */
export function contentOf(message: TnefMessage, known: KnownPeople, budget = new TnefBudget()): TnefContent {
  const signed = signedEntity(message)
  if (signed) return { rich: [], attachments: [signed] }
  const body = bodyOf(message, budget)
  const content: TnefContent = { rich: [], attachments: [] }
  if (body.plain !== undefined) content.plain = textEntity('plain', body.plain)
  // Before HTML and never instead of plain text: few readers show it, but its formatting is nowhere else.
  if (body.rtf) content.rich.push(octetsEntity('text/rtf', body.rtf))
  const pictures: Entity[] = []
  for (const attachment of message.attachments) {
    const inHtml = body.html !== undefined && isShownIn(attachment, body.html.bytes)
    if (inHtml) pictures.push(attachmentEntity(attachment, 'inline', budget))
    else content.attachments.push(attachmentEntity(attachment, 'attachment', budget))
  }
  if (body.html) {
    const html = octetsEntity(formatParams('text/html', { charset: body.html.charset }), body.html.bytes)
    content.rich.push(multipartEntity('related', [html, ...pictures], { type: 'text/html' }))
  }
  const calendar = calendarOf(message, known, body.plain?.slice(0, DESCRIPTION_LIMIT))
  if (calendar) content.rich.push(textEntity('calendar', calendar.text, { method: calendar.method }))
  return content
}

/** All of it as one entity. */
export function wholeEntity({ plain, rich, attachments }: TnefContent): Entity {
  const [first, ...more] = plain ? [plain, ...rich] : rich
  const body = first ? [multipartEntity('alternative', [first, ...more])] : []
  const [top = textEntity('plain', ''), ...rest] = [...body, ...attachments]
  return multipartEntity('mixed', [top, ...rest])
}

function isShownIn({ contentId, inline, message }: TnefAttachment, html: Uint8Array): boolean {
  if (contentId === undefined || message) return false
  return inline || Buffer.from(html.buffer, html.byteOffset, html.length).includes(`cid:${contentId}`)
}

function attachmentEntity(
  attachment: TnefAttachment,
  disposition: Disposition['disposition'],
  budget: TnefBudget,
): Entity {
  const { fileName, contentType, contentId, contentLocation, bytes, message } = attachment
  const shown: Disposition = {
    disposition,
    ...(fileName !== undefined && { fileName }),
    ...(contentId !== undefined && { contentId }),
    ...(contentLocation !== undefined && { contentLocation }),
  }
  if (message) {
    const content = wholeEntity(contentOf(message, nobody, budget))
    return messageEntity(formatMessageHeader(message), content, shown)
  }
  return octetsEntity(attachmentType(contentType, fileName), bytes, shown)
}

/**
 * A clear-signed message (class IPM.Note.SMIME.MultipartSigned, MS-OXOSMIME §2.1.1): its one attachment is the whole signed
 * entity and must stay as it is, or the signature breaks.
 */
function signedEntity({ messageClass, attachments }: TnefMessage): Entity | undefined {
  const [only] = attachments
  if (!/\.smime\.multipartsigned$/i.test(messageClass) || attachments.length !== 1 || !only) return undefined
  const length = headerBlockLength(only.bytes)
  const header = only.bytes.subarray(0, Math.max(0, length))
  const fields = placedFields(header).filter(({ key }) => key.startsWith('content-'))
  const { type, subtype } = readContentFields(fields, false)
  if (type !== 'multipart' || subtype !== 'signed') return undefined
  return {
    fields: fields.map(({ from, to }) => Buffer.from(header.subarray(from, to)).toString('latin1')).join(''),
    body: () => [only.bytes.subarray(length)],
  }
}
