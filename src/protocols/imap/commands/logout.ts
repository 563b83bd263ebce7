import { command, noArguments } from '../command.ts'

/** LOGOUT, RFC 9051 §6.1.3. */
export const logout = command({
  name: 'LOGOUT',
  state: 'any',
  beforeTls: true,
  tellsNoChanges: true,
  parse: noArguments,

  run: (session) => {
    session.status({ status: 'BYE', text: 'Goodbye' })
    session.end()
    return undefined
  },
})
