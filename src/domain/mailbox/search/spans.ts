import type { BodyNo } from '../item.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'

/** Octets of a message from `start` to before `end`. */
export type Span = { start: number; end: number }

/** What lies between two spans is read along when it is shorter: beginning to read costs more. */
const GAP_BYTES = 64 * 1024

/**
 * The octets of some spans of a body, which ascend and do not overlap, a piece at a time; each span ends with a piece
 * that is `last`. Spans that lie close together are read as one.
 */
export async function* readSpans<S extends Span>(
  mailboxes: MailboxReader,
  at: MailboxRef,
  body: BodyNo,
  spans: readonly S[],
): AsyncGenerator<{ span: S; bytes: Uint8Array; last: boolean }> {
  const some = spans.filter(({ start, end }) => end > start)
  for (let first = 0, next = 0; first < some.length; first = next) {
    next = first + 1
    while (next < some.length && some[next]!.start - some[next - 1]!.end < GAP_BYTES) next++
    let index = first
    let offset = some[first]!.start
    const range = { start: offset, end: some[next - 1]!.end }
    for await (const chunk of mailboxes.readBody(at, body, range)) {
      const chunkEnd = offset + chunk.length
      for (; index < next && some[index]!.start < chunkEnd; index++) {
        const span = some[index]!
        const bytes = chunk.subarray(Math.max(0, span.start - offset), span.end - offset)
        const last = span.end <= chunkEnd
        yield { span, bytes, last }
        if (!last) break
      }
      offset = chunkEnd
    }
  }
}
