import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { formatStatusResponse, parseStatus } from '#src/wire/imap/mailbox-status.ts'
import { command } from '../command.ts'
import { statusOf } from '../folder-status.ts'

/** STATUS, RFC 9051 §6.3.11. */
export const status = command({
  name: 'STATUS',
  state: 'authenticated',
  parse: parseStatus,

  run: async (session, { mailbox: name, items }) => {
    const found = await session.mailboxes.get(name, FolderRight.readAny)
    if (items.includes('HIGHESTMODSEQ')) session.enable('CONDSTORE')
    const told = await statusOf(session, found, items)
    session.untagged(formatStatusResponse(name, told, session.utf8))
    return undefined
  },
})
