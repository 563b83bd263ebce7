import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { formatListEntry } from '#src/wire/imap/list.ts'
import type { ResponseCode } from '#src/wire/imap/response-code.ts'
import type { Select } from '#src/wire/imap/select.ts'
import { fixedMarks, marksWithout } from './allowed-marks.ts'
import type { Completion } from './command.ts'
import { commonFlags, flagWords, isShown, readFlagWords } from './flag-words.ts'
import { delimiter } from './folder-names.ts'
import { announceFlags } from './folder-news.ts'
import { KnownKeywords } from './known-keywords.ts'
import { mailboxIdOf } from './object-ids.ts'
import { resynchronize } from './resynchronize.ts'
import { SelectedFolder } from './selected-folder.ts'
import type { ImapSession } from './session.ts'

/** Rights of which one at least makes a folder more than read-only. */
const writing = FolderRight.create | FolderRight.editAny | FolderRight.deleteAny

/** SELECT and EXAMINE (RFC 9051 §6.3.2, RFC 7162 §3.2.5; CLOSED is of its §3.2.11). What was selected before is so no more, also when this fails. */
export async function selectFolder(
  session: ImapSession,
  { mailbox: name, condstore, qresync }: Select,
  options: { readOnly: boolean },
): Promise<Completion> {
  if (session.selected !== undefined) {
    session.deselect()
    code(session, { code: 'CLOSED' }, 'The mailbox before is closed')
  }
  if (qresync !== undefined && !session.qresync) return { status: 'BAD', text: 'Say ENABLE QRESYNC first' }
  if (condstore) session.enable('CONDSTORE')
  const { mailbox, folder: found, rights } = await session.mailboxes.get(name, FolderRight.readAny)
  const readOnly = options.readOnly || (rights & writing) === 0
  const { selected, folder } = await SelectedFolder.open(session.store, mailbox.at, found.no, {
    name,
    readOnly,
    rights,
    memory: session.options.folders,
  })
  session.select(selected)
  const keywords = await session.store.mailboxes.listKeywords(mailbox.at)
  session.knownKeywords = new KnownKeywords(keywords.filter(isShown))
  announceFlags(session)
  session.untagged(`${selected.view.length} EXISTS`)
  if (!session.isRev2) {
    session.untagged(`${selected.recentCount} RECENT`)
    await tellFirstUnseen(session, selected, folder)
  }
  code(session, { code: 'UIDVALIDITY', uidValidity: folder.uidValidity }, 'UIDs are valid')
  code(session, { code: 'UIDNEXT', uid: folder.uidNext }, 'The next UID')
  const flags = readOnly ? [] : changeableFlags(session, rights)
  code(
    session,
    { code: 'PERMANENTFLAGS', flags },
    flags.length === 0 ? 'No flags can be changed' : 'Flags that are kept',
  )
  code(session, { code: 'HIGHESTMODSEQ', modseq: folder.modseq }, 'The last change')
  code(
    session,
    { code: 'MAILBOXID', id: mailboxIdOf(mailbox.at, folder.no) },
    'The mailbox stays the same under another name',
  )
  if (session.isRev2) {
    const entry = { attributes: [], delimiter, mailbox: name }
    session.untagged(formatListEntry('LIST', entry, session.utf8))
  }
  if (qresync !== undefined && qresync.uidValidity === folder.uidValidity)
    await resynchronize(session, selected, qresync)
  return {
    code: { code: readOnly ? 'READ-ONLY' : 'READ-WRITE' },
    text: `${options.readOnly ? 'EXAMINE' : 'SELECT'} completed`,
  }
}

/** What PERMANENTFLAGS tells; `\\*` where new keywords can be made. */
function changeableFlags({ knownKeywords }: ImapSession, rights: FolderRights): string[] {
  const fixed = fixedMarks(rights)
  const { flags } = marksWithout(readFlagWords(commonFlags), fixed)
  return [...flagWords({ flags, keywords: [] }), ...(fixed.keywords ? [] : [...knownKeywords, '\\*'])]
}

/** UNSEEN of RFC 3501 §6.3.1, which IMAP4rev2 has no more. */
async function tellFirstUnseen(
  session: ImapSession,
  { at, view }: SelectedFolder,
  folder: Folder,
): Promise<void> {
  const uid = await session.options.folders.unseen.find(session.store.mailboxes, at, folder)
  const sequence = uid === undefined ? 0 : view.sequenceOf(uid)
  if (sequence > 0) code(session, { code: 'UNSEEN', sequence }, 'The first that is not seen')
}

/** Refuses `not-allowed` for a folder that was examined, or in which the user has none of these rights. */
export function requireWritable(session: ImapSession, right: number): SelectedFolder {
  const { folder } = session
  if ((folder.rights & writing) === 0)
    throw new Refusal('not-allowed', 'You may only read this mailbox. Ask its owner for more rights.')
  if (folder.readOnly)
    throw new Refusal('not-allowed', 'The mailbox was opened for reading only. Use SELECT to change it.')
  if ((folder.rights & right) === 0) throw notChangedHere()
  return folder
}

/** Of marks and messages that the user has no right to change. */
export const notChangedHere = () =>
  new Refusal('not-allowed', 'You may not change this in this mailbox. Ask its owner.')

function code(session: ImapSession, responseCode: ResponseCode, text: string): void {
  session.status({ status: 'OK', code: responseCode, text })
}
