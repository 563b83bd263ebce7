import { capabilitiesOf } from '../capabilities.ts'
import { command, noArguments } from '../command.ts'

/** UNAUTHENTICATE, RFC 8437: as after the greeting, for somebody else to sign in. TLS and compression stay. */
export const unauthenticate = command({
  name: 'UNAUTHENTICATE',
  state: 'authenticated',
  tellsNoChanges: true,
  parse: noArguments,

  run: (session) => {
    session.signOut()
    return { code: { code: 'CAPABILITY', capabilities: capabilitiesOf(session) }, text: 'Signed out' }
  },
})
