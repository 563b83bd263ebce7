import { createFolder } from '#src/domain/mailbox/folders.ts'
import { parseCreate } from '#src/wire/imap/list.ts'
import { command } from '../command.ts'
import { makeParents } from '../make-parents.ts'
import { mailboxIdOf } from '../object-ids.ts'

/** CREATE, RFC 9051 §6.3.4, with the folders above it. */
export const create = command({
  name: 'CREATE',
  state: 'authenticated',
  parse: parseCreate,

  run: async (session, { mailbox: name, use }) => {
    // RFC 6154 §3: every use has its folder from the first day, and none has two.
    if (use !== undefined && use.length > 0)
      return { status: 'NO', code: { code: 'USEATTR' }, text: 'There is a mailbox for that use already' }
    const { at, parent, name: last } = await makeParents(session, name)
    const folder = await createFolder(session.store, at, { parent, name: last, class: 'message' })
    return { code: { code: 'MAILBOXID', id: mailboxIdOf(at, folder.no) }, text: 'CREATE completed' }
  },
})
