import type { IntakeSender } from '#src/domain/delivery/intake.ts'
import { SignedOut } from '#src/domain/delivery/signed-in.ts'
import { type Mail, parseMail } from '#src/wire/smtp/mail.ts'
import { formatPath, needsUtf8 } from '#src/wire/smtp/path.ts'
import { type Reply, reply } from '#src/wire/smtp/reply.ts'
import type { Conversation } from '../conversation.ts'
import { replies } from '../replies.ts'
import { verb } from '../verb.ts'

/** MAIL, RFC 5321 §4.1.1.2: a message from this sender begins. */
export const mail = verb({
  name: 'MAIL',
  beforeTls: false,
  beforeLogin: false,
  needs: 'no-transaction',
  isProgress: true,
  parse: parseMail,

  run: async (session, args) => {
    const objection = objectionTo(session, args)
    session.turnedAway = undefined
    if (objection !== undefined) {
      if (isTooLarge(session, args)) await turnAway(session, args, objection)
      return objection
    }
    try {
      const begun = session.options.intake.begin(session.connection, senderOf(args))
      const intake = await session.inTime(begun, session.limits.domainMs)
      session.transaction = { intake, utf8: args.smtpUtf8 === true, accepted: 0 }
      return reply(250, '2.1.0', 'Sender OK')
    } catch (error) {
      const answer = session.failure(error, 'sender')
      if (!(error instanceof SignedOut)) return answer
      session.send(answer)
      session.end()
      return replies.signedOut
    }
  },
})

function objectionTo(session: Conversation, args: Mail): Reply | undefined {
  const { unknown, sender, body, smtpUtf8, auth, requireTls } = args
  if (unknown.length > 0) return replies.unknownParameter(unknown[0]!)
  if (auth !== undefined && !session.offersLogin) return replies.unknownParameter('AUTH')
  if (requireTls && !session.offersRequireTls) return replies.unknownParameter('REQUIRETLS')
  if (body === 'BINARYMIME') return reply(504, '5.5.4', 'BODY=BINARYMIME is not offered here')
  if (sender !== null && needsUtf8(sender) && !smtpUtf8)
    return reply(553, '5.6.7', 'An address outside ASCII needs the parameter SMTPUTF8')
  if (isTooLarge(session, args)) return replies.tooLarge(session.limits.messageBytes)
  return undefined
}

const isTooLarge = ({ limits }: Conversation, { sizeBytes }: Mail): boolean =>
  sizeBytes !== undefined && sizeBytes > limits.messageBytes

/** Whose message it was is known of our users; of others, when the client asks for a recipient all the same. */
async function turnAway(session: Conversation, args: Mail, answer: Reply): Promise<void> {
  const because = { reason: answer.lines.join(' '), status: answer.status! }
  session.turnedAway = { sender: senderOf(args), because }
  if (session.user !== undefined) await session.tellTurnedAway([])
}

function senderOf({ sender, sizeBytes, body, smtpUtf8, ret, envelopeId, requireTls }: Mail): IntakeSender {
  return {
    address: sender === null ? '' : formatPath(sender),
    ...(sizeBytes !== undefined && { sizeBytes }),
    eightBit: body === '8BITMIME',
    utf8: smtpUtf8 === true,
    ...(envelopeId !== undefined && { envelopeId }),
    ...(ret !== undefined && { returnContent: ret === 'FULL' ? ('full' as const) : ('headers' as const) }),
    requireTls: requireTls === true,
  }
}
