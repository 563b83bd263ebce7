import type { RawProperty } from '../jscalendar/event.ts'

/** A contact, or a distribution list, as it is kept: JSContact (RFC 9553), and beside it what a vCard said and it cannot. */
export type Card = {
  '@type': 'Card'
  version: '1.0'
  uid: string
  /** UTC date-times. */
  created?: string
  updated?: string
  /** Default `individual`; a distribution list is a `group`. */
  kind?: 'individual' | 'group' | 'org' | 'location' | 'device' | 'application'
  language?: string
  prodId?: string
  /** Of a group: `mailto:` addresses and `urn:uuid:` of other cards. */
  members?: Readonly<Record<string, true>>
  name?: CardName
  nicknames?: Readonly<Record<string, { name: string }>>
  organizations?: Readonly<
    Record<string, { name?: string; units?: readonly { name: string }[]; sortAs?: string }>
  >
  titles?: Readonly<Record<string, { name: string; kind?: 'title' | 'role' }>>
  emails?: Readonly<Record<string, Contacted & { address: string }>>
  phones?: Readonly<Record<string, Contacted & { number: string; features?: Readonly<Record<string, true>> }>>
  onlineServices?: Readonly<Record<string, Contacted & { uri?: string; user?: string; service?: string }>>
  addresses?: Readonly<Record<string, CardAddress>>
  anniversaries?: Readonly<Record<string, Anniversary>>
  relatedTo?: Readonly<Record<string, { relation?: Readonly<Record<string, true>> }>>
  notes?: Readonly<Record<string, { note: string }>>
  keywords?: Readonly<Record<string, true>>
  links?: Readonly<Record<string, Contacted & { uri: string; kind?: 'contact' }>>
  /** `data:` URIs keep a photo within the card. */
  media?: Readonly<Record<string, { kind: 'photo' | 'logo' | 'sound'; uri: string; mediaType?: string }>>
  calendars?: Readonly<Record<string, { kind: 'calendar' | 'freeBusy'; uri: string }>>
  cryptoKeys?: Readonly<Record<string, { uri: string; mediaType?: string }>>

  /** Properties of a vCard without a place above, as they stood. */
  vCard?: { properties: readonly RawProperty[] }
}

/** What ways to reach somebody have in common. */
export type Contacted = {
  contexts?: Readonly<Record<string, true>>
  /** 1 to 100, 1 first. */
  pref?: number
  label?: string
}

type CardName = {
  /** As it is shown. */
  full?: string
  components?: readonly NameComponent[]
  isOrdered?: boolean
  sortAs?: Readonly<Record<string, string>>
}
export type NameComponent = {
  kind: 'title' | 'given' | 'given2' | 'surname' | 'surname2' | 'credential' | 'generation' | 'separator'
  value: string
  phonetic?: string
}

export type CardAddress = Contacted & {
  components?: readonly {
    kind: 'postOfficeBox' | 'apartment' | 'name' | 'locality' | 'region' | 'postcode' | 'country'
    value: string
  }[]
  countryCode?: string
  coordinates?: string
  timeZone?: string
  full?: string
}

export type Anniversary = {
  kind: 'birth' | 'death' | 'wedding'
  /** A day, as much of it as is known. */
  date: { year?: number; month?: number; day?: number } | { utc: string }
}

/** The name of one kind, its words joined: `nameOf(card, 'given')`. */
function nameOf({ name }: Pick<Card, 'name'>, kind: NameComponent['kind']): string | undefined {
  const words = (name?.components ?? []).filter((one) => one.kind === kind).map(({ value }) => value)
  return words.length > 0 ? words.join(' ') : undefined
}

/** How a card is shown in lists: its name, else its organisation or first address. */
export function fullNameOf(card: Card): string {
  const { name, organizations, emails } = card
  if (name?.full) return name.full
  const order = ['title', 'given', 'given2', 'surname', 'surname2', 'generation'] as const
  const parts = order.flatMap((kind) => nameOf(card, kind) ?? [])
  if (parts.length > 0) return parts.join(' ')
  return Object.values(organizations ?? {})[0]?.name ?? Object.values(emails ?? {})[0]?.address ?? ''
}
