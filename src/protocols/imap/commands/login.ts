import { command } from '../command.ts'
import { signInWith } from '../sign-in-steps.ts'

/** LOGIN, RFC 9051 §6.2.3: under TLS only. */
export const login = command({
  name: 'LOGIN',
  state: 'not-authenticated',
  tellsNoChanges: true,

  parse: (args) => {
    const name = args.astring()
    args.space()
    const password = args.astring()
    args.end()
    return { name, password }
  },

  run: (session, proof) => signInWith(session, proof),
})
