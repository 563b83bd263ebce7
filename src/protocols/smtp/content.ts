import { DotUnstuffer } from '#src/wire/smtp/dot-unstuffing.ts'
import { type Reply, reply } from '#src/wire/smtp/reply.ts'
import type { Conversation, Transaction } from './conversation.ts'
import { Pace } from './pace.ts'
import { Receipt } from './receipt.ts'
import { replies } from './replies.ts'

const anyOctets = Number.POSITIVE_INFINITY

/** The receipt of the message under way; the first content opens it. */
export function receiptOf(session: Conversation, transaction: Transaction): Receipt {
  const { intake } = transaction
  transaction.receipt ??= new Receipt(
    {
      write: (octets) => session.inTime(intake.write(octets), session.limits.messageMs),
      abort: (because) => session.abort(intake, because),
      replyTo: (error) => session.failure(error, 'message'),
    },
    { messageBytes: session.limits.messageBytes, newlines: session.options.newlines ?? 'refuse' },
  )
  return transaction.receipt
}

/** Content of DATA up to its end. */
export async function receiveDotted(session: Conversation, receipt: Receipt): Promise<void> {
  const unstuffer = new DotUnstuffer()
  const pace = new Pace(session)
  for (;;) {
    const chunk = await pace.octets(anyOctets)
    const { content, used, ended } = unstuffer.push(chunk)
    if (content.length > 0) await receipt.take(content.length === 1 ? content[0]! : Buffer.concat(content))
    if (ended) {
      if (used < chunk.length) session.peer.putBack(chunk.subarray(used))
      return
    }
    if (receipt.excessBytes > session.limits.drainBytes) return session.end(replies.tooMuch)
  }
}

/** One chunk of BDAT. */
export async function receiveCounted(session: Conversation, receipt: Receipt, octets: number): Promise<void> {
  const { messageBytes, drainBytes } = session.limits
  if (receipt.bytes + octets > messageBytes + drainBytes) {
    await receipt.refuseAsTooLarge()
    return session.end(replies.tooMuch)
  }
  const pace = new Pace(session)
  for (let left = octets; left > 0; ) {
    const chunk = await pace.octets(left)
    left -= chunk.length
    await receipt.take(chunk)
  }
}

/** Ends the message: the domain makes it durable, and only then the client hears 250. */
export async function finishMessage(
  session: Conversation,
  transaction: Transaction,
  receipt: Receipt,
): Promise<Reply> {
  try {
    const refused = await receipt.end()
    if (refused !== undefined) return refused
    session.transaction = undefined
    const { queueId } = await session.inTime(transaction.intake.finish(), session.limits.messageMs)
    session.errors = 0
    return reply(250, '2.0.0', `OK, taken as ${queueId}`)
  } catch (error) {
    await session.abort(transaction.intake)
    return session.failure(error, 'message')
  } finally {
    session.messageEnded()
  }
}
