import type { ItemPart } from '#src/domain/mailbox/item.ts'
import type { FetchAttribute } from '#src/wire/imap/fetch.ts'

/** What a FETCH needs, for every message the same. */
export type FetchPlan = {
  attributes: readonly FetchAttribute[]
  /** Parts of the item that are opened. */
  parts: readonly ItemPart[]
  /** Nothing but what the client knows already. */
  uidOnly: boolean
  /** What a message has beside its octets is not asked for: flags, and which message it is. */
  flagsOnly: boolean
  /** Of what is sealed nothing but the ENVELOPE. */
  envelopeOnly: boolean
  /** \Seen is set by it. */
  marksSeen: boolean
  /** Items read at once. */
  pageSize: number
}

const ofState: ReadonlySet<string> = new Set(['UID', 'MODSEQ', 'FLAGS'])
const ofSummary: ReadonlySet<string> = new Set(['ENVELOPE', 'PREVIEW', 'THREADID'])
const ofStructure: ReadonlySet<string> = new Set([
  'BODY',
  'BODYSTRUCTURE',
  'RFC822.HEADER',
  'RFC822.TEXT',
  'BINARY[]',
  'BINARY.SIZE[]',
])

/** What is told of a message whose \Seen was set by the reading of it: its flags too (RFC 9051 §6.4.5). */
export function withFlags(
  attributes: readonly FetchAttribute[],
  { modseq }: { modseq: boolean },
): readonly FetchAttribute[] {
  const added: FetchAttribute[] = []
  if (!attributes.some(({ item }) => item === 'FLAGS')) added.push({ item: 'FLAGS' })
  if (modseq && !attributes.some(({ item }) => item === 'MODSEQ')) added.push({ item: 'MODSEQ' })
  return [...attributes, ...added]
}

export function planFetch(given: readonly FetchAttribute[], uid: boolean): FetchPlan {
  const attributes = [...given]
  if (uid && !attributes.some(({ item }) => item === 'UID')) attributes.unshift({ item: 'UID' })
  const marksSeen = attributes.some(
    (each) =>
      each.item === 'RFC822' || each.item === 'RFC822.TEXT' || ('peek' in each && each.peek === false),
  )
  const parts: ItemPart[] = []
  if (attributes.some(({ item }) => ofSummary.has(item))) parts.push('summary')
  if (attributes.some(needsStructure)) parts.push('structure')
  const reads = attributes.some(({ item }) => item.includes('[') || /^RFC822(?!\.SIZE)/.test(item))
  return {
    attributes,
    parts,
    envelopeOnly:
      parts.length === 1 &&
      attributes.every(({ item }) => item === 'ENVELOPE' || !ofSummary.has(item)) &&
      parts[0] === 'summary',
    flagsOnly: attributes.every(({ item }) => ofState.has(item)),
    uidOnly: attributes.every(({ item }) => item === 'UID'),
    marksSeen,
    pageSize: reads ? 64 : parts.length > 0 ? 200 : 500,
  }
}

function needsStructure(attribute: FetchAttribute): boolean {
  if (attribute.item !== 'BODY[]') return ofStructure.has(attribute.item)
  return attribute.section.path !== '' || attribute.section.text !== 'all'
}
