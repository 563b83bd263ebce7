import { replies } from '../replies.ts'
import { verb } from '../verb.ts'
import { anyArguments } from './arguments.ts'

/** NOOP, RFC 5321 §4.1.1.9. */
export const noop = verb({
  name: 'NOOP',
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: false,
  parse: anyArguments,
  run: () => replies.ok,
})
