import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { requireLogin } from '#src/domain/directory/login/authenticator.ts'
import { type Reply, reply } from '#src/wire/smtp/reply.ts'
import { parsePlain, parseResponse, responseText } from '#src/wire/smtp/sasl.ts'
import type { Conversation } from '../conversation.ts'
import { replies } from '../replies.ts'
import { verb } from '../verb.ts'

type AuthArguments = { mechanism: string; initial: string | undefined }

/** What a mechanism learns from the client; the password never leaves this file but to the authenticator. */
type Proof = { name: string; password: string }

/** Of a name in the log; the longest address. */
const LONGEST_NAME = 320

/** Asks the client one question, base64 on the wire, and gives its answer. */
type Ask = (challenge: string) => Promise<Uint8Array>

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

async function logIn(session: Conversation, { name, password }: Proof): Promise<Reply> {
  const { authenticator, clientAddress } = session.options
  const began = Date.now()
  const asked = authenticator!.authenticate({
    name,
    secret: password,
    client: clientAddress,
    purpose: 'smtp',
  })
  const result = await session.inTime(asked, session.limits.domainMs)
  if (!result.accepted) noteFailure(session, name, result.failure)
  session.user = requireLogin(result)
  session.loggedInAt = began
  return reply(235, '2.7.0', 'Welcome')
}

/** A line for every one, so that fail2ban and the like can count them; never the secret. */
function noteFailure({ options }: Conversation, name: string, reason: string): void {
  const tried = name.slice(0, LONGEST_NAME)
  options.log.warn(
    { client: options.clientAddress, protocol: 'smtp', name: tried, reason },
    'A sign-in failed',
  )
}

function countFailure(session: Conversation, answer: Reply): Reply {
  if (++session.failedLogins >= session.limits.failedLogins) session.end(replies.tooManyLogins)
  return answer
}

/** PLAIN: RFC 4616. LOGIN: an Internet draft that Outlook and many devices still need. */
export const mechanisms: ReadonlyMap<string, (initial: Uint8Array | undefined, ask: Ask) => Promise<Proof>> =
  new Map([
    [
      'PLAIN',
      async (initial: Uint8Array | undefined, ask: Ask) => {
        const { authorization, name, password } = parsePlain(initial ?? (await ask('')))
        if (authorization !== '' && authorization.toLowerCase() !== name.toLowerCase())
          throw new Cancelled(reply(535, '5.7.8', 'Nobody can log in here for somebody else'))
        return { name, password }
      },
    ],
    [
      'LOGIN',
      async (initial: Uint8Array | undefined, ask: Ask) => {
        const name = responseText(initial ?? (await ask('Username:')))
        return { name, password: responseText(await ask('Password:')) }
      },
    ],
  ])

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
