import { reply } from '#src/wire/smtp/reply.ts'
import { verb } from '../verb.ts'
import { noArguments } from './arguments.ts'

/** QUIT, RFC 5321 §4.1.1.10. */
export const quit = verb({
  name: 'QUIT',
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: true,
  parse: noArguments,

  run: (session) => {
    session.end()
    return reply(221, '2.0.0', 'Goodbye')
  },
})
