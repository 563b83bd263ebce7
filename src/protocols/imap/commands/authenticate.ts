import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseResponse } from '#src/wire/smtp/sasl.ts'
import { type Ask, mechanisms } from '../../sign-in.ts'
import { command } from '../command.ts'
import type { ImapSession } from '../session.ts'
import { countFailure, signInWith } from '../sign-in-steps.ts'

/** Octets of an answer to a challenge. */
const LONGEST_ANSWER = 12_288

/** AUTHENTICATE, RFC 9051 §6.2.2, with an initial response (SASL-IR, RFC 4959). */
export const authenticate = command({
  name: 'AUTHENTICATE',
  state: 'not-authenticated',
  tellsNoChanges: true,

  parse: (args) => {
    const mechanism = args.atom().toUpperCase()
    const initial = args.hasMore() ? args.match(/[A-Za-z0-9+/]*={0,2}/y)?.[0] : undefined
    args.end()
    return { mechanism, initial: initial === undefined ? undefined : parseResponse(initial) }
  },

  run: async (session, { mechanism, initial }) => {
    const read = mechanisms.get(mechanism)
    if (read === undefined) {
      const names = [...mechanisms.keys()].join(' or ')
      return { status: 'NO', code: { code: 'CANNOT' }, text: `Use ${names}` }
    }
    const proof = await read(initial, asker(session)).catch((error) => {
      countFailure(session, error)
      throw error
    })
    return signInWith(session, proof)
  },
})

function asker(session: ImapSession): Ask {
  return async (challenge) => {
    session.client.continue(Buffer.from(challenge).toString('base64'))
    for (;;) {
      const line = await session.client.line(LONGEST_ANSWER, session.limits.loginMs)
      if (line.kind === 'woken') continue
      if (line.kind !== 'text') throw new SyntaxFault('The answer is too long')
      if (line.text === '*') throw new SyntaxFault('Authentication cancelled')
      return parseResponse(line.text)
    }
  }
}
