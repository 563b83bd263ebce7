import type { FolderClass } from './folder.ts'
import type { DistinguishedFolder } from './store.ts'

const folder = (
  distinguished: string,
  parent: string | null,
  name: string,
  folderClass: FolderClass,
): DistinguishedFolder => ({ distinguished, parent, name, class: folderClass })

/** What mail programs show when they are set up. */
const subscribed = new Set(['inbox', 'drafts', 'sentitems', 'deleteditems', 'junkemail', 'archive'])

/**
 * Every folder of EWS DistinguishedFolderIdNameType, parents before children, with the places and English names
 * Exchange gives them. `publicfoldersroot` is not among them: public folders are not offered (LIM-24). What a
 * user sees lies below `msgfolderroot`; everything else, the archive too, is for programs and not shown by IMAP.
 */
export const distinguishedFolders: readonly DistinguishedFolder[] = [
  folder('root', null, 'Root', 'other'),
  folder('msgfolderroot', 'root', 'Top of Information Store', 'other'),
  folder('inbox', 'msgfolderroot', 'Inbox', 'message'),
  folder('drafts', 'msgfolderroot', 'Drafts', 'message'),
  folder('sentitems', 'msgfolderroot', 'Sent Items', 'message'),
  folder('deleteditems', 'msgfolderroot', 'Deleted Items', 'message'),
  folder('junkemail', 'msgfolderroot', 'Junk Email', 'message'),
  folder('outbox', 'msgfolderroot', 'Outbox', 'message'),
  folder('archive', 'msgfolderroot', 'Archive', 'message'),
  folder('calendar', 'msgfolderroot', 'Calendar', 'event'),
  folder('contacts', 'msgfolderroot', 'Contacts', 'contact'),
  folder('tasks', 'msgfolderroot', 'Tasks', 'task'),
  folder('notes', 'msgfolderroot', 'Notes', 'note'),
  folder('journal', 'msgfolderroot', 'Journal', 'other'),
  folder('conversationhistory', 'msgfolderroot', 'Conversation History', 'other'),
  folder('teamchat', 'conversationhistory', 'Team Chat', 'other'),
  folder('teamchathistory', 'root', 'TeamChatHistory', 'other'),
  folder('syncissues', 'msgfolderroot', 'Sync Issues', 'other'),
  folder('conflicts', 'syncissues', 'Conflicts', 'other'),
  folder('localfailures', 'syncissues', 'Local Failures', 'other'),
  folder('serverfailures', 'syncissues', 'Server Failures', 'other'),
  folder('recipientcache', 'contacts', 'Recipient Cache', 'contact'),
  folder('quickcontacts', 'contacts', 'Skype for Business Contacts', 'contact'),
  folder('imcontactlist', 'contacts', 'IM Contact List', 'contact'),
  folder('peopleconnect', 'contacts', 'PeopleConnect', 'contact'),
  folder('externalcontacts', 'root', 'ExternalContacts', 'contact'),
  folder('mecontact', 'root', 'MeContact', 'contact'),
  folder('personmetadata', 'root', 'PersonMetadata', 'contact'),
  folder('directory', 'root', 'Directory', 'other'),
  folder('searchfolders', 'root', 'Finder', 'search'),
  folder('voicemail', 'searchfolders', 'Voice Mail', 'search'),
  folder('todosearch', 'root', 'To-Do Search', 'search'),
  folder('mycontacts', 'root', 'MyContacts', 'search'),
  folder('favorites', 'root', 'Favorites', 'search'),
  folder('alltaggeditems', 'root', 'AllTaggedItems', 'search'),
  folder('important', 'root', 'Important', 'search'),
  folder('starred', 'root', 'Starred', 'search'),
  folder('tagitems', 'root', 'TagItems', 'other'),
  folder('scheduled', 'root', 'Scheduled', 'other'),
  folder('orionnotes', 'root', 'OrionNotes', 'note'),
  folder('teamspaceactivity', 'root', 'TeamspaceActivity', 'other'),
  folder('teamspacemessaging', 'root', 'TeamspaceMessaging', 'other'),
  folder('teamspaceworkitems', 'root', 'TeamspaceWorkItems', 'other'),
  folder('yammerroot', 'root', 'Yammer Root', 'other'),
  folder('yammerinbound', 'yammerroot', 'Inbound', 'other'),
  folder('yammeroutbound', 'yammerroot', 'Outbound', 'other'),
  folder('yammerfeeds', 'yammerroot', 'Feeds', 'other'),
  folder('onedriveroot', 'root', 'OneDriveRoot', 'other'),
  folder('onedriverecylebin', 'onedriveroot', 'OneDriveRecycleBin', 'other'),
  folder('onedrivesystem', 'onedriveroot', 'OneDriveSystem', 'other'),
  folder('onedrivevolume', 'onedriveroot', 'OneDriveVolume', 'other'),
  folder('recoverableitemsroot', 'root', 'Recoverable Items', 'other'),
  folder('recoverableitemsdeletions', 'recoverableitemsroot', 'Deletions', 'other'),
  folder('recoverableitemsversions', 'recoverableitemsroot', 'Versions', 'other'),
  folder('recoverableitemspurges', 'recoverableitemsroot', 'Purges', 'other'),
  folder('recoverableitemsdiscoveryholds', 'recoverableitemsroot', 'DiscoveryHolds', 'other'),
  folder('adminauditlogs', 'recoverableitemsroot', 'AdminAuditLogs', 'other'),
  folder('archiveroot', 'root', 'Archive Root', 'other'),
  folder('archivemsgfolderroot', 'archiveroot', 'Top of Information Store', 'other'),
  folder('archiveinbox', 'archivemsgfolderroot', 'Inbox', 'message'),
  folder('archivedeleteditems', 'archivemsgfolderroot', 'Deleted Items', 'message'),
  folder('archiverecoverableitemsroot', 'archiveroot', 'Recoverable Items', 'other'),
  folder('archiverecoverableitemsdeletions', 'archiverecoverableitemsroot', 'Deletions', 'other'),
  folder('archiverecoverableitemsversions', 'archiverecoverableitemsroot', 'Versions', 'other'),
  folder('archiverecoverableitemspurges', 'archiverecoverableitemsroot', 'Purges', 'other'),
  folder('archiverecoverableitemsdiscoveryholds', 'archiverecoverableitemsroot', 'DiscoveryHolds', 'other'),
].map((each) => (subscribed.has(each.distinguished) ? { ...each, subscribed: true } : each))

/** Those a user may give another name; Exchange refuses it for the others. */
export const renamable: ReadonlySet<string> = new Set(['archive', 'conversationhistory'])

/** Roots of the areas that do not count against the quota. */
export const recoverableRoots = ['recoverableitemsroot', 'archiverecoverableitemsroot'] as const

/** Whether items in a folder with that role count against the quota. */
export const countsForQuota = (role: string | null): boolean => role === null || !recoverable.has(role)

const recoverable: ReadonlySet<string> = new Set(
  distinguishedFolders.flatMap(({ distinguished, parent }) =>
    (recoverableRoots as readonly (string | null)[]).includes(parent) ? [distinguished] : [],
  ),
)
