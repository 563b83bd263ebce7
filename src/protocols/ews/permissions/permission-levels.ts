/** Rights on a folder in the words of EWS (MS-OXWSFOLD 2.2.4.4, MS-OXWSMTGS). */
import {
  type FolderProfile,
  FolderRight,
  type FolderRights,
  type FolderRightWords,
  profileOf,
  rightsOfProfile,
  rightsOfWords,
} from '#src/domain/directory/folder-permission.ts'
import type {
  BasePermissionType,
  CalendarPermissionReadAccessType,
  CalendarPermissionType,
  PermissionActionType,
  PermissionLevelType,
  PermissionType,
} from '#src/wire/ews/schema-types.ts'
import { EwsRefusal } from '../refusal-codes.ts'

const TIMES = FolderRight.freeBusySimple | FolderRight.freeBusyDetailed

type Shown<P extends BasePermissionType> = Omit<P, 'UserId'>

export function shownPermission(rights: FolderRights): Shown<PermissionType> {
  // Times are of calendars alone; who reads a folder has them all the same.
  const plain = (rights & FolderRight.readAny) === 0 ? rights & ~TIMES : rights
  return {
    ...shownFlags(plain),
    ReadItems: (plain & FolderRight.readAny) === 0 ? 'None' : 'FullDetails',
    PermissionLevel: profileOf(plain) as PermissionLevelType,
  }
}

export const shownCalendarPermission = (rights: FolderRights): Shown<CalendarPermissionType> => ({
  ...shownFlags(rights),
  ReadItems: shownReading(rights),
  CalendarPermissionLevel: profileOf(rights),
})

function shownFlags(rights: FolderRights) {
  const has = (right: number): boolean => (rights & right) !== 0
  const action = (any: number, own: number): PermissionActionType =>
    has(any) ? 'All' : has(own) ? 'Owned' : 'None'
  return {
    CanCreateItems: has(FolderRight.create),
    CanCreateSubFolders: has(FolderRight.createSubfolder),
    IsFolderOwner: has(FolderRight.owner),
    IsFolderVisible: has(FolderRight.visible),
    IsFolderContact: has(FolderRight.contact),
    EditItems: action(FolderRight.editAny, FolderRight.editOwned),
    DeleteItems: action(FolderRight.deleteAny, FolderRight.deleteOwned),
  }
}

function shownReading(rights: FolderRights): CalendarPermissionReadAccessType {
  if ((rights & FolderRight.readAny) !== 0) return 'FullDetails'
  if ((rights & FolderRight.freeBusyDetailed) !== 0) return 'TimeAndSubjectAndLocation'
  return (rights & FolderRight.freeBusySimple) !== 0 ? 'TimeOnly' : 'None'
}

/** The rights that a level stands for, or with `Custom` the single ones. Refuses ErrorInvalidPermissionSettings. */
export function givenRights(
  level: FolderProfile | 'Custom',
  given: BasePermissionType & Pick<FolderRightWords, 'ReadItems'>,
): FolderRights {
  if (level !== 'Custom') return rightsOfProfile(level)
  const said = [given.CanCreateItems, given.IsFolderVisible, given.EditItems, given.ReadItems]
  if (said.every((one) => one === undefined))
    throw new EwsRefusal(
      'ErrorInvalidPermissionSettings',
      'invalid-parameter',
      'A custom permission says which rights it has.',
    )
  return rightsOfWords(given)
}
