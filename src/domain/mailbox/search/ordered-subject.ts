import type { Pace } from '../pace.ts'
import { pacedSort } from './paced-sort.ts'
import {
  bySentDate,
  entryOf,
  type ThreadEntry,
  type ThreadMessages,
  type ThreadNode,
} from './thread-message.ts'

/**
 * ORDEREDSUBJECT (RFC 5256 §3): messages of one base subject are a thread, whose first message has all the others as
 * children. Threads and children stand in the order they were sent.
 */
export async function orderedSubject(messages: ThreadMessages, pace: Pace): Promise<ThreadNode[]> {
  const entries: ThreadEntry[] = []
  for await (const message of messages) entries.push(entryOf(message))
  const threads = new Map<string, ThreadNode>()
  for (const { number, subject } of await pacedSort(entries, bySentDate, pace)) {
    const first = threads.get(subject)
    const node = { number, children: [] }
    if (first) first.children.push(node)
    else threads.set(subject, node)
    await pace.rest()
  }
  return [...threads.values()]
}
