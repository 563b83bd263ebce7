import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import { Flag, type Flags } from '#src/domain/mailbox/item.ts'

export type Marks = { flags: Flags; keywords: readonly string[] }

/** Marks that messages may not bring into a folder in which the user has these rights (RFC 4314 §4): flags, and whether keywords. */
export function forbiddenMarks(rights: FolderRights): { flags: Flags; keywords: boolean } {
  const edits = (rights & (FolderRight.editAny | FolderRight.editOwned)) !== 0
  const deletes = (rights & (FolderRight.deleteAny | FolderRight.deleteOwned)) !== 0
  const all = Object.values(Flag).reduce((sum, flag) => sum | flag, 0)
  const edited = all & ~(Flag.deleted | Flag.hasAttachment)
  return { flags: (edits ? 0 : edited) | (deletes ? 0 : Flag.deleted), keywords: !edits }
}

export function allowedMarks(rights: FolderRights, { flags, keywords }: Marks): Marks {
  const forbidden = forbiddenMarks(rights)
  return { flags: flags & ~forbidden.flags, keywords: forbidden.keywords ? [] : keywords }
}
