import { reply } from '#src/wire/smtp/reply.ts'
import { finishMessage, receiptOf, receiveDotted } from '../content.ts'
import { replies } from '../replies.ts'
import { verb } from '../verb.ts'
import { noArguments } from './arguments.ts'

/** DATA, RFC 5321 §4.1.1.4: the message, up to a line with a dot. */
export const data = verb({
  name: 'DATA',
  beforeTls: false,
  beforeLogin: false,
  needs: 'recipients',
  isProgress: true,
  parse: noArguments,

  run: async (session) => {
    const transaction = session.transaction!
    if (transaction.receipt !== undefined)
      return replies.badSequence('A message begun with BDAT ends with BDAT LAST')
    const receipt = receiptOf(session, transaction)
    session.send(reply(354, undefined, 'Send the message, then a line with a dot'))
    await session.peer.flush(session.limits.writeMs)
    await receiveDotted(session, receipt)
    return finishMessage(session, transaction, receipt)
  },
})
