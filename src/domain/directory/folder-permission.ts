/** Rights on a folder, the bits of PidTagMemberRights ([MS-OXCPERM] §2.2.7). */
export const FolderRight = {
  /** Read every item; on a shared calendar also those marked private (DIR-23). */
  readAny: 0x1,
  create: 0x2,
  editOwned: 0x8,
  deleteOwned: 0x10,
  editAny: 0x20,
  deleteAny: 0x40,
  createSubfolder: 0x80,
  owner: 0x100,
  contact: 0x200,
  visible: 0x400,
  /** Times of a calendar only. */
  freeBusySimple: 0x800,
  /** Times, subjects and places of a calendar. */
  freeBusyDetailed: 0x1000,
} as const
/** A sum of `FolderRight` bits. */
export type FolderRights = number

/** Every right that is not about free/busy times: what the profiles are told apart by. */
export const FOLDER_BITS = 0x7ff
export const ALL_FOLDER_RIGHTS: FolderRights = 0x1fff & ~0x4

/** The names of EWS CalendarPermissionLevelType, with what each stands for (Outlook's permission levels). */
const PROFILES = {
  None: 0x0,
  Owner: 0x7fb,
  PublishingEditor: 0x4fb,
  Editor: 0x47b,
  PublishingAuthor: 0x49b,
  Author: 0x41b,
  NoneditingAuthor: 0x413,
  Reviewer: 0x401,
  Contributor: 0x402,
  FreeBusyTimeOnly: FolderRight.freeBusySimple,
  FreeBusyTimeAndSubjectAndLocation: FolderRight.freeBusySimple | FolderRight.freeBusyDetailed,
} as const
export type FolderProfile = keyof typeof PROFILES

/** The rights of a profile. Who may read a calendar also sees its times. */
export function rightsOfProfile(profile: FolderProfile): FolderRights {
  return completeRights(PROFILES[profile])
}

/** The profile that stands for exactly these rights, or `Custom`. Being the folder's contact changes no profile but Owner's. */
export function profileOf(rights: FolderRights): FolderProfile | 'Custom' {
  const whole = completeRights(rights)
  const plain = (whole & FolderRight.owner) !== 0 ? whole | FolderRight.contact : whole & ~FolderRight.contact
  for (const [name, bits] of Object.entries(PROFILES)) {
    if (completeRights(bits) === plain) return name as FolderProfile
  }
  return 'Custom'
}

/** Rights with those that follow from them: reading shows times, detailed times are times, "any" is also "own". */
export function completeRights(rights: FolderRights): FolderRights {
  let whole = rights & ALL_FOLDER_RIGHTS
  if ((whole & FolderRight.owner) !== 0) whole |= FolderRight.visible
  if ((whole & FolderRight.editAny) !== 0) whole |= FolderRight.editOwned
  if ((whole & FolderRight.deleteAny) !== 0) whole |= FolderRight.deleteOwned
  if ((whole & FolderRight.readAny) !== 0) whole |= FolderRight.freeBusyDetailed
  if ((whole & FolderRight.freeBusyDetailed) !== 0) whole |= FolderRight.freeBusySimple
  return whole
}

/** Single rights in the words of EWS BasePermissionType. */
export type FolderRightWords = {
  CanCreateItems?: boolean | undefined
  CanCreateSubFolders?: boolean | undefined
  IsFolderOwner?: boolean | undefined
  IsFolderVisible?: boolean | undefined
  IsFolderContact?: boolean | undefined
  EditItems?: 'None' | 'Owned' | 'All' | undefined
  DeleteItems?: 'None' | 'Owned' | 'All' | undefined
  ReadItems?: keyof typeof reading | undefined
}

const reading = {
  None: 0,
  TimeOnly: FolderRight.freeBusySimple,
  TimeAndSubjectAndLocation: FolderRight.freeBusyDetailed,
  FullDetails: FolderRight.readAny,
} as const

/** What the single rights come to. */
export function rightsOfWords(given: FolderRightWords): FolderRights {
  const flag = (said: boolean | undefined, right: number): number => (said ? right : 0)
  const action = (said: FolderRightWords['EditItems'], any: number, own: number): number =>
    said === 'All' ? any : said === 'Owned' ? own : 0
  return completeRights(
    flag(given.CanCreateItems, FolderRight.create) |
      flag(given.CanCreateSubFolders, FolderRight.createSubfolder) |
      flag(given.IsFolderOwner, FolderRight.owner) |
      flag(given.IsFolderVisible, FolderRight.visible) |
      flag(given.IsFolderContact, FolderRight.contact) |
      action(given.EditItems, FolderRight.editAny, FolderRight.editOwned) |
      action(given.DeleteItems, FolderRight.deleteAny, FolderRight.deleteOwned) |
      reading[given.ReadItems ?? 'None'],
  )
}
