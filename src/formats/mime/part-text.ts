import { decodeText, decodeTextStream, type TextStream } from '../text/charset.ts'
import { htmlTextStream, htmlToText } from '../text/html-text.ts'
import { isAttachment, type MimePart, walkParts } from './part.ts'
import { decodeTransfer, decodeTransferred } from './transfer.ts'

/** Gives the stored octets [bodyOffset, bodyEnd) of a part, still encoded, in pieces of any size. */
export type PartReader = (part: MimePart) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** `stripped`: HTML without its tags, as a person reads it. `as-is`: HTML with them, as IMAP SEARCH may look at it. */
export type HtmlMode = 'stripped' | 'as-is'

/** A text part's octets as text: transfer encoding and charset undone. */
export function decodePart(part: MimePart, html: HtmlMode = 'as-is'): TextStream {
  const octets = decodeTransfer(part.encoding)
  const charset = decodeTextStream(part.params.charset)
  const text = html === 'stripped' && part.subtype === 'html' ? htmlTextStream(charset) : charset
  return {
    push: (chunk) => text.push(octets.push(chunk)),
    finish: () => text.push(octets.finish()) + text.finish(),
  }
}

/**
 * All text/* parts below `root`, those of nested messages too, as pieces of decoded text in stored order; an empty line parts
 * one part from the next. Reads one piece at a time.
 */
export async function* searchableText(
  root: MimePart,
  read: PartReader,
  html: HtmlMode = 'stripped',
): AsyncGenerator<string> {
  for (const part of walkParts(root)) {
    if (part.type !== 'text') continue
    const decoder = decodePart(part, html)
    for await (const chunk of read(part)) {
      const text = decoder.push(chunk)
      if (text !== '') yield text
    }
    yield `${decoder.finish()}\n\n`
  }
}

/** The part a preview is made from: the first shown text/plain, else the first shown text/html, or undefined. */
export function findPreviewPart(root: MimePart): MimePart | undefined {
  let html: MimePart | undefined
  for (const part of walkParts(root)) {
    if (part.type !== 'text' || isAttachment(part) || part.bodyEnd === part.bodyOffset) continue
    if (part.subtype === 'plain') return part
    if (part.subtype === 'html') html ??= part
  }
  return html
}

/** RFC 8970 §3: no more than 256 characters. */
const PREVIEW_LENGTH = 256
/** How much of a part's body `previewOf` wants to see: HTML mail often has several KB of style before its first word. */
export const PREVIEW_OCTETS = 16 * 1024

/**
 * The first 256 characters of readable text, blanks collapsed, from the first octets of a text part's stored body (a few
 * KB; at most `PREVIEW_OCTETS` are looked at). Characters are code points. Never fails.
 */
export function previewOf(part: MimePart, firstOctets: Uint8Array): string {
  const octets = decodeTransferred(part.encoding, firstOctets.subarray(0, PREVIEW_OCTETS))
  const text = decodeText(octets, part.params.charset)
  const readable = part.subtype === 'html' ? htmlToText(text) : text
  // Zero-width fillers are how newsletters hide what follows their own preview text.
  const line = readable.replace(/(?:[\s\u00ad\u200b\u2007\u2060\ufeff\0]|\u034f)+/g, ' ').trim()
  return Array.from(line.slice(0, PREVIEW_LENGTH * 2))
    .slice(0, PREVIEW_LENGTH)
    .join('')
    .replace(/\ufffd$/, '')
    .trimEnd()
}
