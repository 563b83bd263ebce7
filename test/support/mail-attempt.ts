import type { OrganizationId } from '#src/base/ids.ts'
import type { QueuedMessage, QueuedRecipient, Route, TransitId } from '#src/domain/delivery/queue.ts'
import type { Attempt } from '#src/domain/delivery/transport.ts'

const octets = Buffer.from('Subject: hi\r\n\r\nText\r\n.dot\r\n')

/** An attempt of a small message, by default for one recipient. */
export function attemptTo(
  route: Route,
  {
    message,
    recipients = [{ address: 'ann@far.example' }],
  }: {
    message?: Partial<QueuedMessage> | undefined
    recipients?: readonly (Partial<QueuedRecipient> & { address: string })[] | undefined
  } = {},
): Attempt {
  return {
    message: {
      id: '0123456789abcdef0123456789abcdef' as TransitId,
      organization: 'm-1' as OrganizationId,
      item: 1 as never,
      sender: 'bob@corp.example',
      from: 'bob@corp.example',
      origin: 'submitted',
      subject: 'hi',
      messageId: '<1@corp.example>',
      sizeBytes: octets.length,
      eightBit: false,
      utf8: false,
      requireTls: false,
      queuedAt: 0,
      ...message,
    },
    route,
    recipients: recipients.map((recipient, index) => ({ no: index + 1, route, ...recipient })),
    async *content() {
      yield octets
    },
  }
}
