import { reply } from '#src/wire/smtp/reply.ts'
import { verb } from '../verb.ts'
import { anyArguments } from './arguments.ts'

/** VRFY, RFC 5321 §3.5.3: nobody learns here who exists. */
export const vrfy = verb({
  name: 'VRFY',
  beforeTls: false,
  beforeLogin: false,
  needs: 'nothing',
  isProgress: false,
  parse: anyArguments,
  run: () => reply(252, '2.5.0', 'Send mail to the address and see'),
})
