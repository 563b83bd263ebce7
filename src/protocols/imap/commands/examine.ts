import { parseSelect } from '#src/wire/imap/select.ts'
import { command } from '../command.ts'
import { selectFolder } from '../select-folder.ts'

/** EXAMINE, RFC 9051 §6.3.3: SELECT for reading only. */
export const examine = command({
  name: 'EXAMINE',
  state: 'authenticated',
  tellsNoChanges: true,
  parse: parseSelect,
  run: (session, args) => selectFolder(session, args, { readOnly: true }),
})
