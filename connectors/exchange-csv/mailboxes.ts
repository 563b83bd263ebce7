import { type Day, parseDay } from '#src/domain/migration/day.ts'
import type { MailboxKind, MailboxNames, PlanMailbox } from '#src/domain/migration/mailbox.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { accountReason } from './accounts.ts'
import { hasColumns } from './grant-source.ts'
import { parseSize, wholeNumber } from './size.ts'
import { openTable, type Row, type Table } from './table.ts'
import { isFalse, isTrue, refuseUnlisted } from './values.ts'

export type FoundMailbox = { mailbox: PlanMailbox; names: MailboxNames; where: string }
/** A mailbox's size from Get-MailboxStatistics. */
export type FoundSize = { names: readonly string[]; sizeBytes: number; items: number }
export type MailboxFile = {
  /** Nothing in it but addresses and sizes: beside a list of mailboxes these are sizes, by itself it is the list. */
  maybeSizes: boolean
  mailboxes: readonly FoundMailbox[]
  sizes: readonly FoundSize[]
  ignored: readonly string[]
}

const addressColumns = ['PrimarySmtpAddress', 'WindowsEmailAddress', 'EmailAddress', 'Mail', 'Address']
const system =
  /^(DiscoveryMailbox|ArbitrationMailbox|MonitoringMailbox|AuditLogMailbox|SystemMailbox|PublicFolderMailbox)$/i
const systemNames = /^(HealthMailbox|SystemMailbox|DiscoverySearchMailbox|Migration\.|FederatedEmail)/i

/** Columns that a Get-MailboxStatistics export does not have. */
const onlyOfMailboxes = [
  ...['RecipientTypeDetails', 'EmailAddresses', 'Alias', 'SamAccountName', 'UserPrincipalName'],
  ...['LegacyExchangeDN', 'ExchangeGuid', 'GrantSendOnBehalfTo', 'Department', 'Office'],
  ...['Pilot', 'Vip', 'Status', 'MigratedOn', 'Announced', 'MoveOn', 'NotBefore'],
]

/**
 * The mailboxes of a Get-Mailbox export, with columns of one's own where wanted (Department, Pilot, Vip, Status, MigratedOn,
 * Announced, MoveOn, NotBefore), or the sizes of a Get-MailboxStatistics export. System mailboxes are named in `ignored`.
 */
export async function* readMailboxes(file: string, signal?: AbortSignal): AsyncGenerator<MailboxFile> {
  const table = await openTable(file, signal)
  const address = addressColumns.find((column) => hasColumns(table, [column.toLowerCase()]))
  if (address === undefined && !hasColumns(table, ['totalitemsize'])) throw noMailboxes(table)
  const maybeSizes =
    ['totalitemsize', 'sizebytes'].some((column) => hasColumns(table, [column])) &&
    !onlyOfMailboxes.some((column) => hasColumns(table, [column.toLowerCase()]))
  for await (const rows of table.rows()) {
    const mailboxes: FoundMailbox[] = []
    const sizes: FoundSize[] = []
    const ignored: string[] = []
    for (const row of rows) {
      if (address === undefined) sizes.push(sizeOf(row))
      else if (isSystem(row, address))
        ignored.push(`${row.value(address) || row.value('Name')} (${row.where})`)
      else mailboxes.push(mailboxOf(row, address))
    }
    yield { maybeSizes, mailboxes, sizes, ignored }
  }
}

const noMailboxes = (table: Table) =>
  new Refusal(
    'invalid-parameter',
    `${table.name} has none of the columns ${addressColumns.join(', ')}, so nobody can say which mailboxes it lists. ` +
      'Write it with: Get-Mailbox -ResultSize Unlimited | Export-Csv mailboxes.csv -NoTypeInformation -Encoding UTF8.',
  )

const isSystem = (row: Row, address: string): boolean =>
  system.test(row.value('RecipientTypeDetails').trim()) ||
  systemNames.test(row.value('Name').trim()) ||
  systemNames.test(row.value(address).trim())

function mailboxOf(row: Row, address: string): FoundMailbox {
  const id = row
    .value(address)
    .trim()
    .replace(/^smtp:/i, '')
    .toLowerCase()
  if (!/^[^@\s\p{Cc}\p{Bidi_Control},;<>]+@[^@\s\p{Cc}\p{Bidi_Control},;:<>()"]+$/u.test(id)) {
    throw new Refusal(
      'invalid-parameter',
      `${row.where}: "${id}" in column ${address} is no mail address. Each mailbox is known by its primary address.`,
    )
  }
  const status = statusOf(row)
  return {
    where: row.where,
    names: namesOf(row, id),
    mailbox: {
      id,
      displayName: inOneLine(row.value('DisplayName')) || inOneLine(row.value('Name')) || id,
      kind: kindOf(row.value('RecipientTypeDetails').trim()),
      sizeBytes: sizeIn(row, row.value('TotalItemSize').trim() === '' ? 'SizeBytes' : 'TotalItemSize'),
      items: itemsIn(row),
      ...x500Of(row),
      department: row.value('Department').trim() || row.value('Office').trim(),
      server: row.value('ServerName').trim() || row.value('Database').trim(),
      ...databaseOf(row),
      status,
      migratedDay: status === 'migrated' ? dayOf(row, 'MigratedOn') : null,
      announcedDay: dayOf(row, 'Announced'),
      pinnedDay: dayOf(row, 'MoveOn'),
      notBeforeDay: dayOf(row, 'NotBefore'),
      pilot: isMarked(row, 'Pilot'),
      vip: isMarked(row, 'Vip'),
    },
  }
}

const databaseOf = (row: Row): Pick<PlanMailbox, 'database'> => {
  const database = row.value('Database').trim()
  return database === '' ? {} : { database }
}

/** The name of an Exchange mailbox in its organisation, and those that it had before. */
function x500Of(row: Row): Pick<PlanMailbox, 'x500'> {
  const proxies = proxiesOf(row).filter((proxy) => /^x500:/i.test(proxy))
  const names = [row.value('LegacyExchangeDN').trim(), ...proxies.map((proxy) => proxy.slice(5))]
  const x500 = [...new Set(names.filter((name) => name.startsWith('/')))]
  return x500.length === 0 ? {} : { x500 }
}

/** `SMTP:a@b smtp:c@d`, with blanks, commas or semicolons between. */
function proxiesOf(row: Row): readonly string[] {
  const proxies = row.value('EmailAddresses').trim()
  refuseUnlisted(proxies, 'EmailAddresses', row.where)
  return proxies.replace(/^\{(.*)\}$/, '$1').split(/[\s,;]+(?=\w+:)/)
}

/** A name may have been written over several lines. */
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

function namesOf(row: Row, id: string): MailboxNames {
  const cell = (column: string) => row.value(column).trim()
  const addresses = proxiesOf(row).filter((proxy) => /^(smtp|x500):/i.test(proxy))
  const exact = [
    'Identity',
    'DistinguishedName',
    'LegacyExchangeDN',
    'UserPrincipalName',
    'Guid',
    'ExchangeGuid',
    'Sid',
    'MasterAccountSid',
  ]
  const loose = ['DisplayName', 'Name', 'Alias', 'SamAccountName']
  const identity = cell('Identity')
  const domain = domainOf(cell)
  return {
    ...(domain !== undefined && { domain }),
    // Exchange Online writes a display name or alias where Exchange has the canonical name.
    exact: [
      id,
      ...addresses,
      ...exact.map(cell).filter((name) => /[/=@\\-]/.test(name) && accountReason(name) === null),
      cell('LinkedMasterAccount'),
      accountOf(cell('SamAccountName'), domain),
    ],
    loose: [...loose.map(cell), ...(/[/=@\\]/.test(identity) ? [] : [identity])],
  }
}

/** `corp\anna` of an account in corp.example: what tells accounts of two forests apart. NetBIOS names are mostly the first label. */
function accountOf(sam: string, domain: MailboxNames['domain']): string {
  if (sam === '' || domain === undefined) return ''
  return sam.includes('\\') ? sam : `${domain.name}\\${sam}`
}

function domainOf(cell: (column: string) => string): MailboxNames['domain'] {
  const written = ['SamAccountName', 'Identity', 'UserPrincipalName']
  const told = written.map((column) => /^([^\\@=/]+)\\[^\\]+$/.exec(cell(column))?.[1])
  const name = told.find((domain) => domain !== undefined)
  if (name !== undefined) return { name, told: true }
  const place =
    /,DC=([^,]+)/i.exec(cell('DistinguishedName'))?.[1] ?? /^([\w-]+)\.[^/]+\//.exec(cell('Identity'))?.[1]
  return place === undefined ? undefined : { name: place, told: false }
}

function kindOf(type: string): MailboxKind {
  if (/^Shared/i.test(type) || /^Team|^Group/i.test(type)) return 'shared'
  if (/^Room/i.test(type)) return 'room'
  return /^Equipment/i.test(type) ? 'equipment' : 'user'
}

function isMarked(row: Row, column: string): boolean {
  const text = row.value(column).trim()
  if (isTrue(text)) return true
  if (text === '' || isFalse(text)) return false
  throw new Refusal('invalid-parameter', `${row.where}: ${column} is "${text}"; write yes, or no or nothing.`)
}

function statusOf(row: Row): PlanMailbox['status'] {
  const text = row.value('Status').trim().toLowerCase()
  if (text === '' || text === 'waiting' || text === 'unmigrated') return 'waiting'
  if (text === 'migrated' || text === 'excluded') return text
  throw new Refusal(
    'invalid-parameter',
    `${row.where}: Status is "${text}"; it may be waiting, migrated or excluded.`,
  )
}

function dayOf(row: Row, column: string): Day | null {
  const text = row.value(column).trim()
  if (text === '') return null
  const day = parseDay(text.slice(0, 10))
  if (day !== null) return day
  throw new Refusal('invalid-parameter', `${row.where}: ${column} is "${text}"; write a date as 2026-12-31.`)
}

function sizeOf(row: Row): FoundSize {
  return {
    names: ['MailboxGuid', 'LegacyDN', 'Identity', 'DisplayName']
      .map((column) => row.value(column))
      .filter((name) => name !== ''),
    sizeBytes: sizeIn(row, 'TotalItemSize'),
    items: itemsIn(row),
  }
}

/** 0 where nothing stands, or what Exchange writes for a mailbox that nobody has opened yet. */
function sizeIn(row: Row, column: string): number {
  const text = row.value(column).trim()
  if (text === '' || /^(unlimited|null)$/i.test(text)) return 0
  const size = parseSize(text)
  if (typeof size === 'number') return size
  throw new Refusal(
    'invalid-parameter',
    size === null
      ? `${row.where}: ${column} is "${text}", which is no size. Write 1.5 GB, or a whole number of bytes.`
      : `${row.where}: ${column} is "${text}", which may be ${size.either.join(' or ')}. Write one of these two, or a ` +
          'number of bytes; Get-MailboxStatistics itself writes the bytes behind it in brackets.',
  )
}

/** As PowerShell groups digits. */
function itemsIn(row: Row): number {
  const text = row.value('ItemCount').trim()
  const items = text === '' ? 0 : wholeNumber(text)
  if (items !== null) return items
  throw new Refusal('invalid-parameter', `${row.where}: ItemCount is "${text}", which is no number of items.`)
}
