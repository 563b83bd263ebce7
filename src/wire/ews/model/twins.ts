/**
 * Typed properties of EWS that no published model has a place for. Each is kept as the MAPI property that it is (MS-OXPROPS), so
 * that it is one and the same whether a client says it by name or by tag.
 */
import { propertySets } from '../extended-property.ts'

type Kind = 'text' | 'number' | 'truth' | 'moment' | 'texts'
type Twin = { key: string; kind: Kind }

const types = {
  text: 'String',
  number: 'Integer',
  truth: 'Boolean',
  moment: 'SystemTime',
  texts: 'StringArray',
}
const twin = (set: keyof typeof propertySets, id: string, kind: Kind): Twin => ({
  key: `{${propertySets[set]}}${id}:${types[kind]}`,
  kind,
})
const tag = (number: string, kind: Kind): Twin => ({ key: `${number}:${types[kind]}`, kind })

const reminder = {
  ReminderIsSet: twin('Common', '0x8503', 'truth'),
  ReminderDueBy: twin('Common', '0x8502', 'moment'),
  ReminderMinutesBeforeStart: twin('Common', '0x8501', 'number'),
}

/** By the class of the item and the name of the element. */
export const twins: Readonly<Record<string, Readonly<Record<string, Twin>>>> = {
  message: { ...reminder, IsResponseRequested: tag('0x0063', 'truth') },
  contact: reminder,
  event: {
    IsOnlineMeeting: twin('Appointment', '0x8240', 'truth'),
    ConferenceType: twin('Appointment', '0x8241', 'number'),
    MeetingWorkspaceUrl: twin('Appointment', '0x8209', 'text'),
    NetShowUrl: twin('Appointment', '0x8248', 'text'),
  },
  task: {
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
  for (const [name, { key }] of Object.entries(named ?? {})) {
    const value = values[name]
    if (value !== undefined)
      properties[key] = value === null ? null : Array.isArray(value) ? value.map(String) : String(value)
  }
  return properties
}

/** The value that a kept property is; undefined for none, and for what is none of its kind. */
export function twinValue({ kind }: Twin, kept: unknown): unknown {
  if (kind === 'texts') return Array.isArray(kept) && kept.length > 0 ? kept : undefined
  if (typeof kept !== 'string') return undefined
  if (kind === 'number') return Number.isSafeInteger(Number(kept)) ? Number(kept) : undefined
  if (kind === 'truth') return /^(?:true|1)$/i.test(kept)
  return kind === 'moment' && Number.isNaN(Date.parse(kept)) ? undefined : kept
}
