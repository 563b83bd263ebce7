import type { Right } from '#src/domain/migration/right.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { accountReason } from './accounts.ts'
import { type GrantFile, RowSayings } from './grant-rows.ts'
import type { Row } from './table.ts'
import { listOf } from './values.ts'

const calendars =
  /^(Calendar|Kalender|Calendrier|Calendario|Calend[áa]rio|Agenda|Kalendarz|Kalend[áa]ř|Napt[áa]r|Kalenteri|Takvim|Календарь|Календар|Ημερολόγιο|予定表|日历|行事曆|일정|التقويم|לוח שנה|ปฏิทิน)$/i
const edits =
  /^(Owner|PublishingEditor|Editor|PublishingAuthor|Author|CreateItems|EditAllItems|DeleteAllItems|EditOwnedItems|DeleteOwnedItems|FolderOwner|CreateSubfolders|Contributor|NonEditingAuthor)$/i
/** Levels as a shell in another language may write them. */
const editsElsewhere =
  /^(Besitzer|Bearbeiter|Autor|Mitwirkender|Ver[öo]ffentlichender (Bearbeiter|Autor)|Propri[ée]taire|[ÉE]diteur|Auteur|Collaborateur|Propietario|Colaborador|Proprietario|Autore|Collaboratore|Eigenaar|Redacteur|Inzender)$/i
const reads = /^(Reviewer|ReadItems|Pr[üu]fer|Relecteur|Revisor|Revisore)$/i
const nothing = /^(None|FolderVisible|FolderContact|Keine?|Aucune?|Ningun[oa]|Nessun[oa]|Geen|)$/i
const availability = /^(AvailabilityOnly|LimitedDetails)$/i

/**
 * Get-MailboxFolderPermission: sharing of folders, and delegates where SharingPermissionFlags says so. The cmdlet itself
 * does not tell whose folder it is unless `Identity` is `mailbox:\folder`, so a column `Mailbox` is expected otherwise.
 */
export const folderPermission: GrantFile = {
  cmdlet: 'Get-MailboxFolderPermission',
  columns: ['foldername', 'user', 'accessrights'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = ownerOf(row)
    const user = row.value('User').trim()
    const grantee = user.replace(notAName, '')
    const folder = row.value('FolderName').trim()
    const rights = listOf(row.value('AccessRights'), 'AccessRights', row.where)
    const flags = row.value('SharingPermissionFlags')
    const right = rightOf(rights, flags, calendars.test(lastName(folder)))
    if (/^ExchangePublishedUser\./i.test(user)) sayings.leave('external', owner, grantee, rights.join(', '))
    else if (right === null) {
      const isKnown = accountReason(grantee) !== null || rights.every((each) => nothing.test(each))
      sayings.leave(isKnown ? 'no-delegation' : 'unknown-right', owner, grantee, rights.join(', '))
    } else sayings.grant({ owner, grantee, right, folder })
    return sayings.said
  },
}

/** What Exchange writes in front of an account that it has no mailbox for, and of somebody outside. */
const notAName = /^(NT( User)?:|ExchangePublishedUser\.)/i

const lastName = (folder: string): string => folder.split(/[\\/]/).at(-1)!

function rightOf(rights: readonly string[], flags: string, calendar: boolean): Right | null {
  if (/\bDelegate\b/i.test(flags)) return 'delegate'
  if (rights.some((right) => edits.test(right) || editsElsewhere.test(right)))
    return calendar ? 'calendar-edit' : 'folder-edit'
  if (rights.some((right) => reads.test(right))) return 'folder-read'
  return rights.some((right) => availability.test(right)) ? 'availability' : null
}

const ownerColumns = [
  ...['Mailbox', 'MailboxOwner', 'MailboxName', 'MailboxIdentity', 'MailboxAddress', 'Owner'],
  ...['PrimarySmtpAddress', 'EmailAddress'],
]

function ownerOf(row: Row): string {
  for (const column of ownerColumns) {
    const owner = row.value(column).trim()
    if (owner !== '') return owner
  }
  const identity = /^(.+):\\/.exec(row.value('Identity').trim())?.[1]
  if (identity !== undefined) return identity
  throw new Refusal(
    'invalid-parameter',
    `${row.where} does not say whose folder it is. Export it with a column for it: ` +
      'Get-Mailbox | ForEach { $m = $_; Get-MailboxFolderPermission "$($m.PrimarySmtpAddress):\\Calendar" | ' +
      "Select-Object *,@{n='Mailbox';e={$m.PrimarySmtpAddress}} } | Export-Csv …",
  )
}
