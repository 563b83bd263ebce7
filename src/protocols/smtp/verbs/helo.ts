import { parseHello } from '#src/wire/smtp/command-line.ts'
import { reply } from '#src/wire/smtp/reply.ts'
import { verb } from '../verb.ts'

/** HELO, RFC 5321 §4.1.1.1: the client says its name and asks for no extensions. */
export const helo = verb({
  name: 'HELO',
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: false,
  endsGroup: true,
  parse: parseHello,

  run: async (session, name) => {
    await session.drop()
    session.hello = { name, extended: false }
    return reply(250, undefined, session.options.hostName)
  },
})
