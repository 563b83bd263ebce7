import { Damaged } from '#src/domain/damaged.ts'
import type { ItemContent, ItemSummary, Structure } from '#src/domain/mailbox/content.ts'
import type { Item, ItemPart } from '#src/domain/mailbox/item.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import type { OpenMailbox } from '../session.ts'

/** What is sealed of an item. */
export type Parts = {
  summary: ItemSummary
  structure: Structure | null
  content: ItemContent | null
  properties: Readonly<Record<string, unknown>> | null
}

/** The columns of `item_sealed`: two parts in each, so that storing a message costs one seal. */
type SealedParts = { listing: Uint8Array; detail: Uint8Array | null }

/** Rows and bodies cannot be swapped: the place names mailbox, item and body. */
function place(open: OpenMailbox, no: number, body: number | null, column: 'listing' | 'detail'): string {
  return `item:${open.no}:${no}:${body ?? '-'}:${column}`
}

export function sealParts(open: OpenMailbox, no: number, body: number | null, parts: Parts): SealedParts {
  const hasDetail = parts.content !== null || parts.properties !== null
  const detail = hasDetail ? pair(parts.content, parts.properties) : null
  return {
    listing: open.key.seal(place(open, no, body, 'listing'), pair(parts.summary, parts.structure)),
    detail: detail === null ? null : open.key.seal(place(open, no, body, 'detail'), detail),
  }
}

/** Opens the parts asked for, and no more. Refuses `damaged`. */
export function openParts(
  open: OpenMailbox,
  no: number,
  body: number | null,
  sealed: { listing: Uint8Array | null; detail?: Uint8Array | null },
  wanted: readonly ItemPart[],
): Pick<Item, ItemPart> {
  const opened: Pick<Item, ItemPart> = {}
  if (wanted.includes('summary') || wanted.includes('structure')) {
    if (!sealed.listing) throw lost(open, no)
    const text = open.key.open(place(open, no, body, 'listing'), sealed.listing)
    if (wanted.includes('summary')) opened.summary = first<ItemSummary>(text)!
    if (wanted.includes('structure')) opened.structure = second<Structure>(text)
  }
  if (wanted.includes('content') || wanted.includes('properties')) {
    if (!sealed.listing) throw lost(open, no)
    const text = sealed.detail ? open.key.open(place(open, no, body, 'detail'), sealed.detail) : undefined
    if (wanted.includes('content')) opened.content = text ? first<ItemContent>(text) : null
    if (wanted.includes('properties')) opened.properties = text ? second<Record<string, unknown>>(text) : null
  }
  return opened
}

/** JSON of two values; the second begins where the number in front says. */
function pair(one: unknown, two: unknown): string {
  const text = JSON.stringify(one ?? null)
  return `${Buffer.byteLength(text)}\n${text}${two ? JSON.stringify(two) : ''}`
}

function bounds(text: Buffer): { start: number; end: number } {
  const line = text.indexOf(10)
  return { start: line + 1, end: line + 1 + Number(text.toString('latin1', 0, line)) }
}

function first<T>(text: Buffer): T | null {
  const { start, end } = bounds(text)
  return JSON.parse(text.toString('utf8', start, end)) as T | null
}

function second<T>(text: Buffer): T | null {
  const { end } = bounds(text)
  return end === text.length ? null : (JSON.parse(text.toString('utf8', end)) as T)
}

function lost(open: OpenMailbox, no: number): Refusal {
  return new Damaged(
    `Item ${no} of mailbox ${open.no} has lost its sealed row: it was removed outside the service.`,
    'Run "landbridge check", and restore the mailbox from a backup.',
  )
}
