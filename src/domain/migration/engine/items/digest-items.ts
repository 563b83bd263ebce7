import type { SourceFolder, SourceItem } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { nextPortion } from '../ledger/careful-reading.ts'
import type { PassRun } from '../ledger/page-run.ts'
import {
  BodyDigest,
  contentDigest,
  contentDigestBefore,
  contentDigestLike,
  digestLike,
  KeyedDigest,
  LineDigest,
} from './canonical.ts'
import { fittingContent } from './fitting-content.ts'
import { LARGEST_CONTENT_BYTES } from './import-item.ts'

/**
 * Reads items and keeps of each only its digests, in every form that a ledger may have (`canonical.ts`), by key. What cannot be had, or
 * has files of its own, is left out. Throws as `copyPage`.
 */
export async function digestItems(
  { lane, source, digestKey, careful }: Pick<PassRun, 'lane' | 'source' | 'digestKey' | 'careful'>,
  at: SourceFolder,
  wanted: readonly { key: string; sizeBytes: number | null }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const digests = new Map<string, readonly string[]>()
  const answered = new Set<string>()
  // What the process ended over is read no more: it counts as one that cannot be had.
  let left = wanted.filter(({ key }) => careful?.atFault(key) === undefined)
  while (left.length > 0) {
    const { some, bytes } = nextPortion({ lane, careful }, left, ({ sizeBytes }) => sizeBytes)
    left = left.slice(some.length)
    const read = () =>
      lane.call(async (signal, spend) => {
        const keys = some.flatMap(({ key }) => (answered.has(key) ? [] : key))
        if (keys.length === 0) return
        for await (const read of source.items(at, keys, signal, () => lane.spare())) {
          const key = read.kind === 'item' ? read.item.key : read.key
          if (read.kind === 'item' && !answered.has(key)) {
            const found = await digestsOf(read.item, digestKey, signal)
            if (found !== undefined) digests.set(key, found)
            spend(read.item.message?.sizeBytes ?? 1024)
          }
          answered.add(key)
        }
      }, bytes)
    await (careful?.alone(some[0]!.key, read) ?? read())
  }
  return digests
}

/**
 * Digests of one item, in every form that a ledger may have, or in that of `kept` alone; undefined where it cannot be had, and
 * without `kept` where it has files of its own. `beside` takes the octets of a message too.
 */
export async function digestsOf(
  item: SourceItem,
  key: Uint8Array,
  signal: AbortSignal,
  kept?: string | null,
  beside?: { push(chunk: Uint8Array): void },
): Promise<readonly string[] | undefined> {
  const { message, content, attachments } = item
  if (item.class !== 'message') {
    const fitting = content === null ? undefined : fittingContent(content, LARGEST_CONTENT_BYTES)
    if (fitting === undefined) return undefined
    if (kept !== undefined) return [contentDigestLike(kept, fitting.content)]
    if (attachments.length > 0) return undefined
    return [contentDigest(fitting.content), contentDigestBefore(fitting.content)]
  }
  if (message === null) return undefined
  const forms =
    kept === undefined
      ? [new KeyedDigest(key), new BodyDigest(), new LineDigest()]
      : [await digestLike(kept, async () => key)]
  try {
    const octets = message.whole === undefined ? message.open(signal) : [message.whole]
    for await (const piece of octets) {
      for (const form of forms) form.push(piece)
      beside?.push(piece)
    }
  } catch (error) {
    if (error instanceof SourceFailure && error.kind === 'item-permanent') return undefined
    throw error
  } finally {
    message.letGo?.()
  }
  return forms.map((form) => form.finish())
}
