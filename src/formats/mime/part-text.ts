import { decodeText, decodeTextStream, type TextStream } from '../text/charset.ts'
import { htmlToText } from '../text/html-text.ts'
import { isAttachment, type MimePart, walkParts } from './part.ts'
import { decodeTransfer, decodeTransferred } from './transfer.ts'

/** A part's octets as text, as it is written: transfer encoding and charset undone. */
export function decodePart(part: MimePart): TextStream {
  const octets = decodeTransfer(part.encoding)
  const text = decodeTextStream(part.params.charset)
  return {
    push: (chunk) => text.push(octets.push(chunk)),
    finish: () => text.push(octets.finish()) + text.finish(),
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
/** Characters in which a preview is looked for first. */
const BEGINNING = 2_048
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
  // Its beginning is all of it for most messages; only fillers and blanks make it necessary to read on.
  const beginning = withBlanksFolded(readable.slice(0, BEGINNING))
  const line = beginning.length > PREVIEW_LENGTH * 2 ? beginning : withBlanksFolded(readable)
  return line
    .slice(0, endOfCharacters(line, PREVIEW_LENGTH))
    .replace(/\ufffd$/, '')
    .trimEnd()
}

/** Zero-width fillers are how newsletters hide what follows their own preview text. */
const withBlanksFolded = (text: string): string =>
  text.replace(/(?:[\s\u00ad\u200b\u2007\u2060\ufeff\0]|\u034f)+/g, ' ').trim()

/** Where the first `count` characters of a text end. */
function endOfCharacters(text: string, count: number): number {
  let at = 0
  for (let left = count; left > 0 && at < text.length; left--) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return at
}
