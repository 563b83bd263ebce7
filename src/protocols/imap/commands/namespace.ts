import { formatNamespaces } from '#src/wire/imap/list.ts'
import { command, noArguments } from '../command.ts'
import { delimiter, spacePrefixes } from '../folder-names.ts'

/** NAMESPACE, RFC 9051 §6.3.10. */
export const namespace = command({
  name: 'NAMESPACE',
  state: 'authenticated',
  parse: noArguments,

  run: (session) => {
    const space = (prefix: string) => [{ prefix, delimiter }]
    session.untagged(
      formatNamespaces(
        {
          personal: space(''),
          others: space(spacePrefixes.others + delimiter),
          shared: space(spacePrefixes.shared + delimiter),
        },
        session.utf8,
      ),
    )
    return undefined
  },
})
