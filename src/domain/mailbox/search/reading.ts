import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { parseFields, unfold } from '#src/formats/header/fields.ts'
import { fileNameOf, type MimePart, walkParts } from '#src/formats/mime/part.ts'
import type { Item } from '../item.ts'
import type { Pace } from '../pace.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import { type AspectValue, fieldValue, isHeld, judgeSummary, judgeValue } from './aspects.ts'
import { PartText } from './part-text.ts'
import { judge, type Leaf, leavesOf, type Query, type Verdict } from './query.ts'
import { isText } from './small-text.ts'
import { readSpans, type Span } from './spans.ts'
import { finds } from './terms.ts'

/** Of a header block this much is looked at: as much as the index keeps. */
const HEADER_BYTES = 256 * 1024

/** A stretch of a message and what it is. */
type Stretch = Span & { is: 'header' | 'part-header' | 'text'; part: MimePart }

/**
 * Decides a query about an item by reading its text, of which no more than a piece is held. Reading ends as soon
 * as the query is decided. `item` has its summary and structure open. What `learnt` is told of a term the summary does
 * not hold.
 */
export async function judgeText(
  mailboxes: MailboxReader,
  at: MailboxRef,
  item: Item,
  query: Query,
  pace: Pace,
  learnt: (leaf: Leaf, value: AspectValue) => void,
): Promise<boolean> {
  const reading = new Reading(item, query, learnt)
  if (item.body !== null && item.structure) {
    const stretches = reading.stretchesOf(item.structure)
    for await (const { span, bytes, last } of readSpans(mailboxes, at, item.body, stretches)) {
      await reading.take(span, bytes, last, pace)
      if (reading.verdict !== undefined) return reading.verdict
    }
  }
  if (item.class !== 'message') {
    const [whole] = await mailboxes.getItems(at, [item.no], ['content'])
    for (const text of stringsOf(whole?.content ?? null)) {
      await reading.text.push(text, pace)
      reading.text.begin()
    }
  }
  return reading.end()
}

/** What is known of one item while its text passes. */
class Reading {
  readonly #item: Item
  readonly #query: Query
  readonly #learnt: (leaf: Leaf, value: AspectValue) => void
  readonly #known = new Map<Leaf, Verdict>()
  readonly #fields: Extract<Leaf, { kind: 'header' }>[] = []
  readonly #texts: Extract<Leaf, { kind: 'text' }>[] = []
  readonly text: PartText
  #block: Uint8Array[] = []
  #verdict: Verdict

  constructor(item: Item, query: Query, learnt: (leaf: Leaf, value: AspectValue) => void) {
    this.#item = item
    this.#learnt = learnt
    this.#query = query
    const bodies: Extract<Leaf, { kind: 'body' | 'text' }>[] = []
    for (const leaf of leavesOf(query)) {
      if (judgeSummary(item, item.summary!, leaf) !== undefined) continue
      if (leaf.kind === 'header') this.#fields.push(leaf)
      if (leaf.kind === 'text') this.#texts.push(leaf)
      if (leaf.kind === 'text' || leaf.kind === 'body') bodies.push(leaf)
    }
    this.text = new PartText(bodies, (leaf) => this.#found(leaf))
  }

  get verdict(): Verdict {
    return this.#verdict
  }

  /** What must be read of the message, in its order. */
  stretchesOf(root: MimePart): Stretch[] {
    const stretches: Stretch[] = []
    for (const part of walkParts(root)) {
      const start = part.headerOffset
      const end = Math.min(part.bodyOffset, start + HEADER_BYTES)
      if (part === root) {
        if (this.#fields.length + this.#texts.length > 0) stretches.push({ is: 'header', part, start, end })
      } else if (this.#texts.length > 0) {
        stretches.push({ is: 'part-header', part, start, end })
      }
      if (!this.text.isEmpty && isText(part)) {
        stretches.push({ is: 'text', part, start: part.bodyOffset, end: part.bodyEnd })
      }
    }
    return stretches
  }

  async take(stretch: Stretch, bytes: Uint8Array, last: boolean, pace: Pace): Promise<void> {
    if (stretch.is === 'text') return this.text.take(stretch.part, bytes, last, pace)
    this.#block.push(bytes)
    if (!last) return
    this.#header(stretch, Buffer.concat(this.#block))
    this.#block = []
    await pace.rest()
  }

  #header({ is, part }: Stretch, block: Uint8Array): void {
    const fields = parseFields(block).map(({ key, value }) => ({ key, text: decodeWords(unfold(value)) }))
    if (is === 'header') {
      for (const leaf of this.#fields) {
        const name = leaf.name.toLowerCase()
        const value = fieldValue(fields.flatMap(({ key, text }) => (key === name ? text : [])))
        if (!isHeld(name)) this.#learnt(leaf, value)
        this.#known.set(leaf, judgeValue(leaf, value) ?? false)
      }
    }
    const lines = fields.map(({ key, text }) => `${key}: ${text}`)
    // A name may be written in pieces and percent signs (RFC 2231), which the index has put together.
    const name = fileNameOf(part)
    if (name !== undefined) lines.push(name)
    for (const leaf of this.#texts) if (lines.some((line) => finds(line, leaf))) this.#known.set(leaf, true)
    this.#judge()
  }

  #found(leaf: Leaf): void {
    this.#known.set(leaf, true)
    this.#judge()
  }

  #judge(): void {
    this.#verdict = judge(
      this.#query,
      (leaf) => this.#known.get(leaf) ?? judgeSummary(this.#item, this.#item.summary!, leaf),
    )
  }

  /** What was not found by now is not there. */
  end(): boolean {
    return (
      judge(
        this.#query,
        (leaf) => this.#known.get(leaf) ?? judgeSummary(this.#item, this.#item.summary!, leaf) ?? false,
      ) ?? false
    )
  }
}

/** Every text in a JSON value, one at a time. */
function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value)) for (const each of value) yield* stringsOf(each)
  else if (value !== null && typeof value === 'object')
    for (const each of Object.values(value)) yield* stringsOf(each)
}
