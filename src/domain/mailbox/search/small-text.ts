import { type MimePart, walkParts } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { HtmlText } from '#src/formats/text/html-text.ts'
import type { Item } from '../item.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'

/** Text up to this length is read at once: looking for a text in it piece by piece costs more than it saves. */
const SMALL_BYTES = 16 * 1024

/** Text, and what reports and messages without an index of their own consist of. */
export const isText = (part: MimePart): boolean =>
  part.type === 'text' || (part.type === 'message' && !part.message)

/**
 * What a BODY term looks through in a message, folded: its text parts as they are written and HTML also as it is shown, with
 * NUL between them, which no text looked for holds. Undefined where that is not small. `item` has its structure open.
 */
export async function smallText(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { class: kind, body, structure }: Item,
): Promise<string | undefined> {
  if (kind !== 'message' || body === null || !structure) return undefined
  const parts = [...walkParts(structure)].filter((part) => isText(part) && part.bodyEnd > part.bodyOffset)
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) return ''
  const range = { start: first.bodyOffset, end: last.bodyEnd }
  if (range.end - range.start > SMALL_BYTES) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of mailboxes.readBody(at, body, range)) pieces.push(piece)
  const octets = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  const texts: string[] = []
  for (const part of parts) {
    const decoder = decodePart(part)
    const begin = part.bodyOffset - range.start
    const text = decoder.push(octets.subarray(begin, part.bodyEnd - range.start)) + decoder.finish()
    texts.push(foldForSearch(text))
    if (part.subtype === 'html') {
      const html = new HtmlText()
      texts.push(foldForSearch(html.push(text) + html.finish()))
    }
  }
  return texts.join('\0')
}
