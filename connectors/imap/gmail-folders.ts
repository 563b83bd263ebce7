import type { ImapFolder } from '#src/clients/imap/folders.ts'
import type { PlacedFolder } from './folder-tree.ts'

const copied: ReadonlySet<string> = new Set(['inbox', 'drafts', 'sentitems', 'deleteditems', 'junkemail'])

/** The folders of Gmail that hold messages of their own (see `isCopiedFrom`) among others, beside each other; All Mail is the archive. */
export function gmailFolders(placed: readonly PlacedFolder[], listed: readonly ImapFolder[]): PlacedFolder[] {
  const all = listed.find(({ attributes }) => attributes.some((each) => /^\\all$/i.test(each)))?.name
  return placed.flatMap(({ folder, path, status }) => {
    const role = path !== null && path === all ? 'archive' : folder.role
    const isOwn = role !== null && (copied.has(role) || path === all)
    return isOwn ? [{ path, status, folder: { ...folder, role, parent: null, items: null } }] : []
  })
}
