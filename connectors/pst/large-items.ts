import { MIME_GROWTH } from '#src/domain/migration/mime-growth.ts'
import type { LargeItem, SourceItem } from '#src/domain/migration/source.ts'
import { isDamage } from './damage.ts'

/** An item as the table of its folder has it. */
export type SizedRow = { id: number; sizeBytes: number | null }

export type LargeSearch = {
  rows: AsyncIterable<SizedRow>
  /** Whether what tables say of sizes is to be relied on. */
  areSizesTold: () => Promise<boolean>
  /** SyntaxFault for one that is damaged. */
  read: (id: number) => Promise<SourceItem>
}

/** Base64 with the ends of its lines (RFC 2045 §6.8). */
const encoded = (bytes: number): number => Math.ceil((bytes / 3) * 4 * (78 / 76))

/** As it comes over: a message as its octets, anything else as the files that hang on it. */
const sizeOf = ({ message, attachments }: SourceItem): number =>
  message === null
    ? attachments.reduce((sum, { sizeBytes }) => sum + encoded(sizeBytes ?? 0), 0)
    : (message.sizeBytes ?? 0)

/**
 * Items above a size, at most `most`. What tables tell is the size of properties: whatever may grow beyond it as MIME is read for its own,
 * without the octets of its attachments.
 */
export async function findLargeItems(
  { rows, areSizesTold, read }: LargeSearch,
  { bytes, most }: { bytes: number; most: number },
  signal: AbortSignal,
): Promise<readonly LargeItem[]> {
  const found: LargeItem[] = []
  const trusts = await areSizesTold()
  for await (const { id, sizeBytes } of rows) {
    signal.throwIfAborted()
    if (trusts && sizeBytes !== null && sizeBytes * MIME_GROWTH <= bytes) continue
    const large = await itemOf(id, sizeBytes, read)
    if (large.sizeBytes > bytes && found.push(large) >= most) break
  }
  return found
}

/** One that is damaged is as large as it was told: reading it will say what is wrong. */
async function itemOf(id: number, told: number | null, read: LargeSearch['read']): Promise<LargeItem> {
  try {
    const item = await read(id)
    return { title: item.title, sizeBytes: sizeOf(item) }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { title: '', sizeBytes: told ?? 0 }
  }
}

/** Of what is in a file at least a part is in its items; where tables tell less they tell nothing. */
const LEAST_PART = 1 / 8

export async function areSizesPlausible(rows: AsyncIterable<SizedRow>, fileBytes: number): Promise<boolean> {
  let sum = 0
  for await (const { sizeBytes } of rows) {
    sum += sizeBytes ?? 0
    if (sum >= fileBytes * LEAST_PART) return true
  }
  return false
}
