import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { parseFields, unfold } from '#src/formats/header/fields.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { searchableText } from '#src/formats/mime/part-text.ts'
import { TextFinder } from '#src/formats/text/text-finder.ts'
import type { Item } from '../item.ts'
import type { Pace } from '../pace.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import { judge, type Leaf, leavesOf, type Query, type Verdict } from './query.ts'
import { contains, judgeSummary } from './terms.ts'

/** A header block is looked at up to here. */
const HEADER_BYTES = 256 * 1024

/**
 * Decides a query about an item by reading its text, of which no more than a piece is held. Reading ends as soon
 * as the query is decided. `item` has its summary, structure and content open.
 */
export async function judgeText(
  mailboxes: MailboxReader,
  at: MailboxRef,
  item: Item,
  query: Query,
  pace: Pace,
): Promise<boolean> {
  const known = new Map<Leaf, Verdict>()
  const verdict = () => judge(query, (leaf) => known.get(leaf) ?? judgeSummary(item, item.summary!, leaf))
  await readHeader(mailboxes, at, item, query, known)
  if (verdict() !== undefined) return verdict()!
  const finders = new Map<Leaf, TextFinder>()
  for (const leaf of leavesOf(query)) {
    if ((leaf.kind === 'body' || leaf.kind === 'text') && known.get(leaf) === undefined) {
      finders.set(leaf, new TextFinder(leaf.contains))
    }
  }
  for await (const piece of textOf(mailboxes, at, item)) {
    for (const [leaf, finder] of finders) {
      if (finder.found || !finder.push(piece)) continue
      known.set(leaf, true)
      if (verdict() !== undefined) return verdict()!
    }
    await pace.rest()
  }
  for (const [leaf, finder] of finders) known.set(leaf, finder.found)
  return verdict() ?? false
}

/** Decides terms about header fields, and finds in them what may be anywhere. */
async function readHeader(
  mailboxes: MailboxReader,
  at: MailboxRef,
  item: Item,
  query: Query,
  known: Map<Leaf, Verdict>,
): Promise<void> {
  const leaves = [...leavesOf(query)].filter((leaf) => leaf.kind === 'header' || leaf.kind === 'text')
  const structure = item.structure
  if (leaves.length === 0 || item.body === null || !structure) return
  const end = Math.min(structure.bodyOffset, HEADER_BYTES)
  const block: Uint8Array[] = []
  for await (const chunk of mailboxes.readBody(at, item.body, { start: 0, end })) block.push(chunk)
  const fields = parseFields(Buffer.concat(block)).map((field) => ({
    key: field.key,
    text: decodeWords(unfold(field.value)),
  }))
  for (const leaf of leaves) {
    if (leaf.kind === 'header' && judgeSummary(item, item.summary!, leaf) === undefined) {
      const name = leaf.name.toLowerCase()
      known.set(
        leaf,
        fields.some((field) => field.key === name && contains(field.text, leaf.contains)),
      )
    }
    if (
      leaf.kind === 'text' &&
      fields.some((field) => contains(`${field.key}: ${field.text}`, leaf.contains))
    ) {
      known.set(leaf, true)
    }
  }
}

async function* textOf(mailboxes: MailboxReader, at: MailboxRef, item: Item): AsyncGenerator<string> {
  const { body, structure } = item
  if (body !== null && structure) {
    yield* searchableText(structure, (part: MimePart) =>
      mailboxes.readBody(at, body, { start: part.bodyOffset, end: part.bodyEnd }),
    )
  }
  yield* stringsOf(item.content ?? null)
}

/** Every text in a JSON value, one at a time. */
function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield `${value}\n\n`
  else if (Array.isArray(value)) for (const each of value) yield* stringsOf(each)
  else if (value !== null && typeof value === 'object')
    for (const each of Object.values(value)) yield* stringsOf(each)
}
