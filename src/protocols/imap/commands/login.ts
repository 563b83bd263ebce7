import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { command } from '../command.ts'
import { signInWith } from '../sign-in-steps.ts'

/** Said to who writes a name as Windows does: an atom has no backslash, and in quotes it stands twice (RFC 9051 §9). */
const BACKSLASH =
  'Write what has a backslash in quotes, with the backslash twice: LOGIN "CORP\\\\ann" "password"'

/** LOGIN, RFC 9051 §6.2.3: under TLS only. */
export const login = command({
  name: 'LOGIN',
  state: 'not-authenticated',
  tellsNoChanges: true,

  parse: (args) => {
    try {
      const name = args.astring()
      args.space()
      const password = args.astring()
      args.end()
      return { name, password }
    } catch (error) {
      if (!(error instanceof SyntaxFault) || !args.rest().includes('\\')) throw error
      throw new SyntaxFault(BACKSLASH)
    }
  },

  run: (session, proof) => signInWith(session, proof),
})
