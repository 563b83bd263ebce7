import {
  completeRights,
  type FolderProfile,
  FolderRight,
  type FolderRights,
  profileOf,
  rightsOfProfile,
} from './folder-permission.ts'
import { invalid } from './names.ts'

/** The single rights, as Exchange's Add-MailboxFolderPermission names them. */
const RIGHTS = {
  ReadItems: FolderRight.readAny,
  CreateItems: FolderRight.create,
  EditOwnedItems: FolderRight.editOwned,
  DeleteOwnedItems: FolderRight.deleteOwned,
  EditAllItems: FolderRight.editAny,
  DeleteAllItems: FolderRight.deleteAny,
  CreateSubfolders: FolderRight.createSubfolder,
  FolderOwner: FolderRight.owner,
  FolderContact: FolderRight.contact,
  FolderVisible: FolderRight.visible,
} as const

/** The roles, as Exchange's cmdlets name them, and what EWS calls them. */
const ROLES = {
  None: 'None',
  Owner: 'Owner',
  PublishingEditor: 'PublishingEditor',
  Editor: 'Editor',
  PublishingAuthor: 'PublishingAuthor',
  Author: 'Author',
  NonEditingAuthor: 'NoneditingAuthor',
  Reviewer: 'Reviewer',
  Contributor: 'Contributor',
  AvailabilityOnly: 'FreeBusyTimeOnly',
  LimitedDetails: 'FreeBusyTimeAndSubjectAndLocation',
} as const satisfies Record<string, FolderProfile>

export const FOLDER_ROLE_WORDS: readonly string[] = Object.keys(ROLES)
const FOLDER_RIGHT_WORDS: readonly string[] = Object.keys(RIGHTS)

const plain = (word: string): string => word.toLowerCase().replaceAll('-', '')

const known = new Map<string, FolderRights>([
  ...Object.entries(RIGHTS).map(([word, bits]) => [plain(word), bits] as const),
  ...Object.entries(ROLES).map(([word, profile]) => [plain(word), rightsOfProfile(profile)] as const),
  // As EWS names them.
  ...Object.values(ROLES).map((profile) => [plain(profile), rightsOfProfile(profile)] as const),
])

/**
 * The rights that words stand for together: roles or single rights, in any case, hyphens or not. Rights that follow
 * from others are there too. Refuses `invalid-parameter`.
 */
export function parseFolderRights(words: readonly string[]): FolderRights {
  const rights = words.map((word) => {
    const bits = known.get(plain(word))
    if (bits !== undefined) return bits
    throw invalid(
      `There is no right "${word.slice(0, 40)}" on folders. Use a role (${FOLDER_ROLE_WORDS.join(', ')}) or single rights (${FOLDER_RIGHT_WORDS.join(', ')}).`,
    )
  })
  return completeRights(rights.reduce((all, bits) => all | bits, 0))
}

/** The role that stands for the rights, otherwise each right that is in them. */
export function formatFolderRights(rights: FolderRights): readonly string[] {
  const profile = profileOf(rights)
  const role = Object.entries(ROLES).find(([, each]) => each === profile)?.[0]
  const whole = completeRights(rights)
  if (role !== undefined) {
    // Only Owner is the folder's contact by its role.
    const contact = role !== 'Owner' && (whole & FolderRight.contact) !== 0
    if (!contact) return [role]
    return role === 'None' ? ['FolderContact'] : [role, 'FolderContact']
  }
  const words = Object.entries(RIGHTS).filter(([, bit]) => (whole & bit) !== 0)
  // Who may read everything sees its times anyway.
  const times = (whole & FolderRight.readAny) === 0 ? timesOf(whole) : []
  return [...words.map(([word]) => word), ...times]
}

function timesOf(rights: FolderRights): readonly string[] {
  if ((rights & FolderRight.freeBusyDetailed) !== 0) return ['LimitedDetails']
  return (rights & FolderRight.freeBusySimple) !== 0 ? ['AvailabilityOnly'] : []
}
