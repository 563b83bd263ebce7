import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { command, noArguments } from '../command.ts'
import { expungeDeleted } from '../expunge-deleted.ts'

/** CLOSE, RFC 9051 §6.4.1: what is marked as deleted goes, and nothing of it is told. */
export const close = command({
  name: 'CLOSE',
  state: 'selected',
  tellsNoChanges: true,
  parse: noArguments,

  run: async (session, _args, { signal }) => {
    const { folder } = session
    if (!folder.readOnly && (folder.rights & FolderRight.deleteAny) !== 0)
      await expungeDeleted(session, undefined, signal)
    session.deselect()
    return undefined
  },
})
