/** A card as the typed properties that CreateItem takes for a contact. */
import type { Card, NameComponent } from '#src/formats/jscontact/card.ts'
import { fullNameOf } from '#src/formats/jscontact/card.ts'
import type { ContactItemType } from '../schema-types.ts'
import { contactProperties, dateKinds, lineKinds } from './contact-fields.ts'

/** What a server works out itself, and refuses to be told; notes are its body. */
const notSet = new Set(['CompleteName', 'HasPicture', 'ContactSource', 'Notes', 'Members'])

/** PidTagDisplayNamePrefix (MS-OXCNTC 2.2.1.1.3): EWS shows the title before a name and has no property that sets it. */
export const namePrefix = { PropertyTag: '0x3a45', PropertyType: 'String' } as const

type ContactValues = {
  /** Without extended properties. */
  values: ContactItemType
  /** Title before the name, for `namePrefix`. */
  prefix: string | undefined
  /** Names of what of the card none of these says. */
  unsaid: readonly string[]
}

/** The properties of a card; the inverse of `withContactUpdates`. */
export function contactValues(card: Card): ContactValues {
  const content = card as unknown as Readonly<Record<string, unknown>>
  const values: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(contactProperties)) {
    const value = notSet.has(name) ? undefined : read(content)
    if (value !== undefined && value !== '') values[name] = value
  }
  values.DisplayName ??= fullNameOf(card)
  const notes = Object.values(card.notes ?? {}).map(({ note }) => note)
  if (notes.length > 0) values.Body = { BodyType: 'Text', Value: notes.join('\n') }
  return {
    values: values as ContactItemType,
    prefix: partOf(card, 'title'),
    unsaid: unsaidOf(card, values),
  }
}

const partOf = ({ name }: Card, kind: NameComponent['kind']): string | undefined =>
  name?.components?.find((one) => one.kind === kind)?.value

/** Parts of a card of which EWS shows some, or one: the others are named. */
const dictionaries = {
  emails: ['EmailAddresses', 'e-mail address'],
  phones: ['PhoneNumbers', 'phone number'],
  onlineServices: ['ImAddresses', 'instant messaging address'],
  addresses: ['PhysicalAddresses', 'address'],
} as const
const single = { nicknames: 'nickname', organizations: 'organization', titles: 'job title' } as const
const without = {
  media: 'photo',
  cryptoKeys: 'certificate',
  links: 'web page',
  relatedTo: 'relation',
  calendars: 'calendar address',
  keywords: 'keyword',
} as const
const nameParts: ReadonlySet<string> = new Set([
  ...['title', 'given', 'given2', 'surname', 'generation', 'separator'],
])
const lines: ReadonlySet<string> = new Set(Object.values(lineKinds))

function unsaidOf(card: Card, values: Record<string, unknown>): readonly string[] {
  const size = (name: keyof Card) => Object.keys((card[name] as object | undefined) ?? {}).length
  const unsaid: string[] = []
  for (const [name, [property, word]] of Object.entries(dictionaries))
    if (size(name as keyof Card) > ((values[property] ?? []) as unknown[]).length) unsaid.push(word)
  for (const [name, word] of Object.entries(single)) if (size(name as keyof Card) > 1) unsaid.push(word)
  for (const [name, word] of Object.entries(without)) if (size(name as keyof Card) > 0) unsaid.push(word)
  if (Object.values(card.organizations ?? {})[0]?.units?.[1] !== undefined) unsaid.push('department')
  const kinds = (card.name?.components ?? []).map(({ kind }) => kind)
  if (kinds.some((kind, at) => !nameParts.has(kind) || (kind !== 'separator' && kinds.indexOf(kind) < at)))
    unsaid.push('part of the name')
  const partly = Object.values(card.addresses ?? {}).some(({ components = [], full }) => {
    const known = components.map(({ kind }) => kind)
    return known.length === 0
      ? full !== undefined
      : known.some((kind, at) => !lines.has(kind) || known.indexOf(kind) < at)
  })
  if (partly) unsaid.push('line of an address')
  const dates = Object.entries(dateKinds).filter(([name]) => values[name] !== undefined).length
  if (size('anniversaries') > dates) unsaid.push('anniversary')
  if ((card.vCard?.properties ?? []).length > 0) unsaid.push('property of a vCard')
  return [...new Set(unsaid)]
}
