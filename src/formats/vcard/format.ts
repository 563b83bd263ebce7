import { formatComponent } from '../ical/component.ts'
import type { ContentLine } from '../ical/content-line.ts'
import { lineOf } from '../ical/raw.ts'
import { formatText } from '../ical/values.ts'
import {
  type Anniversary,
  type Card,
  type CardAddress,
  type Contacted,
  fullNameOf,
} from '../jscontact/card.ts'
import { addressKinds } from './structured.ts'

type VcardVersion = '3.0' | '4.0'

const nameKinds = [
  ['surname', 'surname2'],
  ['given'],
  ['given2'],
  ['title'],
  ['credential', 'generation'],
] as const

type Params = { name: string; values: readonly string[] }[]

/** Writes cards one after the other, as version 4 (RFC 6350) or 3 (RFC 2426), which most programs still want. */
export function formatCards(cards: readonly Card[], version: VcardVersion = '4.0'): string {
  return cards
    .map((card) => formatComponent({ name: 'VCARD', properties: linesOf(card, version), components: [] }))
    .join('')
}

function linesOf(card: Card, version: VcardVersion): ContentLine[] {
  const four = version === '4.0'
  const lines: ContentLine[] = []
  let groups = 0
  const add = (name: string, value: string | undefined, params: Params = [], label?: string): void => {
    if (value === undefined) return
    // A label of its own hangs on a group, as Apple writes it and others read it.
    const group = label === undefined ? undefined : `item${++groups}`
    lines.push({ ...(group && { group }), name, params, value })
    if (group) lines.push({ group, name: 'X-ABLABEL', params: [], value: formatText(label!) })
  }
  const reached = (one: Contacted, types: readonly string[] = []): Params => {
    const all = [
      ...types,
      ...(one.contexts?.work ? ['work'] : []),
      ...(one.contexts?.private ? ['home'] : []),
      ...(!four && one.pref === 1 ? ['pref'] : []),
    ]
    return [
      ...(all.length > 0 ? [{ name: 'TYPE', values: all }] : []),
      ...(four && one.pref !== undefined ? [{ name: 'PREF', values: [String(one.pref)] }] : []),
    ]
  }
  add('VERSION', version)
  add('UID', card.uid || undefined)
  add('FN', formatText(fullNameOf(card)))
  add('N', structured(nameKinds.map((same) => wordsOf(card.name?.components, same))), sortAs(card))
  const nicknames = Object.values(card.nicknames ?? {})
  if (nicknames.length > 0) add('NICKNAME', nicknames.map(({ name }) => formatText(name)).join(','))
  for (const { name = '', units = [] } of Object.values(card.organizations ?? {}))
    add('ORG', [name, ...units.map((unit) => unit.name)].map(formatText).join(';'))
  for (const { name, kind } of Object.values(card.titles ?? {}))
    add(kind === 'role' ? 'ROLE' : 'TITLE', formatText(name))
  for (const one of Object.values(card.emails ?? {}))
    add('EMAIL', formatText(one.address), reached(one), one.label)
  for (const one of Object.values(card.phones ?? {})) {
    const types = Object.keys(one.features ?? {}).map((feature) => (feature === 'mobile' ? 'cell' : feature))
    add('TEL', formatText(one.number), reached(one, types), one.label)
  }
  for (const one of Object.values(card.onlineServices ?? {})) {
    const service: Params =
      one.service === undefined ? [] : [{ name: 'X-SERVICE-TYPE', values: [one.service] }]
    const user = one.user === undefined ? undefined : `x-user:${encodeURIComponent(one.user)}`
    const old = oldServices[one.service ?? '']
    if (one.uri === undefined && old !== undefined && one.user !== undefined)
      add(old, formatText(one.user), reached(one), one.label)
    else add('IMPP', one.uri ?? user, [...service, ...reached(one)], one.label)
  }
  for (const one of Object.values(card.addresses ?? {}))
    add(
      'ADR',
      structured(addressKinds.map((kind) => wordsOf(one.components, [kind]))),
      [...reached(one), ...addressParams(one)],
      one.label,
    )
  for (const one of Object.values(card.anniversaries ?? {}))
    add(anniversaryNames[version][one.kind], dateText(one, four))
  for (const { note } of Object.values(card.notes ?? {})) add('NOTE', formatText(note))
  const keywords = Object.keys(card.keywords ?? {})
  if (keywords.length > 0) add('CATEGORIES', keywords.map(formatText).join(','))
  for (const one of Object.values(card.links ?? {}))
    add(one.kind === 'contact' ? 'CONTACT-URI' : 'URL', one.uri, reached(one), one.label)
  for (const { kind, uri } of Object.values(card.media ?? {})) addMedia(add, kind.toUpperCase(), uri, four)
  for (const { uri } of Object.values(card.cryptoKeys ?? {})) addMedia(add, 'KEY', uri, four)
  for (const { kind, uri } of Object.values(card.calendars ?? {}))
    add(kind === 'freeBusy' ? 'FBURL' : 'CALURI', uri)
  for (const [uri, { relation }] of Object.entries(card.relatedTo ?? {})) {
    const types = Object.keys(relation ?? {})
    add('RELATED', uri, types.length > 0 ? [{ name: 'TYPE', values: types }] : [])
  }
  if (card.kind !== undefined) add(four ? 'KIND' : 'X-ADDRESSBOOKSERVER-KIND', card.kind)
  for (const member of Object.keys(card.members ?? {}))
    add(four ? 'MEMBER' : 'X-ADDRESSBOOKSERVER-MEMBER', member)
  add('LANG', card.language)
  add('PRODID', card.prodId)
  add('REV', card.updated && (four ? card.updated.replace(/[-:]/g, '') : card.updated))
  return [...lines, ...(card.vCard?.properties ?? []).map(lineOf)]
}

const oldServices: Readonly<Record<string, string>> = {
  Skype: 'X-SKYPE',
  XMPP: 'X-JABBER',
  AIM: 'X-AIM',
  ICQ: 'X-ICQ',
  MSN: 'X-MSN',
  Yahoo: 'X-YAHOO',
  'Google Talk': 'X-GOOGLE-TALK',
}

const anniversaryNames: Readonly<Record<VcardVersion, Readonly<Record<Anniversary['kind'], string>>>> = {
  '3.0': { birth: 'BDAY', death: 'DEATHDATE', wedding: 'X-ANNIVERSARY' },
  '4.0': { birth: 'BDAY', death: 'DEATHDATE', wedding: 'ANNIVERSARY' },
}

const structured = (parts: readonly (readonly string[])[]): string =>
  parts.map((words) => words.map(formatText).join(',')).join(';')

const wordsOf = (
  components: readonly { kind: string; value: string }[] | undefined,
  kinds: readonly string[],
): string[] => (components ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value)

function sortAs({ name }: Card): Params {
  const { surname, given } = (name?.sortAs ?? {}) as { surname?: string; given?: string }
  return surname === undefined && given === undefined
    ? []
    : [{ name: 'SORT-AS', values: [[surname ?? '', given ?? ''].join(',').replace(/,$/, '')] }]
}

function addressParams({ full, coordinates, timeZone, countryCode }: CardAddress): Params {
  const said = { LABEL: full, GEO: coordinates, TZ: timeZone, CC: countryCode }
  return Object.entries(said).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, values: [value] }],
  )
}

function dateText({ date }: Anniversary, four: boolean): string {
  if ('utc' in date) return date.utc
  const { year, month, day } = date
  const two = (number: number | undefined): string =>
    number === undefined ? '' : String(number).padStart(2, '0')
  const years = year === undefined ? '--' : String(year).padStart(4, '0')
  // Only a whole date may have its dashes left out.
  if (year !== undefined && month !== undefined && day !== undefined)
    return four ? `${years}${two(month)}${two(day)}` : `${years}-${two(month)}-${two(day)}`
  if (year !== undefined) return month === undefined ? years : `${years}-${two(month)}`
  return month === undefined ? `---${two(day)}` : `--${two(month)}${two(day)}`
}

type Add = (name: string, value: string | undefined, params?: Params) => void

/** Version 3 has octets in base64 where version 4 has a `data:` URI. */
function addMedia(add: Add, name: string, uri: string, four: boolean): void {
  const data = /^data:([a-z0-9.+-]+)\/([a-z0-9.+-]+);base64,(.*)$/is.exec(uri)
  if (four || data === null) add(name, uri, four ? [] : [{ name: 'VALUE', values: ['uri'] }])
  else
    add(name, data[3]!, [
      { name: 'ENCODING', values: ['b'] },
      {
        name: 'TYPE',
        values: [data[1]!.toLowerCase() === 'application' ? `${data[1]}/${data[2]}` : data[2]!.toUpperCase()],
      },
    ])
}
