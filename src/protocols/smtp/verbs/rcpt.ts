import type { IntakeRecipient } from '#src/domain/delivery/intake.ts'
import { formatPath, needsUtf8 } from '#src/wire/smtp/path.ts'
import { parseRcpt, type Rcpt } from '#src/wire/smtp/rcpt.ts'
import { reply } from '#src/wire/smtp/reply.ts'
import { replies } from '../replies.ts'
import { verb } from '../verb.ts'

/** RCPT, RFC 5321 §4.1.1.3: the message is for this recipient too, if the domain takes it. */
export const rcpt = verb({
  name: 'RCPT',
  beforeTls: false,
  beforeLogin: false,
  needs: 'transaction',
  isProgress: true,
  parse: parseRcpt,

  refused: async (session, args) => session.tellTurnedAway([recipientOf(args).address]),

  run: async (session, args) => {
    const transaction = session.transaction!
    const { unknown, recipient } = args
    if (transaction.receipt !== undefined) return replies.badSequence('Content has begun; end it or say RSET')
    if (unknown.length > 0) return replies.unknownParameter(unknown[0]!)
    if (recipient !== null && needsUtf8(recipient) && !transaction.utf8)
      return reply(553, '5.6.7', 'An address outside ASCII needs SMTPUTF8 in MAIL')
    if (transaction.accepted >= session.limits.recipients)
      return replies.tooManyRecipients(session.limits.recipients)
    try {
      await session.inTime(transaction.intake.recipient(recipientOf(args)), session.limits.domainMs)
      transaction.accepted++
      return reply(250, '2.1.5', 'Recipient OK')
    } catch (error) {
      return session.failure(error, 'recipient')
    }
  },
})

function recipientOf({ recipient, notify, originalRecipient }: Rcpt): IntakeRecipient {
  return {
    address: recipient === null ? 'postmaster' : formatPath(recipient),
    ...(notify && {
      notify: {
        success: notify.includes('SUCCESS'),
        failure: notify.includes('FAILURE'),
        delay: notify.includes('DELAY'),
      },
    }),
    ...(originalRecipient && { originalRecipient }),
  }
}
