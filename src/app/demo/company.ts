import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ldifEntries } from '#connectors/active-directory/ldif-entries.ts'
import type { RawEntry } from '#connectors/active-directory/raw-entry.ts'
import { grantSource } from '#connectors/exchange-csv/grant-source.ts'
import type { FoundGrant } from '#src/domain/migration/grant.ts'

const folder = new URL('../../../fixtures/company/', import.meta.url)
const messages = new URL('../../../fixtures/messages/', import.meta.url)
const place = (name: string) => fileURLToPath(new URL(name, folder))

export type CompanyMailbox = {
  alias: string
  address: string
  displayName: string
  first: string
  last: string
  department: string
  kind: 'user' | 'shared' | 'room' | 'equipment'
}
type CompanyGroup = { alias: string; displayName: string; members: readonly string[] }

/** The company of `fixtures/company`. Grants name their ends by aliases. */
export type Company = {
  mailboxes: readonly CompanyMailbox[]
  /** People whose mailbox is on Landbridge from the start. */
  settled: readonly CompanyMailbox[]
  contacts: readonly { name: string; address: string }[]
  groups: readonly CompanyGroup[]
  grants: readonly FoundGrant[]
}

/** What an administrator of that company would have exported. */
export const companyFiles = {
  directory: place('directory.ldf'),
  mailboxes: place('mailboxes.csv'),
  permissions: [
    'mailboxes.csv',
    'full-access.csv',
    'send-as.csv',
    'folder-permissions.csv',
    'calendar-processing.csv',
  ].map(place),
} as const

const kinds: Readonly<Record<number, CompanyMailbox['kind']>> = {
  1: 'user',
  4: 'shared',
  16: 'room',
  32: 'equipment',
}
const MAIL_USER = 128
const CONTACT = 64
const GROUP = 256

export async function readCompany(): Promise<Company> {
  const mailboxes: CompanyMailbox[] = []
  const settled: CompanyMailbox[] = []
  const contacts: { name: string; address: string }[] = []
  const groups: { entry: RawEntry; alias: string }[] = []
  const aliasOf = new Map<string, string>()
  for await (const { entry } of ldifEntries(companyFiles.directory)) {
    const type = entry.number('msExchRecipientTypeDetails') ?? 0
    const alias = entry.text('mailNickname') ?? ''
    aliasOf.set(entry.name, alias)
    if (type in kinds) mailboxes.push(mailboxOf(entry, kinds[type]!))
    else if (type === MAIL_USER) settled.push(mailboxOf(entry, 'user'))
    else if (type === CONTACT)
      contacts.push({ name: entry.text('displayName') ?? alias, address: entry.text('mail') ?? '' })
    else if (type === GROUP) groups.push({ entry, alias })
  }
  const people = new Set([...mailboxes, ...settled].map(({ alias }) => alias))
  return {
    mailboxes,
    settled,
    contacts,
    groups: groups.map(({ entry, alias }) => ({
      alias,
      displayName: entry.text('displayName') ?? alias,
      members: entry.texts('member').flatMap((dn) => aliasOf.get(dn) ?? []),
    })),
    grants: await readGrants(people),
  }
}

const mailboxOf = (entry: RawEntry, kind: CompanyMailbox['kind']): CompanyMailbox => ({
  alias: entry.text('mailNickname') ?? '',
  address: entry.text('mail') ?? '',
  displayName: entry.text('displayName') ?? '',
  first: entry.text('givenName') ?? '',
  last: entry.text('sn') ?? '',
  department: entry.text('department') ?? '',
  kind,
})

/** Accounts have at most 20 characters. */
const ACCOUNT_LENGTH = 20

async function readGrants(people: ReadonlySet<string>): Promise<FoundGrant[]> {
  const accounts = new Map([...people].map((alias) => [alias.slice(0, ACCOUNT_LENGTH), alias]))
  const named = (name: string) => {
    const last = name.split(/[\\/]/).at(-1)!.split('@')[0]!
    return people.has(last) ? last : accounts.get(last)
  }
  const found: FoundGrant[] = []
  for (const file of companyFiles.permissions) {
    const source = await grantSource(file)
    for await (const { grants } of source.read())
      for (const grant of grants) {
        const [owner, grantee] = [named(grant.owner), named(grant.grantee)]
        if (owner !== undefined && grantee !== undefined) found.push({ ...grant, owner, grantee })
      }
  }
  return found
}

/** Messages in many languages and shapes, with attachments; each as it came. */
export async function readMessages(): Promise<Buffer[]> {
  const names = (await readdir(messages)).filter((name) => name.endsWith('.eml')).toSorted()
  return Promise.all(names.map((name) => readFile(new URL(name, messages))))
}

/** A calendar for each kind of series. */
export const readSeries = async (): Promise<string[]> =>
  (await readFile(place('series.ics'), 'utf8')).split(/(?<=END:VCALENDAR\r\n)/)
