import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { distributionList } from '#src/formats/jscontact/list-members.ts'
import { set, tag } from '#src/formats/tnef/property-ids.ts'
import { withContactUpdates } from '#src/wire/ews/model/contact-updates.ts'
import { plainTextOf } from './item-text.ts'
import { listedMembers } from './listed-members.ts'
import { subjectOf } from './message-header.ts'
import type { StoredMessage } from './stored-message.ts'

/** Of set.common. */
const MILEAGE = 0x8534

/** Elements of EWS's contact, by their number; those from 0x8000 on are of set.address (MS-OXOCNTC §2.2.1). */
const texts: Readonly<Record<string, number>> = {
  FileAs: 0x8005,
  GivenName: 0x3a06,
  Initials: 0x3a0a,
  MiddleName: 0x3a44,
  Nickname: 0x3a4f,
  Surname: 0x3a11,
  Generation: 0x3a05,
  CompanyName: 0x3a16,
  Department: 0x3a18,
  JobTitle: 0x3a17,
  OfficeLocation: 0x3a19,
  Manager: 0x3a4e,
  AssistantName: 0x3a30,
  Profession: 0x3a46,
  SpouseName: 0x3a48,
  BusinessHomePage: 0x3a51,
}
const moments: Readonly<Record<string, number>> = { Birthday: 0x3a42, WeddingAnniversary: 0x3a41 }
const phones: Readonly<Record<string, number>> = {
  AssistantPhone: 0x3a2e,
  BusinessFax: 0x3a24,
  BusinessPhone: 0x3a08,
  BusinessPhone2: 0x3a1b,
  Callback: 0x3a02,
  CarPhone: 0x3a1e,
  CompanyMainPhone: 0x3a57,
  HomeFax: 0x3a25,
  HomePhone: 0x3a09,
  HomePhone2: 0x3a2f,
  Isdn: 0x3a2d,
  MobilePhone: 0x3a1c,
  OtherFax: 0x3a23,
  OtherTelephone: 0x3a1f,
  Pager: 0x3a21,
  PrimaryPhone: 0x3a1a,
  RadioPhone: 0x3a1d,
  Telex: 0x3a2c,
  TtyTddPhone: 0x3a4b,
}
/** Each with its name for people. */
const emails = [
  [0x8083, 0x8080],
  [0x8093, 0x8090],
  [0x80a3, 0x80a0],
] as const
const places: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Business: { Street: 0x8045, City: 0x8046, State: 0x8047, PostalCode: 0x8048, CountryOrRegion: 0x8049 },
  Home: { Street: 0x3a5d, City: 0x3a59, State: 0x3a5c, PostalCode: 0x3a5b, CountryOrRegion: 0x3a5a },
  Other: { Street: 0x3a63, City: 0x3a5f, State: 0x3a62, PostalCode: 0x3a61, CountryOrRegion: 0x3a60 },
}
const TITLE = 0x3a45
const CHILDREN = 0x3a58
const INSTANT_MESSAGING = 0x8062

/** A contact, or a distribution list, as JSContact (RFC 9553). */
export function contactCard(stored: StoredMessage, key: string, losses: Loss[]): ItemContent {
  const { bag } = stored
  const uid = `pst:${key}`
  const note = plainTextOf(stored, losses)
  if (/^ipm\.distlist/i.test(bag.text(tag.messageClass) ?? '')) {
    const list = distributionList(
      bag.text(tag.displayName) ?? subjectOf(bag),
      listedMembers(bag, losses),
      uid,
    )
    return { ...list, ...(note !== undefined && { notes: { n: { '@type': 'Note', note } } }) }
  }
  const text = (id: number) => {
    const value = id < 0x8000 ? bag.text(id) : bag.findNamed(set.address, id)?.values[0]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const textsOf = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers).flatMap(([name, id]) => {
      const value = text(id)
      return value === undefined ? [] : [[name, value] as const]
    })
  const days = Object.entries(moments).flatMap(([name, id]) => {
    const at = new Date(bag.number(id) ?? Number.NaN)
    return Number.isNaN(at.getTime()) ? [] : [[name, at.toISOString()]]
  })
  const children = (bag.find(CHILDREN)?.values ?? []).filter((value) => typeof value === 'string')
  const mileage = bag.findNamed(set.common, MILEAGE)?.values[0]
  const messenger = text(INSTANT_MESSAGING)
  const values: Record<string, unknown> = {
    DisplayName: text(tag.displayName) ?? subjectOf(bag),
    ...Object.fromEntries([...textsOf(texts), ...days]),
    ...(children.length > 0 && { Children: children }),
    ...(typeof mileage === 'string' && mileage !== '' && { Mileage: mileage }),
    ...(messenger !== undefined && { ImAddresses: [{ Key: 'ImAddress1', Value: messenger }] }),
    EmailAddresses: emails.flatMap(([id, name], at) => {
      const Value = text(id)
      return Value === undefined ? [] : [{ Key: `EmailAddress${at + 1}`, Value, ...named(text(name), Value) }]
    }),
    PhoneNumbers: textsOf(phones).map(([Key, Value]) => ({ Key, Value })),
    PhysicalAddresses: Object.entries(places).flatMap(([Key, numbers]) => {
      const parts = textsOf(numbers)
      return parts.length === 0 ? [] : [{ Key, ...Object.fromEntries(parts) }]
    }),
    ...(note !== undefined && { Notes: note }),
  }
  const card: Record<string, unknown> = withContactUpdates(
    { '@type': 'Card', version: '1.0', uid },
    { values, indexed: [], extended: {}, appended: {} },
  )
  const title = text(TITLE)
  if (title !== undefined) {
    const name = card.name as { components?: readonly object[] } | undefined
    card.name = { ...name, components: [{ kind: 'title', value: title }, ...(name?.components ?? [])] }
  }
  return card
}

const named = (name: string | undefined, address: string) =>
  name === undefined || name === address ? {} : { Name: name }
