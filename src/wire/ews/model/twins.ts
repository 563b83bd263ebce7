/**
 * Typed properties of EWS that no published model has a place for. Each is kept as the MAPI property that it is (MS-OXPROPS), so
 * that it is one and the same whether a client says it by name or by tag.
 */
import type { ComplexType, Type } from '../../xml/schema.ts'
import { propertySets } from '../extended-property.ts'
import { ewsSchema } from '../schema.ts'

type Kind = 'text' | 'language' | 'number' | 'truth' | 'moment' | 'texts' | 'record'
type Twin = {
  key: string
  kind: Kind
  /** Of a record, which is kept as JSON: the type in the schema, without its prefix. */
  of?: string
}

const types = {
  text: 'String',
  language: 'String',
  record: 'String',
  number: 'Integer',
  truth: 'Boolean',
  moment: 'SystemTime',
  texts: 'StringArray',
}
const twin = (set: keyof typeof propertySets, id: string, kind: Kind): Twin => ({
  key: `{${propertySets[set]}}${id}:${types[kind]}`,
  kind,
})
const named = (set: keyof typeof propertySets, name: string, kind: Kind, of?: string): Twin => ({
  key: `{${propertySets[set]}}"${name}:${types[kind]}`,
  kind,
  ...(of && { of }),
})
const tag = (number: string, kind: Kind): Twin => ({ key: `${number}:${types[kind]}`, kind })

const reminder = {
  ReminderIsSet: twin('Common', '0x8503', 'truth'),
  ReminderDueBy: twin('Common', '0x8502', 'moment'),
  ReminderMinutesBeforeStart: twin('Common', '0x8501', 'number'),
}

const every = { Culture: named('InternetHeaders', 'content-language', 'language') }

/** By the class of the item and the name of the element. */
export const twins: Readonly<Record<string, Readonly<Record<string, Twin>>>> = {
  message: { ...every, ...reminder, IsResponseRequested: tag('0x0063', 'truth') },
  contact: { ...every, ...reminder },
  note: every,
  event: {
    ...every,
    When: named('PublicStrings', 'When', 'text'),
    EnhancedLocation: named('PublicStrings', 'EnhancedLocation', 'record', 'EnhancedLocationType'),
    OnlineMeetingSettings: named(
      'PublicStrings',
      'OnlineMeetingSettings',
      'record',
      'OnlineMeetingSettingsType',
    ),
    IsOnlineMeeting: twin('Appointment', '0x8240', 'truth'),
    ConferenceType: twin('Appointment', '0x8241', 'number'),
    MeetingWorkspaceUrl: twin('Appointment', '0x8209', 'text'),
    NetShowUrl: twin('Appointment', '0x8248', 'text'),
  },
  task: {
    ...every,
    Owner: twin('Task', '0x811f', 'text'),
    ActualWork: twin('Task', '0x8110', 'number'),
    TotalWork: twin('Task', '0x8111', 'number'),
    BillingInformation: twin('Common', '0x8535', 'text'),
    Mileage: twin('Common', '0x8534', 'text'),
    Companies: twin('Common', '0x8539', 'texts'),
    Contacts: twin('Common', '0x853a', 'texts'),
  },
}

/** When a flagged item is to be done, and when it was. */
export const flagTwins = {
  StartDate: twin('Task', '0x8104', 'moment'),
  DueDate: twin('Task', '0x8105', 'moment'),
  CompleteDate: twin('Task', '0x810f', 'moment'),
} as const

/** The extended properties that the values of an update are; null takes one away. */
export function twinsOf(
  named: Readonly<Record<string, Twin>> | undefined,
  values: Readonly<Record<string, unknown>>,
): Record<string, string | readonly string[] | null> {
  const properties: Record<string, string | readonly string[] | null> = {}
  for (const [name, { key, kind }] of Object.entries(named ?? {})) {
    const value = values[name]
    if (value !== undefined) properties[key] = value === null ? null : keptAs(kind, value)
  }
  return properties
}

const keptAs = (kind: Kind, value: unknown): string | readonly string[] =>
  kind === 'record' ? JSON.stringify(value) : Array.isArray(value) ? value.map(String) : String(value)

/** The value that a kept property is; undefined for none, and for what is none of its kind. */
export function twinValue({ kind, of }: Twin, kept: unknown): unknown {
  if (kind === 'texts') return Array.isArray(kept) && kept.length > 0 ? kept : undefined
  if (typeof kept !== 'string') return undefined
  if (kind === 'number') return Number.isSafeInteger(Number(kept)) ? Number(kept) : undefined
  if (kind === 'record') return recordIn(kept, ewsSchema.type(of!) as ComplexType)
  if (kind === 'language') return LANGUAGE.test(kept) ? kept : undefined
  if (kind === 'truth') return /^(?:true|1)$/i.test(kept)
  return kind === 'moment' && Number.isNaN(Date.parse(kept)) ? undefined : kept
}

const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/

/** The record that a text is; undefined where it is none that the schema allows, as anybody can set the property itself. */
function recordIn(text: string, type: ComplexType): Record<string, unknown> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return fits(value, type) ? (value as Record<string, unknown>) : undefined
}

function fits(value: unknown, type: Type): boolean {
  if (type.kind === 'simple') {
    if (type.base === 'double') return typeof value === 'number'
    return typeof value === 'string' && (type.words?.has(value) ?? true)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  return (
    type.required.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, one]) => {
      const field = type.byName.get(name)
      return field !== undefined && fits(one, field.type)
    })
  )
}
