import type { Entry } from '#src/domain/directory/entry.ts'
import type { AttendeeType, EmailAddressType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { shownEntry } from '../directory-entries.ts'

/** Who is in many events of a request is looked up once. */
const known = new WeakMap<EwsCall, Map<string, Promise<Entry | undefined>>>()

/** The entry of the caller's own organisation with that address; undefined for strangers. */
function entryAt(call: EwsCall, address: string): Promise<Entry | undefined> {
  const entries = known.get(call) ?? new Map<string, Promise<Entry | undefined>>()
  known.set(call, entries)
  const key = address.toLowerCase()
  let entry = entries.get(key)
  if (entry === undefined) {
    entry = call.services.store.directory.findEntry(call.caller.acting.organization, { address: key })
    entries.set(key, entry)
  }
  return entry
}

/** The name that the address book has for an address, else the one given; undefined where there is neither. */
export async function nameAt(call: EwsCall, address: string, given?: string): Promise<string | undefined> {
  const entry = await entryAt(call, address)
  return (entry && (entry.displayName || entry.name)) || given
}

/** Name and MailboxType by the address book, as Exchange resolves colleagues; strangers stay as they are. The address stays too. */
export async function byAddressBook<Person extends { Mailbox: EmailAddressType }>(
  call: EwsCall,
  person: Person,
): Promise<Person> {
  const { EmailAddress, RoutingType } = person.Mailbox
  if (EmailAddress === undefined || RoutingType !== 'SMTP') return person
  const entry = await entryAt(call, EmailAddress)
  const shown = entry && shownEntry(entry)
  if (shown === undefined) return person
  return {
    ...person,
    Mailbox: { ...person.Mailbox, Name: shown.Name!, MailboxType: shown.MailboxType! },
  }
}

/** Looked up of one list; a message to thousands is shown all the same. */
const MOST_TYPED = 200

/** Addresses of a message with the MailboxType that colleagues and contacts have; their names are as the message says them. */
export async function typedByAddressBook(
  call: EwsCall,
  people: readonly EmailAddressType[],
): Promise<EmailAddressType[]> {
  const typed: EmailAddressType[] = []
  for (const [at, one] of people.entries()) {
    const entry =
      one.EmailAddress !== undefined && at < MOST_TYPED ? await entryAt(call, one.EmailAddress) : undefined
    const shown = entry && shownEntry(entry)
    typed.push(shown ? { ...one, MailboxType: shown.MailboxType! } : one)
  }
  return typed
}

/** Attendees as `byAddressBook` has each. */
export async function allByAddressBook(
  call: EwsCall,
  attendees: readonly AttendeeType[] | undefined,
): Promise<AttendeeType[] | undefined> {
  if (attendees === undefined) return undefined
  const shown: AttendeeType[] = []
  for (const one of attendees) shown.push(await byAddressBook(call, one))
  return shown
}
