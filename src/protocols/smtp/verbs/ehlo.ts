import { parseHello } from '#src/wire/smtp/command-line.ts'
import { type Extensions, formatExtensions } from '#src/wire/smtp/ehlo.ts'
import { reply } from '#src/wire/smtp/reply.ts'
import { mechanisms } from '../../sign-in.ts'
import type { Conversation } from '../conversation.ts'
import { verb } from '../verb.ts'

/** EHLO, RFC 5321 §4.1.1.1: the client says its name and hears what is offered. */
export const ehlo = verb({
  name: 'EHLO',
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: false,
  endsGroup: true,
  parse: parseHello,

  run: async (session, name) => {
    await session.drop()
    session.hello = { name, extended: true }
    return reply(250, undefined, session.options.hostName, ...formatExtensions(offered(session)))
  },
})

function offered(session: Conversation): Extensions {
  const extensions = new Map<string, readonly string[]>([
    ['PIPELINING', []],
    ['SIZE', [String(session.limits.messageBytes)]],
    ['ENHANCEDSTATUSCODES', []],
    ['8BITMIME', []],
    ['SMTPUTF8', []],
    ['DSN', []],
    ['CHUNKING', []],
  ])
  if (session.offersTls) extensions.set('STARTTLS', [])
  if (session.offersLogin) extensions.set('AUTH', [...mechanisms.keys()])
  if (session.offersRequireTls) extensions.set('REQUIRETLS', [])
  return extensions
}
