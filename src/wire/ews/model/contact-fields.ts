/** Contacts: JSContact (RFC 9553) in the words of EWS. What JSContact has no place for is kept beside it, under `ews`. */
import { randomUUID } from 'node:crypto'
import { shownMembers } from './list-members.ts'

export type Json = Record<string, unknown>
type Entries = Record<string, Json>
export type ContactContent = Json & { ews?: Json }
type Kept = Readonly<Record<string, unknown>>

/** Properties that are a text in EWS and have no place in JSContact. */
export const texts = [
  'FileAs',
  'FileAsMapping',
  'Initials',
  'AssistantName',
  'BusinessHomePage',
  'Manager',
  'Mileage',
  'OfficeLocation',
  'PostalAddressIndex',
  'Profession',
  'SpouseName',
  'PhoneticFullName',
  'PhoneticFirstName',
  'PhoneticLastName',
  'Alias',
  'YomiNickname',
  'Gender',
] as const
export const lists = ['Children', 'Companies'] as const

export const nameKinds = {
  GivenName: 'given',
  MiddleName: 'given2',
  Surname: 'surname',
  Generation: 'generation',
} as const

export const newContact = (): ContactContent => ({
  '@type': 'Card',
  version: '1.0',
  uid: `urn:uuid:${randomUUID()}`,
})

export const entriesOf = (content: Kept, name: string): Entries => (content[name] ?? {}) as Entries
const firstOf = (content: Kept, name: string, key: string): string | undefined =>
  Object.values(entriesOf(content, name)).map((each) => each[key])[0] as string | undefined

export type NameComponent = { kind: string; value: string }
export const componentsOf = (content: Kept): NameComponent[] =>
  ((content.name as { components?: NameComponent[] } | undefined)?.components ?? []) as NameComponent[]

const part = (content: Kept, kind: string): string | undefined =>
  componentsOf(content).find((each) => each.kind === kind)?.value

export const fullName = (content: Kept): string | undefined => {
  const full = (content.name as { full?: string } | undefined)?.full
  return full || [part(content, 'given'), part(content, 'surname')].filter(Boolean).join(' ') || undefined
}

export const dateKinds = { Birthday: 'birth', WeddingAnniversary: 'wedding' } as const

/** Everything that EWS shows of a contact. */
export const contactProperties: Readonly<Record<string, (content: Kept) => unknown>> = {
  ...Object.fromEntries(
    [...texts, ...lists].map((name) => [name, (content: Kept) => (content.ews as Json | undefined)?.[name]]),
  ),
  FileAs: (content) =>
    (content.ews as Json | undefined)?.FileAs ??
    ([part(content, 'surname'), part(content, 'given')].filter(Boolean).join(', ') || fullName(content)),
  DisplayName: fullName,
  ...Object.fromEntries(
    Object.entries(nameKinds).map(([name, kind]) => [name, (content: Kept) => part(content, kind)]),
  ),
  CompleteName: (content) => {
    const name = {
      Title: part(content, 'title'),
      FirstName: part(content, 'given'),
      MiddleName: part(content, 'given2'),
      LastName: part(content, 'surname'),
      Suffix: part(content, 'generation'),
      FullName: fullName(content),
      Nickname: firstOf(content, 'nicknames', 'name'),
    }
    return Object.values(name).some((each) => each !== undefined) ? name : undefined
  },
  Nickname: (content) => firstOf(content, 'nicknames', 'name'),
  CompanyName: (content) => firstOf(content, 'organizations', 'name'),
  Department: (content) => {
    const [first] = Object.values(entriesOf(content, 'organizations'))
    return (first?.units as { name: string }[] | undefined)?.[0]?.name
  },
  JobTitle: (content) => firstOf(content, 'titles', 'name'),
  EmailAddresses: (content) =>
    dictionary(content, 'emails', emailKeys, ({ address, label }) => ({
      Value: String(address ?? ''),
      ...(label !== undefined && { Name: String(label) }),
      RoutingType: 'SMTP',
    })),
  PhoneNumbers: (content) =>
    dictionary(content, 'phones', phoneKeys, ({ number }) => ({ Value: String(number ?? '') })),
  ImAddresses: (content) =>
    dictionary(content, 'onlineServices', imKeys, ({ user, uri }) => ({ Value: String(user ?? uri ?? '') })),
  PhysicalAddresses: (content) => dictionary(content, 'addresses', addressKeys, shownAddress),
  ...Object.fromEntries(
    Object.entries(dateKinds).map(([name, kind]) => [
      name,
      (content: Kept) => {
        const found = Object.values(entriesOf(content, 'anniversaries')).find((each) => each.kind === kind)
        const date = found?.date as { utc?: string; year?: number; month?: number; day?: number } | undefined
        if (date?.utc) return date.utc
        if (!date?.year || !date.month || !date.day) return undefined
        const two = (n: number) => String(n).padStart(2, '0')
        return `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)}T00:00:00Z`
      },
    ]),
  ),
  HasPicture: (content) => Object.keys(entriesOf(content, 'media')).length > 0,
  ContactSource: () => 'Store',
  Notes: (content) => firstOf(content, 'notes', 'note'),
  Members: (content) => shownMembers(content as ContactContent),
}

const emailKeys = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3']
const imKeys = ['ImAddress1', 'ImAddress2', 'ImAddress3']
const addressKeys = ['Business', 'Home', 'Other']
/** How JSContact says what a number is for (RFC 9553 §2.3.3). */
export const phones: Readonly<Record<string, { contexts?: string; features: string }>> = {
  BusinessPhone: { contexts: 'work', features: 'voice' },
  BusinessPhone2: { contexts: 'work', features: 'voice' },
  BusinessFax: { contexts: 'work', features: 'fax' },
  HomePhone: { contexts: 'private', features: 'voice' },
  HomePhone2: { contexts: 'private', features: 'voice' },
  HomeFax: { contexts: 'private', features: 'fax' },
  MobilePhone: { features: 'mobile' },
  Pager: { features: 'pager' },
  OtherFax: { features: 'fax' },
  TtyTddPhone: { features: 'textphone' },
}
const phoneKeys = [
  ...new Set([
    ...Object.keys(phones),
    'AssistantPhone',
    'Callback',
    'CarPhone',
    'CompanyMainPhone',
    'Isdn',
    'OtherTelephone',
    'PrimaryPhone',
    'RadioPhone',
    'Telex',
  ]),
]

/** Entries under EWS's own keys; those of other programs take the keys that are left. */
function dictionary(
  content: Kept,
  name: string,
  keys: readonly string[],
  show: (entry: Json) => object,
): object[] | undefined {
  const entries = Object.entries(entriesOf(content, name))
  const taken = new Set(entries.map(([key]) => key))
  const free = keys.filter((key) => !taken.has(key))
  const shown = entries.flatMap(([key, entry]) => {
    const known = keys.includes(key) ? key : name === 'phones' ? phoneKeyOf(entry, free) : free.shift()
    return known === undefined ? [] : { Key: known, ...show(entry) }
  })
  return shown.length === 0 ? undefined : shown
}

function phoneKeyOf(entry: Json, free: string[]): string | undefined {
  const has = (set: unknown, word: string) => set !== null && typeof set === 'object' && word in set
  const found =
    free.find((key) => {
      const use = phones[key]
      if (use === undefined) return false
      const fits =
        has(entry.features, use.features) || (use.features === 'voice' && entry.features === undefined)
      return fits && (use.contexts === undefined || has(entry.contexts, use.contexts))
    }) ?? free.find((key) => key === 'OtherTelephone')
  if (found !== undefined) free.splice(free.indexOf(found), 1)
  return found
}

export const lineKinds = {
  Street: 'name',
  City: 'locality',
  State: 'region',
  CountryOrRegion: 'country',
  PostalCode: 'postcode',
} as const
export type Line = keyof typeof lineKinds

function shownAddress({ components }: Json): object {
  const parts = (components ?? []) as NameComponent[]
  return Object.fromEntries(
    Object.entries(lineKinds).flatMap(([name, kind]) => {
      const value = parts.find((each) => each.kind === kind)?.value
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
