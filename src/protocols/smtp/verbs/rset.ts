import { replies } from '../replies.ts'
import { verb } from '../verb.ts'
import { noArguments } from './arguments.ts'

/** RSET, RFC 5321 §4.1.1.5: the message under way will not come. */
export const rset = verb({
  name: 'RSET',
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: false,
  parse: noArguments,

  run: async (session) => {
    session.turnedAway = undefined
    await session.drop()
    return replies.ok
  },
})
