import { formatId, parseId } from '#src/wire/imap/server-data.ts'
import { command } from '../command.ts'

/** ID, RFC 2971: what the client is, is of no consequence here. */
export const id = command({
  name: 'ID',
  state: 'any',
  beforeTls: true,
  parse: parseId,

  run: (session) => {
    const { version } = session.options
    const identity = new Map([
      ['name', 'Landbridge'],
      // Who has not signed in need not know for which faults to look.
      ...(session.state === 'not-authenticated' ? [] : [['version', version] as const]),
    ])
    session.untagged(`ID ${formatId(identity)}`)
    return undefined
  },
})
