import { parseSelect } from '#src/wire/imap/select.ts'
import { command } from '../command.ts'
import { selectFolder } from '../select-folder.ts'

/** SELECT, RFC 9051 §6.3.2. */
export const select = command({
  name: 'SELECT',
  state: 'authenticated',
  tellsNoChanges: true,
  parse: parseSelect,
  run: (session, args) => selectFolder(session, args, { readOnly: false }),
})
