import type { ItemContent } from '../../../mailbox/content.ts'
import type { Loss } from '../../source.ts'

/** What an event, contact or task may be without and is still itself. */
const spared = ['media', 'description', 'notes', 'links'] as const

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

/**
 * The content as it fits into `mostBytes` of JSON: without its largest pictures and texts, each of which is a loss; a contact is
 * not lost for its photo (migration.md 1.3). Undefined where it is too large without them, too.
 */
export function fittingContent(
  content: ItemContent,
  mostBytes: number,
): { content: ItemContent; bytes: number; losses: readonly Loss[] } | undefined {
  let kept: Record<string, unknown> = { ...content }
  let bytes = bytesOf(kept)
  const losses: Loss[] = []
  const largest = spared
    .map((property) => ({ property, bytes: kept[property] === undefined ? 0 : bytesOf(kept[property]) }))
    .sort((a, b) => b.bytes - a.bytes)
  for (const part of largest) {
    if (bytes <= mostBytes || part.bytes === 0) break
    const { [part.property]: _, ...others } = kept
    kept = others
    bytes = bytesOf(kept)
    const property = part.property === 'media' ? 'photo' : part.property
    losses.push({
      property,
      reason: `It has ${part.bytes} octets, more than is kept with one item. The rest of it came over.`,
      weight: 'visible',
    })
  }
  return bytes > mostBytes ? undefined : { content: kept as ItemContent, bytes, losses }
}
