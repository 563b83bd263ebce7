import { type AddressEntry, mailboxesOf } from '#src/formats/address/mailbox-list.ts'
import { formatDate } from '#src/formats/header/date.ts'
import { type ComposedPart, composeMessage, type SizedSource } from '#src/formats/mime/compose.ts'
import { attachmentsOf, type MimePart, walkParts } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import { findShownText } from '#src/formats/mime/shown-text.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import type { IncomingMessage } from './incoming-message.ts'

/** A text beyond this is not written anew: the message is attached as it is. */
const LARGEST_TEXT = 2 * 1024 * 1024

type Original = Pick<IncomingMessage, 'octets' | 'index' | 'envelope' | 'sizeBytes'>

/**
 * A message with another one in it: its text below a line that says whose it is, and its attachments; or the whole of it as what
 * is attached, which is also what becomes of a message that is signed, encrypted or has no text.
 */
export async function forwardedMessage(
  header: string,
  original: Original,
  { attached }: { attached: boolean },
): Promise<SizedSource> {
  const { root } = original.index
  const html = findShownText(root, 'html')
  const plain = findShownText(root, 'plain')
  const shown = html ?? plain
  const whole =
    attached || shown === undefined || isSealed(root) || shown.bodyEnd - shown.bodyOffset > LARGEST_TEXT
  return composeMessage(header, whole ? withAttached(original) : await withText(original, html, plain))
}

const isSealed = (root: MimePart): boolean =>
  [...walkParts(root)].some(({ subtype }) => /^(?:signed|encrypted|(?:x-)?pkcs7-mime)$/.test(subtype))

function withAttached({ octets, envelope, sizeBytes }: Original): ComposedPart {
  return {
    multipart: 'mixed',
    parts: [
      { text: `${headOf(envelope).join('\n')}\n`, subtype: 'plain' },
      {
        octets: { sizeBytes, read: () => octets.read() },
        contentType: 'message/rfc822',
        fileName: `${(envelope.subject ?? 'message').replace(/[^\p{L}\p{N} ._-]+/gu, ' ').slice(0, 80)}.eml`,
      },
    ],
  }
}

async function withText(
  original: Original,
  html: MimePart | undefined,
  plain: MimePart | undefined,
): Promise<ComposedPart> {
  const { index, octets, envelope } = original
  const head = headOf(envelope)
  const text = plain ? await textOf(original, plain) : htmlToText(await textOf(original, html!))
  const written: ComposedPart[] = [
    { text: `\n________________________________\n${head.join('\n')}\n\n${text}`, subtype: 'plain' },
  ]
  if (html !== undefined) {
    const source = await textOf(original, html)
    const inner = /<body[^>]*>(.*)<\/body>/is.exec(source)?.[1] ?? source
    const lines = head.map((one) => one.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'))
    written.push({
      text: `<html><body><hr>${lines.join('<br>')}<br><br>${inner}</body></html>`,
      subtype: 'html',
    })
  }
  const bodies = new Set([html, plain])
  const stored = attachmentsAndImages(index.root)
    .filter((part) => !bodies.has(part))
    .map(
      (part): ComposedPart => ({
        stored: {
          sizeBytes: part.bodyEnd - part.headerOffset,
          read: () => octets.read({ start: part.headerOffset, end: part.bodyEnd }),
        },
      }),
    )
  return { multipart: 'mixed', parts: [{ multipart: 'alternative', parts: written }, ...stored] }
}

/** What is attached, and what the HTML shows within itself. */
function attachmentsAndImages(root: MimePart): MimePart[] {
  const within = [...walkParts(root)].filter(
    ({ id, type, parts }) => id !== undefined && type !== 'text' && parts.length === 0,
  )
  return [...new Set([...within.filter((part) => !isNested(root, part)), ...attachmentsOf(root)])]
}

/** Of a message that is attached the parts go with it. */
const isNested = (root: MimePart, part: MimePart): boolean =>
  [...walkParts(root)].some(
    ({ message }) => message !== undefined && [...walkParts(message.root)].includes(part),
  )

async function textOf({ octets }: Original, part: MimePart): Promise<string> {
  const decoder = decodePart(part)
  let text = ''
  for await (const piece of octets.read({ start: part.bodyOffset, end: part.bodyEnd }))
    text += decoder.push(piece)
  return text + decoder.finish()
}

function headOf({ from, to, cc, subject, date, dateMs }: Original['envelope']): string[] {
  const list = (name: string, entries: readonly AddressEntry[] | undefined) =>
    entries === undefined || entries.length === 0 ? [] : [`${name}: ${named(entries)}`]
  const sent = dateMs === undefined ? date : formatDate(dateMs)
  return [
    ...list('From', from),
    ...(sent === undefined ? [] : [`Sent: ${sent}`]),
    ...list('To', to),
    ...list('Cc', cc),
    `Subject: ${subject ?? ''}`,
  ].map((line) => line.replace(/[\r\n\0]+/g, ' '))
}

const named = (entries: readonly AddressEntry[]): string =>
  mailboxesOf(entries)
    .slice(0, 200)
    .map(({ name, mailbox, host }) => (name ? `${name} <${mailbox}@${host}>` : `${mailbox}@${host}`))
    .join('; ')
