import { findPart, type MimePart } from '#src/formats/mime/part.ts'
import type { Section } from '#src/wire/imap/section.ts'

/** Octets `start` up to before `end` of a stored message. */
export type Place = { start: number; end: number }

/**
 * Where a section of BODY[…] lies (RFC 9051 §6.4.5.1); for header fields, the header they are in. Undefined for a part that
 * the message does not have.
 */
export function placeOfSection(
  root: MimePart,
  sizeBytes: number,
  { path, text }: Pick<Section, 'path' | 'text'>,
): Place | undefined {
  if (path === '') {
    if (text === 'all') return { start: 0, end: sizeBytes }
    return text === 'text'
      ? { start: root.bodyOffset, end: sizeBytes }
      : { start: root.headerOffset, end: root.bodyOffset }
  }
  const part = findPart(root, path)
  if (part === undefined) return undefined
  if (text === 'all') return { start: part.bodyOffset, end: part.bodyEnd }
  if (text === 'mime') return { start: part.headerOffset, end: part.bodyOffset }
  const nested = part.message?.root
  if (nested === undefined) return undefined
  return text === 'text'
    ? { start: nested.bodyOffset, end: part.bodyEnd }
    : { start: nested.headerOffset, end: nested.bodyOffset }
}

/** The stretch of a place that a range asks for; empty behind its end. */
export function clipped({ start, end }: Place, range: { start: number; octets: number } | undefined): Place {
  if (range === undefined) return { start, end }
  const from = Math.min(end, start + range.start)
  return { start: from, end: Math.min(end, from + range.octets) }
}
