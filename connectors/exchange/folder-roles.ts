import type { FolderClass } from '#src/domain/mailbox/folder.ts'

/** What Exchange 2010 knows (DistinguishedFolderIdNameType); a server refuses a whole request for a word that it does not know. */
export const oldRoles = [
  'inbox',
  'drafts',
  'sentitems',
  'deleteditems',
  'junkemail',
  'outbox',
  'calendar',
  'contacts',
  'tasks',
  'notes',
  'journal',
  'searchfolders',
  'voicemail',
] as const

const machineMadeRoles = [
  'syncissues',
  'conflicts',
  'localfailures',
  'serverfailures',
  'recipientcache',
  'quickcontacts',
  'imcontactlist',
  'peopleconnect',
] as const

/** Further ones of Exchange 2013 and later. */
export const newRoles = ['archive', 'conversationhistory', ...machineMadeRoles] as const

export const recoverableRoles = [
  'recoverableitemsdeletions',
  'recoverableitemsversions',
  'recoverableitemspurges',
] as const
export const archiveRecoverableRoles = [
  'archiverecoverableitemsdeletions',
  'archiverecoverableitemsversions',
  'archiverecoverableitemspurges',
] as const

/** Whether nobody sees the folder, and nobody has rights on it. */
export const isRecoverable = (role: string | null): boolean =>
  role !== null && ([...recoverableRoles, ...archiveRecoverableRoles] as readonly string[]).includes(role)

/** What programs fill by themselves: everything below such a folder is left where it is. */
export const machineMade: ReadonlySet<string> = new Set([...machineMadeRoles, 'searchfolders', 'voicemail'])

const classes: readonly [prefix: RegExp, folderClass: FolderClass, usual: string][] = [
  [/^IPF\.Appointment/i, 'event', 'IPF.Appointment'],
  [/^IPF\.Contact/i, 'contact', 'IPF.Contact'],
  [/^IPF\.Task/i, 'task', 'IPF.Task'],
  [/^IPF\.StickyNote/i, 'note', 'IPF.StickyNote'],
  [/^IPF\.Note/i, 'message', 'IPF.Note'],
]

/** What a folder holds by its PidTagContainerClass; folders without one hold mail (MS-OXOSFLD §2.2.5). */
export function classOfFolder(folderClass: string | undefined): {
  class: FolderClass
  unusual: string | null
} {
  if (folderClass === undefined || folderClass === '') return { class: 'message', unusual: null }
  for (const [prefix, found, usual] of classes)
    if (prefix.test(folderClass)) return { class: found, unusual: folderClass === usual ? null : folderClass }
  return { class: 'other', unusual: folderClass }
}
