import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import { Flag, type Flags } from '#src/domain/mailbox/item.ts'

export type Marks = { flags: Flags; keywords: readonly string[] }

/** Marks that may not be set or taken away: flags, and whether keywords. */
export type ForbiddenMarks = { flags: Flags; keywords: boolean }

const { editAny, editOwned, deleteAny, deleteOwned } = FolderRight
const all = Object.values(Flag).reduce((sum, flag) => sum | flag, 0) & ~Flag.hasAttachment

const without = ({ edits, deletes }: { edits: boolean; deletes: boolean }): ForbiddenMarks => ({
  flags: (edits ? 0 : all & ~Flag.deleted) | (deletes ? 0 : Flag.deleted),
  keywords: !edits,
})

/** Marks of messages of a folder that a user with these rights does not change: who wrote a message is not known (RFC 4314 §4). */
export const fixedMarks = (rights: FolderRights): ForbiddenMarks =>
  without({ edits: (rights & editAny) !== 0, deletes: (rights & deleteAny) !== 0 })

/** Marks that messages may not bring into a folder; those that one puts there are one's own. */
export const forbiddenMarks = (rights: FolderRights): ForbiddenMarks =>
  without({
    edits: (rights & (editAny | editOwned)) !== 0,
    deletes: (rights & (deleteAny | deleteOwned)) !== 0,
  })

export const marksWithout = ({ flags, keywords }: Marks, forbidden: ForbiddenMarks): Marks => ({
  flags: flags & ~forbidden.flags,
  keywords: forbidden.keywords ? [] : keywords,
})

export const allowedMarks = (rights: FolderRights, marks: Marks): Marks =>
  marksWithout(marks, forbiddenMarks(rights))

/** Every flag that may be changed. */
export const flagsBeside = ({ flags }: ForbiddenMarks): Flags => all & ~flags
