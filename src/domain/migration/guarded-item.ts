import type { SourceItem, SourceOctets } from './source.ts'

/** The item, whose octets fail with what `failureOf` makes of whatever fails while they are read. */
export function guardedItem(item: SourceItem, failureOf: (error: unknown) => unknown): SourceItem {
  const guard = <T extends SourceOctets>(octets: T): T => ({
    ...octets,
    async *open(signal: AbortSignal) {
      try {
        yield* octets.open(signal)
      } catch (error) {
        throw await failureOf(error)
      }
    },
  })
  const { message, attachments } = item
  return { ...item, message: message && guard(message), attachments: attachments.map(guard) }
}
