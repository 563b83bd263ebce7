import { reply } from '#src/wire/smtp/reply.ts'
import { verb } from '../verb.ts'
import { anyArguments } from './arguments.ts'

/** HELP, RFC 5321 §4.1.1.8. */
export const help = verb({
  name: 'HELP',
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: false,
  parse: anyArguments,
  run: () => reply(214, '2.0.0', 'RFC 5321 says what can be said here'),
})
