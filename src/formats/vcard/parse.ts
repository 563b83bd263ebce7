import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type Component, parseComponents, propertyOf } from '../ical/component.ts'
import { type ContentLine, paramOf } from '../ical/content-line.ts'
import { rawProperty } from '../ical/raw.ts'
import { parseText, parseTextList } from '../ical/values.ts'
import type { RawProperty } from '../jscalendar/event.ts'
import type { Anniversary, Card, CardAddress, Contacted, NameComponent } from '../jscontact/card.ts'
import { decodeTransferred } from '../mime/transfer.ts'
import { decodeText } from '../text/charset.ts'
import { addressKinds, parseStructured } from './structured.ts'
import { mediaUri, parseDay, typesOf } from './values.ts'

/**
 * Reads the cards of a text: vCard 3 (RFC 2426), 4 (RFC 6350), and 2.1 as old phones write it. What a card says and JSContact
 * cannot is kept in `vCard`. Throws `SyntaxFault` for what is no vCard.
 */
export function parseCards(text: string): Card[] {
  const cards = parseComponents(withoutSoftBreaks(text)).filter(({ name }) => name === 'VCARD')
  if (cards.length === 0) throw new SyntaxFault('No VCARD')
  return cards.map(readCard)
}

/** Quoted-printable of vCard 2.1 goes on after `=` at the end of a line, without a blank. */
const withoutSoftBreaks = (text: string): string =>
  text.replace(/^(?=[^\r\n:]*?QUOTED-PRINTABLE)[^\r\n:]*:(?:[^\r\n]*=\r?\n)+/gim, (lines) =>
    lines.replace(/=\r?\n/g, ''),
  )

type Made = { -readonly [K in keyof Card]?: Card[K] } & { rest: RawProperty[] }

function readCard(card: Component): Card {
  const made: Made = { rest: [] }
  const labels = new Map(
    card.properties.flatMap((line) =>
      line.name === 'X-ABLABEL' && line.group !== undefined
        ? [[line.group.toLowerCase(), parseText(line.value)] as const]
        : [],
    ),
  )
  for (const given of card.properties) {
    const line = decoded(given)
    if (passedOver.has(line.name) || (line.name === 'X-ABLABEL' && line.group !== undefined)) continue
    const read = Object.hasOwn(readers, line.name) ? readers[line.name] : undefined
    const label = line.group === undefined ? undefined : labels.get(line.group.toLowerCase())
    if (read === undefined || !read(made, line, label)) made.rest.push(rawProperty(line))
  }
  const { rest, ...said } = made
  const members = said.members !== undefined && said.kind === undefined ? { kind: 'group' as const } : {}
  return {
    '@type': 'Card',
    version: '1.0',
    uid: propertyOf(card, 'UID')?.value.trim() ?? '',
    ...said,
    ...members,
    ...(rest.length > 0 && { vCard: { properties: rest } }),
  }
}

const passedOver = new Set(['VERSION', 'UID'])

/** Transfer encodings of vCard 2.1 undone; octets of pictures stay for `mediaUri`. */
function decoded(line: ContentLine): ContentLine {
  const encoding = (
    paramOf(line, 'ENCODING') ??
    typesOf(line).find((type) => type === 'quoted-printable') ??
    ''
  ).toLowerCase()
  if (encoding !== 'quoted-printable') return line
  const octets = decodeTransferred('quoted-printable', Buffer.from(line.value, 'latin1'))
  return { ...line, value: decodeText(octets, paramOf(line, 'CHARSET') ?? 'utf-8').replace(/\r?\n/g, '\\n') }
}

type Reader = (made: Made, line: ContentLine, label: string | undefined) => boolean

/** Puts one more into a map of the card, under the next number. */
function add<K extends keyof Card>(made: Made, name: K, value: unknown): true {
  const before = (made[name] ?? {}) as Record<string, unknown>
  ;(made as Record<string, unknown>)[name] = { ...before, [String(Object.keys(before).length + 1)]: value }
  return true
}

function contacted(line: ContentLine, label: string | undefined): Contacted {
  const types = typesOf(line)
  const contexts = [
    ...(types.includes('work') ? ['work'] : []),
    ...(types.includes('home') ? ['private'] : []),
  ]
  const given = Number(paramOf(line, 'PREF'))
  const pref =
    Number.isInteger(given) && given >= 1 && given <= 100 ? given : types.includes('pref') ? 1 : undefined
  // Apple writes the labels that everybody has as _$!<Home>!$_.
  const said = (label ?? paramOf(line, 'LABEL'))?.replace(/^_\$!<(.*)>!\$_$/, '$1')
  return {
    ...(contexts.length > 0 && { contexts: Object.fromEntries(contexts.map((one) => [one, true as const])) }),
    ...(pref !== undefined && { pref }),
    ...(said && { label: said }),
  }
}

const features = ['voice', 'fax', 'cell', 'pager', 'text', 'video', 'textphone', 'main-number'] as const
const featureNames: Readonly<Record<string, string>> = { cell: 'mobile', 'main-number': 'main-number' }

const nameKinds = ['surname', 'given', 'given2', 'title', 'credential'] as const

const services: Readonly<Record<string, string>> = {
  'X-SKYPE': 'Skype',
  'X-JABBER': 'XMPP',
  'X-AIM': 'AIM',
  'X-ICQ': 'ICQ',
  'X-MSN': 'MSN',
  'X-YAHOO': 'Yahoo',
  'X-GOOGLE-TALK': 'Google Talk',
}

const readers: Readonly<Record<string, Reader>> = {
  FN: (made, { value }) => {
    if (made.name?.full !== undefined) return false
    made.name = { ...made.name, full: parseText(value) }
    return true
  },
  N: (made, line) => {
    const parts = parseStructured(line.value)
    const components = nameKinds.flatMap((kind, at) =>
      (parts[at] ?? []).map((value): NameComponent => ({ kind, value })),
    )
    if (components.length === 0 || made.name?.components !== undefined) return components.length === 0
    const sortAs = paramOf(line, 'SORT-AS')?.split(',') ?? []
    const sorted = { ...(sortAs[0] && { surname: sortAs[0] }), ...(sortAs[1] && { given: sortAs[1] }) }
    made.name = { ...made.name, components, ...(sortAs.length > 0 && { sortAs: sorted }) }
    return true
  },
  NICKNAME: (made, { value }) => parseTextList(value).every((name) => add(made, 'nicknames', { name })),
  ORG: (made, { value }) => {
    const [name, ...units] = parseStructured(value).map((part) => part.join(', '))
    const named = units.filter((unit) => unit !== '').map((unit) => ({ name: unit }))
    return add(made, 'organizations', { ...(name && { name }), ...(named.length > 0 && { units: named }) })
  },
  TITLE: (made, { value }) => add(made, 'titles', { name: parseText(value), kind: 'title' }),
  ROLE: (made, { value }) => add(made, 'titles', { name: parseText(value), kind: 'role' }),
  EMAIL: (made, line, label) => {
    const address = parseText(line.value)
      .replace(/^mailto:/i, '')
      .trim()
    return address !== '' && add(made, 'emails', { address, ...contacted(line, label) })
  },
  TEL: (made, line, label) => {
    const number = parseText(line.value).replace(/^tel:/i, '').trim()
    const found = features
      .filter((one) => typesOf(line).includes(one))
      .map((one) => [featureNames[one] ?? one, true as const])
    return (
      number !== '' &&
      add(made, 'phones', {
        number,
        ...(found.length > 0 && { features: Object.fromEntries(found) }),
        ...contacted(line, label),
      })
    )
  },
  IMPP: (made, line, label) => {
    const service = paramOf(line, 'X-SERVICE-TYPE')
    return add(made, 'onlineServices', {
      uri: line.value.trim(),
      ...(service && { service }),
      ...contacted(line, label),
    })
  },
  ADR: (made, line, label) => add(made, 'addresses', readAddress(line, label)),
  BDAY: (made, { value }) => readDate(made, 'birth', value),
  DEATHDATE: (made, { value }) => readDate(made, 'death', value),
  ANNIVERSARY: (made, { value }) => readDate(made, 'wedding', value),
  'X-ANNIVERSARY': (made, { value }) => readDate(made, 'wedding', value),
  NOTE: (made, { value }) => add(made, 'notes', { note: parseText(value) }),
  CATEGORIES: (made, { value }) => {
    const words = parseTextList(value)
      .map((one) => one.trim())
      .filter((one) => one !== '' && one !== '__proto__')
    made.keywords = { ...made.keywords, ...Object.fromEntries(words.map((one) => [one, true as const])) }
    return true
  },
  URL: (made, line, label) =>
    add(made, 'links', { uri: line.value.trim().replace(/\\([,;:])/g, '$1'), ...contacted(line, label) }),
  'CONTACT-URI': (made, line) => add(made, 'links', { uri: line.value.trim(), kind: 'contact' }),
  PHOTO: (made, line) => readMedia(made, 'photo', line),
  LOGO: (made, line) => readMedia(made, 'logo', line),
  SOUND: (made, line) => readMedia(made, 'sound', line),
  KEY: (made, line) => {
    const uri = mediaUri(line, 'application/pgp-keys')
    return uri !== undefined && add(made, 'cryptoKeys', { uri })
  },
  CALURI: (made, { value }) => add(made, 'calendars', { kind: 'calendar', uri: value.trim() }),
  FBURL: (made, { value }) => add(made, 'calendars', { kind: 'freeBusy', uri: value.trim() }),
  RELATED: (made, line) => {
    const key = line.value.trim()
    if (key === '__proto__') return false
    const relation = Object.fromEntries(typesOf(line).map((one) => [one, true as const]))
    made.relatedTo = { ...made.relatedTo, [key]: Object.keys(relation).length > 0 ? { relation } : {} }
    return true
  },
  KIND: (made, { value }) => readKind(made, value),
  'X-ADDRESSBOOKSERVER-KIND': (made, { value }) => readKind(made, value),
  MEMBER: (made, { value }) => readMember(made, value),
  'X-ADDRESSBOOKSERVER-MEMBER': (made, { value }) => readMember(made, value),
  REV: (made, { value }) => {
    const at = Date.parse(
      value.trim().replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?$/, '$1-$2-$3T$4:$5:$6Z'),
    )
    if (Number.isNaN(at)) return false
    made.updated = `${new Date(at).toISOString().slice(0, 19)}Z`
    return true
  },
  PRODID: (made, { value }) => {
    made.prodId = value.trim()
    return true
  },
  LANG: (made, { value }) => {
    if (made.language !== undefined) return false
    made.language = value.trim()
    return true
  },
  ...Object.fromEntries(
    Object.entries(services).map(([name, service]): [string, Reader] => [
      name,
      (made, line, label) =>
        add(made, 'onlineServices', { service, user: parseText(line.value), ...contacted(line, label) }),
    ]),
  ),
}

const kinds: readonly string[] = ['individual', 'group', 'org', 'location', 'device', 'application']

function readKind(made: Made, value: string): boolean {
  const kind = value.trim().toLowerCase()
  if (!kinds.includes(kind)) return false
  made.kind = kind as NonNullable<Card['kind']>
  return true
}

function readMember(made: Made, value: string): boolean {
  const member = value.trim()
  if (member === '' || member === '__proto__') return false
  made.members = { ...made.members, [member]: true }
  return true
}

function readAddress(line: ContentLine, label: string | undefined): CardAddress {
  const parts = parseStructured(line.value)
  const components = addressKinds.flatMap((kind, at) => (parts[at] ?? []).map((value) => ({ kind, value })))
  const { label: said, ...common } = contacted(
    { ...line, params: line.params.filter(({ name }) => name !== 'LABEL') },
    label,
  )
  const full = paramOf(line, 'LABEL')
  const [geo, zone, country] = [paramOf(line, 'GEO'), paramOf(line, 'TZ'), paramOf(line, 'CC')]
  return {
    ...common,
    ...(said !== undefined && { label: said }),
    ...(components.length > 0 && { components }),
    ...(full && { full }),
    ...(geo && { coordinates: geo }),
    ...(zone && { timeZone: zone }),
    ...(country && { countryCode: country }),
  }
}

function readDate(made: Made, kind: Anniversary['kind'], value: string): boolean {
  const date = parseDay(value)
  return date !== undefined && add(made, 'anniversaries', { kind, date })
}

function readMedia(made: Made, kind: 'photo' | 'logo' | 'sound', line: ContentLine): boolean {
  const uri = mediaUri(line, kind === 'sound' ? 'audio/basic' : 'image/jpeg')
  return uri !== undefined && add(made, 'media', { kind, uri })
}
