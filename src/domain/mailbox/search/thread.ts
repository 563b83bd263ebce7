import { baseSubject } from '#src/formats/header/base-subject.ts'
import { parseMessageIds } from '#src/formats/header/message-id.ts'
import type { ItemState } from '../item.ts'
import { Pace } from '../pace.ts'
import type { MailboxRef } from '../store.ts'
import { orderedSubject } from './ordered-subject.ts'
import { references } from './references.ts'
import type { SearchDeps } from './search.ts'
import { sentAt, textKey } from './sort.ts'
import { type SummaryValue, summaryValues } from './summary-values.ts'
import type { ThreadMessage, ThreadNode } from './thread-message.ts'

export type ThreadAlgorithm = 'references' | 'orderedsubject'

const algorithms = { references, orderedsubject: orderedSubject } satisfies Record<ThreadAlgorithm, unknown>

type ThreadOptions = {
  signal?: AbortSignal
  /** What the result names a message by, ascending with its uid; undefined leaves it out. Default is the uid. */
  numberOf?: (uid: number) => number | undefined
}

/** Threads of the matches of a search (RFC 5256 §3). `pages` ascend by uid. Chains may be as long as there are messages. */
export async function threadMessages(
  deps: SearchDeps,
  at: MailboxRef,
  pages: AsyncIterable<readonly ItemState[]>,
  algorithm: ThreadAlgorithm,
  { signal, numberOf = (uid) => uid }: ThreadOptions = {},
): Promise<ThreadNode[]> {
  const pace = new Pace(signal)
  const messages = async function* () {
    for await (const some of summaryValues(deps, at, pages, [threading], pace)) {
      for (const { item, values } of some) {
        const number = numberOf(item.uid)
        if (number !== undefined) yield { number, ...values[0]! }
      }
    }
  }
  return algorithms[algorithm](messages(), pace)
}

const threading: SummaryValue<Omit<ThreadMessage, 'number'>> = {
  aspect: 'threading',
  from: (item, summary) => {
    const { envelope } = summary
    const [messageId] = parseMessageIds(envelope?.messageId ?? '')
    const { base, isReply } = baseSubject(summary.subject)
    return {
      ...(messageId !== undefined && { messageId }),
      references: envelope?.references?.length
        ? envelope.references
        : parseMessageIds(envelope?.inReplyTo ?? '').slice(0, 1),
      subject: textKey(base),
      isReply,
      sentAt: sentAt(item, summary),
    }
  },
  // An object and a list are about as large as so much text.
  charactersOf: ({ messageId, references, subject }) =>
    references.reduce((sum, id) => sum + id.length + 16, (messageId?.length ?? 0) + subject.length + 64),
}
