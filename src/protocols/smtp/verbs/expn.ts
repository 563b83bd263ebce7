import { replies } from '../replies.ts'
import { verb } from '../verb.ts'
import { anyArguments } from './arguments.ts'

/** EXPN, RFC 5321 §3.5: nobody learns here who is in a group. */
export const expn = verb({
  name: 'EXPN',
  beforeTls: false,
  beforeLogin: false,
  needs: 'nothing',
  isProgress: false,
  parse: anyArguments,
  run: () => replies.notHere,
})
