import { setSpecialUse } from '#src/domain/mailbox/special-uses.ts'
import { parseCreate } from '#src/wire/imap/list.ts'
import { command } from '../command.ts'
import { knownUse } from '../folder-tree.ts'
import { makeMailbox } from '../make-folders.ts'
import { mailboxIdOf } from '../object-ids.ts'

/** CREATE, RFC 9051 §6.3.4, with the folders above it; with a use (RFC 6154 §3). */
export const create = command({
  name: 'CREATE',
  state: 'authenticated',
  parse: parseCreate,

  run: async (session, { mailbox: name, use }) => {
    const [given, ...more] = use ?? []
    const known = given === undefined ? undefined : knownUse(given)
    const { mailbox } = await session.mailboxes.getPlaceFor(name)
    if (given !== undefined && (known === undefined || more.length > 0 || mailbox !== session.mailboxes.own))
      return { status: 'NO', code: { code: 'USEATTR' }, text: 'No mailbox is made for that use here' }
    const { at, folder } = await makeMailbox(session, name)
    if (known !== undefined) await setSpecialUse(session.store, at, folder.no, known)
    return { code: { code: 'MAILBOXID', id: mailboxIdOf(at, folder.no) }, text: 'CREATE completed' }
  },
})
