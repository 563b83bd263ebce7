import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { ALL_FOLDER_RIGHTS, FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import { Refusal } from '#src/domain/refusal.ts'

/**
 * The letters of RFC 4314 §2.1 as rights on a folder. Letters of one group stand for the same right, and so are only given
 * together. `p` (posting) is known and has no meaning here.
 */
const groups: readonly { letters: string; gives: FolderRights; takes: FolderRights }[] = [
  { letters: 'l', gives: FolderRight.visible, takes: FolderRight.visible },
  { letters: 'r', gives: FolderRight.readAny, takes: FolderRight.readAny },
  { letters: 'sw', gives: FolderRight.editAny, takes: FolderRight.editAny | FolderRight.editOwned },
  { letters: 'i', gives: FolderRight.create, takes: FolderRight.create },
  { letters: 'k', gives: FolderRight.createSubfolder, takes: FolderRight.createSubfolder },
  { letters: 'xa', gives: FolderRight.owner, takes: FolderRight.owner },
  { letters: 'te', gives: FolderRight.deleteAny, takes: FolderRight.deleteAny | FolderRight.deleteOwned },
]

export const rightGroups: readonly string[] = groups.map(({ letters }) => letters)
export const everyRight = rightGroups.join('')

/**
 * The letters for what may be done, with `c` and `d` for clients that know RFC 2086 alone (RFC 4314 §2.1.1). Rights on what is
 * one's own have none.
 */
export function lettersOf(rights: FolderRights): string {
  const letters = groups.flatMap((group) => ((rights & group.gives) !== 0 ? [group.letters] : [])).join('')
  return `${letters}${letters.includes('k') ? 'c' : ''}${/[xte]/.test(letters) ? 'd' : ''}`
}

/** The letters of who may do everything. */
export const ownerRights = lettersOf(ALL_FOLDER_RIGHTS)

/** SyntaxFault for letters that are no right. */
export function requireRights(letters: string): void {
  const stranger = [...letters].find((letter) => !`${everyRight}p`.includes(letter))
  if (stranger !== undefined) throw new SyntaxFault(`There is no right ${stranger}`)
}

/** The rights that letters stand for; a group that is not complete gives nothing. Refuses `not-supported` when nothing can be given of what was asked. */
export function rightsOf(letters: string): FolderRights {
  let rights = 0
  for (const group of groups)
    if ([...group.letters].every((letter) => letters.includes(letter))) rights |= group.gives
  if (rights === 0 && letters !== '')
    throw new Refusal(
      'not-supported',
      'These rights are not given alone. LISTRIGHTS tells which belong together.',
    )
  return rights
}

/** What is left when rights are taken away: any letter of a group takes all of it. */
export function withoutRights(rights: FolderRights, letters: string): FolderRights {
  let left = rights
  for (const { letters: group, takes } of groups)
    if ([...group].some((letter) => letters.includes(letter))) left &= ~takes
  return left
}
