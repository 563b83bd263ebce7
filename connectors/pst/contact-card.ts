import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { subjectOf } from './message-header.ts'
import type { StoredMessage } from './stored-message.ts'

/** PSETID_Address (MS-OXOCNTC §2.2.1). */
const ADDRESS = '00062004-0000-0000-c000-000000000046'

const nameTags = [
  [0x3a45, 'title'],
  [0x3a06, 'given'],
  [0x3a44, 'given2'],
  [0x3a11, 'surname'],
  [0x3a05, 'generation'],
] as const
const phoneTags: readonly (readonly [id: number, context: string, feature: string])[] = [
  [0x3a08, 'work', 'voice'],
  [0x3a1b, 'work', 'voice'],
  [0x3a24, 'work', 'fax'],
  [0x3a09, 'private', 'voice'],
  [0x3a2f, 'private', 'voice'],
  [0x3a25, 'private', 'fax'],
  [0x3a1c, '', 'mobile'],
  [0x3a21, '', 'pager'],
  [0x3a1f, '', 'voice'],
]
type Place = readonly (readonly [id: number, kind: string])[]
const home: Place = [
  [0x3a5d, 'name'],
  [0x3a59, 'locality'],
  [0x3a5c, 'region'],
  [0x3a5b, 'postcode'],
  [0x3a5a, 'country'],
]
const work: Place = [
  [0x8045, 'name'],
  [0x8046, 'locality'],
  [0x8047, 'region'],
  [0x8048, 'postcode'],
  [0x8049, 'country'],
]

/** A contact as JSContact (RFC 9553). */
export function contactCard({ bag, attachments }: StoredMessage, key: string, losses: Loss[]): ItemContent {
  const text = (id: number) => {
    const value = id < 0x8000 ? bag.text(id) : bag.findNamed(ADDRESS, id)?.values[0]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const isList = /^ipm\.distlist/i.test(bag.text(tag.messageClass) ?? '')
  if (isList)
    losses.push({
      property: 'members',
      reason: 'Members of a distribution list are not carried over.',
      weight: 'visible',
    })
  if (attachments.some(({ bag }) => bag.flag(0x7fff)))
    losses.push({ property: 'photo', reason: 'The photo comes as an attachment.', weight: 'metadata' })
  const components = nameTags.flatMap(([id, kind]) =>
    text(id) === undefined ? [] : [{ kind, value: text(id) }],
  )
  const full = text(tag.displayName) ?? subjectOf(bag)
  const emails = [0x8083, 0x8093, 0x80a3].flatMap((id) =>
    text(id) === undefined ? [] : [{ address: text(id) }],
  )
  const phones = phoneTags.flatMap(([id, context, feature]) =>
    text(id) === undefined
      ? []
      : [
          {
            number: text(id),
            features: { [feature]: true },
            ...(context !== '' && { contexts: { [context]: true } }),
          },
        ],
  )
  const addresses = (
    [
      [work, 'work'],
      [home, 'private'],
    ] as const
  ).flatMap(([place, context]) => {
    const parts = place.flatMap(([id, kind]) => (text(id) === undefined ? [] : [{ kind, value: text(id) }]))
    return parts.length === 0 ? [] : [{ components: parts, contexts: { [context]: true } }]
  })
  const company = text(0x3a16)
  const department = text(0x3a18)
  const birthday = bag.number(0x3a42)
  const note = bag.text(tag.body)
  const born = birthday === undefined ? undefined : new Date(birthday)
  return {
    '@type': 'Card',
    version: '1.0',
    uid: `pst:${key}`,
    ...(isList && { kind: 'group' }),
    name: { full, ...(components.length > 0 && { components }) },
    ...((company ?? department) !== undefined && {
      organizations: {
        '1': { ...(company && { name: company }), ...(department && { units: [{ name: department }] }) },
      },
    }),
    ...(text(0x3a17) !== undefined && { titles: { '1': { name: text(0x3a17), kind: 'title' } } }),
    ...numbered('emails', emails),
    ...numbered('phones', phones),
    ...numbered('addresses', addresses),
    ...(born !== undefined &&
      !Number.isNaN(born.getTime()) && {
        anniversaries: {
          '1': {
            kind: 'birth',
            date: { year: born.getUTCFullYear(), month: born.getUTCMonth() + 1, day: born.getUTCDate() },
          },
        },
      }),
    ...(note !== undefined && { notes: { '1': { note } } }),
  }
}

const numbered = (name: string, values: readonly unknown[]) =>
  values.length === 0
    ? {}
    : { [name]: Object.fromEntries(values.map((value, at) => [String(at + 1), value])) }
