import { formatCapabilities } from '#src/wire/imap/server-data.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { command, noArguments } from '../command.ts'

/** CAPABILITY, RFC 9051 §6.1.1. */
export const capability = command({
  name: 'CAPABILITY',
  state: 'any',
  beforeTls: true,
  parse: noArguments,

  run: (session) => {
    session.untagged(formatCapabilities('CAPABILITY', capabilitiesOf(session)))
    return undefined
  },
})
