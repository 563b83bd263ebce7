/** What clients set of contacts, put into them. */

import type { BodyType } from '../schema-types.ts'
import {
  type ContactContent,
  componentsOf,
  contactProperties,
  dateKinds,
  entriesOf,
  fullName,
  type Json,
  type Line,
  lineKinds,
  lists,
  type NameComponent,
  nameKinds,
  phones,
  texts,
} from './contact-fields.ts'
import { type GivenMember, putMembers, takeMember } from './list-members.ts'
import type { ItemUpdates } from './updates.ts'

/** The contact with what is set. */
export function withContactUpdates(
  before: ContactContent,
  { values, indexed, appended }: ItemUpdates,
): ContactContent {
  const content = structuredClone(before)
  for (const [name, value] of Object.entries(values)) setProperty(content, name, value)
  for (const { uri, index, value } of indexed) {
    const line = /^contacts:PhysicalAddress:(\w+)$/.exec(uri)?.[1]
    if (line !== undefined) setLine(content, index, line as Line, value as string | null)
    else if (uri === 'contacts:PhoneNumber') setPhone(content, index, value as string | null)
    else if (uri === 'contacts:EmailAddress')
      putEntry(content, 'emails', index, value === null ? null : { '@type': 'EmailAddress', address: value })
    else if (uri === 'contacts:ImAddress')
      putEntry(
        content,
        'onlineServices',
        index,
        value === null ? null : { '@type': 'OnlineService', user: value },
      )
    else if (uri === 'distributionlist:Members:Member' && value === null) takeMember(content, index)
  }
  if (appended.Members !== undefined)
    putMembers(content, appended.Members as readonly GivenMember[], { behind: true })
  if (appended.Body !== undefined) {
    const { Value } = appended.Body as BodyType
    setProperty(content, 'Notes', `${contactProperties.Notes!(content) ?? ''}${Value}`)
  }
  return content
}

type DictionaryEntry = Json & { Key: string; Value?: string; Name?: string }

function setProperty(content: ContactContent, name: string, value: unknown): void {
  if ((texts as readonly string[]).includes(name) || (lists as readonly string[]).includes(name)) {
    const { [name]: _, ...others } = content.ews ?? {}
    content.ews = value === null ? others : { ...others, [name]: value }
    return
  }
  if (name in nameKinds) setName(content, nameKinds[name as keyof typeof nameKinds], value as string | null)
  if (name in dateKinds) setDate(content, dateKinds[name as keyof typeof dateKinds], value as string | null)
  switch (name) {
    case 'DisplayName':
    case 'Subject':
      if (name === 'Subject' && fullName(content) !== undefined) return
      content.name = { ...(content.name as Json | undefined), full: value ?? '' }
      return
    case 'Nickname':
      putEntry(content, 'nicknames', 'n', value === null ? null : { '@type': 'Nickname', name: value })
      return
    case 'JobTitle': {
      const title = value === null ? null : { '@type': 'Title', kind: 'title', name: value }
      putEntry(content, 'titles', 't', title)
      return
    }
    case 'CompanyName':
    case 'Department':
      setOrganization(content, name, value as string | null)
      return
    case 'Body':
    case 'Notes': {
      const note =
        value === null ? '' : typeof value === 'string' ? value : (value as { Value: string }).Value
      putEntry(content, 'notes', 'n', note === '' ? null : { '@type': 'Note', note })
      return
    }
    case 'Members':
      putMembers(content, (value ?? []) as readonly GivenMember[], { behind: false })
      return
    case 'EmailAddresses':
      for (const { Key, Value, Name } of entriesGiven(content, 'emails', value))
        putEntry(content, 'emails', Key, {
          '@type': 'EmailAddress',
          address: Value ?? '',
          ...(Name && { label: Name }),
        })
      return
    case 'PhoneNumbers':
      for (const { Key, Value } of entriesGiven(content, 'phones', value))
        setPhone(content, Key, Value ?? null)
      return
    case 'ImAddresses':
      for (const { Key, Value } of entriesGiven(content, 'onlineServices', value))
        putEntry(content, 'onlineServices', Key, { '@type': 'OnlineService', user: Value ?? '' })
      return
    case 'PhysicalAddresses':
      for (const entry of entriesGiven(content, 'addresses', value))
        for (const line of Object.keys(lineKinds) as Line[])
          if (entry[line] !== undefined) setLine(content, entry.Key, line, entry[line] as string)
      return
    default:
  }
}

/** Those of a whole dictionary; without a value all of them go. */
function entriesGiven(content: ContactContent, name: string, value: unknown): readonly DictionaryEntry[] {
  delete content[name]
  return (value ?? []) as readonly DictionaryEntry[]
}

function putEntry(content: ContactContent, name: string, key: string, entry: Json | null): void {
  const { [key]: _, ...others } = entriesOf(content, name)
  const entries = entry === null ? others : { ...others, [key]: entry }
  if (Object.keys(entries).length === 0) delete content[name]
  else content[name] = entries
}

function setName(content: ContactContent, kind: string, value: string | null): void {
  const others = componentsOf(content).filter((each) => each.kind !== kind)
  const components = value === null || value === '' ? others : [...others, { kind, value }]
  content.name = { ...(content.name as Json | undefined), components }
}

function setOrganization(
  content: ContactContent,
  name: 'CompanyName' | 'Department',
  value: string | null,
): void {
  const [first = {}] = Object.values(entriesOf(content, 'organizations'))
  const { name: company, units } = first as { name?: string; units?: unknown }
  const [nextName, nextUnits] =
    name === 'CompanyName' ? [value, units] : [company, value ? [{ name: value }] : undefined]
  const next = {
    '@type': 'Organization',
    ...(nextName ? { name: nextName } : {}),
    ...(nextUnits ? { units: nextUnits } : {}),
  }
  putEntry(content, 'organizations', 'o', Object.keys(next).length === 1 ? null : next)
}

function setPhone(content: ContactContent, key: string, value: string | null): void {
  const { contexts, features } = phones[key] ?? { features: 'voice' }
  putEntry(
    content,
    'phones',
    key,
    value === null || value === ''
      ? null
      : {
          '@type': 'Phone',
          number: value,
          features: { [features]: true },
          ...(contexts && { contexts: { [contexts]: true } }),
        },
  )
}

const addressContexts: Readonly<Record<string, string>> = { Business: 'work', Home: 'private' }

function setLine(content: ContactContent, key: string, line: Line, value: string | null): void {
  const kind = lineKinds[line]
  if (kind === undefined) return
  const before = entriesOf(content, 'addresses')[key] ?? {}
  const others = ((before.components ?? []) as NameComponent[]).filter((each) => each.kind !== kind)
  const components = value === null || value === '' ? others : [...others, { kind, value }]
  const context = addressContexts[key]
  putEntry(
    content,
    'addresses',
    key,
    components.length === 0
      ? null
      : { '@type': 'Address', components, ...(context && { contexts: { [context]: true } }) },
  )
}

function setDate(content: ContactContent, kind: string, value: string | null): void {
  putEntry(
    content,
    'anniversaries',
    kind,
    value === null ? null : { '@type': 'Anniversary', kind, date: { '@type': 'Timestamp', utc: value } },
  )
}
