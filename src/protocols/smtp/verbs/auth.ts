import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type Reply, reply } from '#src/wire/smtp/reply.ts'
import { parseResponse } from '#src/wire/smtp/sasl.ts'
import { type Ask, mechanisms, type Proof, signIn } from '../../sign-in.ts'
import type { Conversation } from '../conversation.ts'
import { replies } from '../replies.ts'
import { verb } from '../verb.ts'

type AuthArguments = { mechanism: string; initial: string | undefined }

/** AUTH, RFC 4954: the client proves who it is, under TLS only. */
export const auth = verb({
  name: 'AUTH',
  roles: ['submission', 'submissions'],
  beforeTls: false,
  beforeLogin: true,
  needs: 'no-transaction',
  isProgress: true,

  parse: (args): AuthArguments => {
    const parts = /^([A-Za-z0-9_-]{1,20})(?: +(\S+))?$/.exec(args)
    if (parts === null) throw new SyntaxFault('AUTH takes a mechanism, and perhaps a response', 0)
    return { mechanism: parts[1]!.toUpperCase(), initial: parts[2] }
  },

  run: async (session, { mechanism, initial }) => {
    const read = mechanisms.get(mechanism)
    if (session.user !== undefined) return replies.badSequence('You are logged in already')
    if (!session.offersLogin) return replies.notHere
    if (read === undefined) return reply(504, '5.5.4', `Use ${[...mechanisms.keys()].join(' or ')}`)
    try {
      const proof = await read(initial === undefined ? undefined : parseResponse(initial), asker(session))
      return await logIn(session, proof)
    } catch (error) {
      if (error instanceof Cancelled) return error.reply
      if (error instanceof SyntaxFault) return reply(501, '5.5.2', error.message)
      return countFailure(session, session.failure(error, 'login'))
    }
  },
})

async function logIn(session: Conversation, proof: Proof): Promise<Reply> {
  const { authenticator, log, clientAddress: client, now } = session.options
  const began = now()
  const asked = signIn({ authenticator: authenticator!, log }, proof, { client, purpose: 'smtp' })
  session.user = await session.inTime(asked, session.limits.domainMs)
  session.loggedInAt = began
  return reply(235, '2.7.0', 'Welcome')
}

function countFailure(session: Conversation, answer: Reply): Reply {
  if (++session.failedLogins >= session.limits.failedLogins) session.end(replies.tooManyLogins)
  return answer
}

function asker(session: Conversation): Ask {
  return async (challenge) => {
    session.send(reply(334, undefined, Buffer.from(challenge).toString('base64')))
    const line = await session.peer.line(session.limits.authOctets, session.limits.commandMs)
    if (line.kind === 'too-long') throw new Cancelled(replies.authLineTooLong)
    if (line.kind !== 'line') {
      session.end()
      throw new Cancelled(line.kind === 'interrupted' ? replies.stopping : replies.bareLineFeed)
    }
    const text = Buffer.from(line.octets).toString('latin1')
    if (text === '*') throw new Cancelled(reply(501, '5.7.0', 'Authentication cancelled'))
    return parseResponse(text)
  }
}

/** The exchange is over without a login. */
class Cancelled extends Error {
  readonly reply: Reply

  constructor(answer: Reply) {
    super('The authentication exchange was cancelled')
    this.reply = answer
  }
}
