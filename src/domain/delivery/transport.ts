import type { QueuedMessage, QueuedRecipient, Route } from './queue.ts'
import type { Cause } from './retry.ts'

/** One try to hand a message to the next hop, for the recipients that go the same way. */
export type Attempt = {
  message: QueuedMessage
  route: Route
  recipients: readonly QueuedRecipient[]
  /** The octets, from the start each time it is called. */
  content(): AsyncIterable<Uint8Array>
}

/** What became of it for one recipient. `remote` names the next hop, `reply` is what it said, both for people. */
export type AttemptResult =
  | {
      no: number
      outcome: 'delivered'
      remote: string
      reply: string
      /**
       * Who owes the sender a report of success: nobody but the next hop, which can (RFC 3461); we, as it cannot; we,
       * as the message is in its mailbox.
       */
      reports: 'next-hop' | 'relayed' | 'final'
    }
  | {
      no: number
      outcome: 'refused'
      /** Whether another try can never help. */
      permanent: boolean
      /** Which tells when to try again; `unreachable`: nobody there said anything about this recipient. */
      cause: Cause
      /** RFC 3463. */
      status: string
      /** A sentence for delivery reports and logs. */
      problem: string
      remote?: string
      reply?: string
      /** It may have been delivered: the reply to the end of the message was lost. */
      uncertain?: boolean
    }
  /** We were told to stop before anything was decided: the attempt does not count. */
  | { no: number; outcome: 'stopped' }

/** Hands messages to the next hop. */
export type MailTransport = {
  /** One result for each recipient, in order; what the next hop or the network does is a result, not a rejection. */
  deliver(attempt: Attempt, signal: AbortSignal): Promise<readonly AttemptResult[]>
  /** Lets go of connections. What is under way may end. */
  close(): Promise<void>
}

/** Sends each route to the transport for it. */
export function transportByRoute(transports: Readonly<Record<Route['kind'], MailTransport>>): MailTransport {
  return {
    deliver: (attempt, signal) => transports[attempt.route.kind].deliver(attempt, signal),
    close: async () => {
      await Promise.all([...new Set(Object.values(transports))].map((each) => each.close()))
    },
  }
}
