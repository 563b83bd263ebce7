import { Refusal } from '../refusal.ts'
import type { Details } from './entry.ts'
import { LIMITS } from './limits.ts'

/** JRN-08: the sender of journal reports has no mailbox, and nobody may look like it. */
const RESERVED = new Set(['amazonjournaling'])

const ACCOUNT_NAME = /^[\w.-]+(@[a-zA-Z0-9.-]+\.[a-zA-Z0-9-]{2,})?$/
/** Section 19: the printable characters of Latin-1. */
const GROUP_NAME = /^[\u0020-\u00ff]+$/

/** DIR-11. Refuses `invalid-parameter`, `reserved-name`. */
export function requireUserName(name: string): string {
  return requireAccountName(name, 'user', LIMITS.userNameCharacters)
}

/** DIR-17. Refuses `invalid-parameter`, `reserved-name`. */
export function requireResourceName(name: string): string {
  return requireAccountName(name, 'resource', LIMITS.resourceNameCharacters)
}

/** Refuses `invalid-parameter`, `reserved-name`. */
export function requireGroupName(name: string): string {
  if (!GROUP_NAME.test(name) || name.trim() === '' || name.length > LIMITS.textCharacters) {
    throw invalid(`The name of a group has 1 to ${LIMITS.textCharacters} characters of Latin-1.`)
  }
  return requireUnreserved(name)
}

function requireAccountName(name: string, what: string, most: number): string {
  if (name.length > most || !ACCOUNT_NAME.test(name)) {
    throw invalid(
      `"${name.slice(0, 80)}" cannot be the name of a ${what}: it has 1 to ${most} letters, digits and . _ -, and may end in @domain.`,
    )
  }
  return requireNoOption(requireUnreserved(name))
}

/** A name or address that begins with a hyphen is an option to programs it is handed to. Refuses `invalid-parameter`. */
export function requireNoOption(name: string): string {
  if (!name.startsWith('-')) return name
  throw invalid(
    `"${name.slice(0, 80)}" begins with "-", as options of programs do, and programs that are given such an address misread it. Begin it with a letter or digit.`,
  )
}

/** For names and for addresses, whose local part counts. Refuses `reserved-name`. */
export function requireUnreserved(name: string): string {
  const local = name.split('@', 1)[0]!.split('+', 1)[0]!.toLowerCase()
  if (RESERVED.has(local)) {
    throw new Refusal(
      'reserved-name',
      `"${local}" is kept for the sender of journal reports. Choose another name.`,
    )
  }
  return name
}

/** A readable attribute: `what` names it in the refusal. Refuses `invalid-parameter`. */
export function requireText(what: string, text: string, most: number = LIMITS.textCharacters): string {
  if (text.length > most)
    throw invalid(`${what} has at most ${most} characters; this one has ${text.length}.`)
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text))
    throw invalid(`${what} contains a control character. Remove it.`)
  return text
}

/** The details that are one text each, besides the manager, which is an entry. */
export const TEXT_DETAILS: readonly string[] = [
  'firstName',
  'lastName',
  'initials',
  'phoneticFirstName',
  'phoneticLastName',
  'phoneticDisplayName',
  'jobTitle',
  'department',
  'company',
  'office',
  'street',
  'city',
  'region',
  'zipCode',
  'country',
  'telephone',
  'mobile',
  'homePhone',
  'fax',
  'assistant',
  'website',
  'notes',
] satisfies (keyof Details)[]
export const MOST_TELEPHONES = 20

/** A change of details: null removes one. */
export type DetailsChange = { [K in keyof Details]?: Details[K] | null }

/** Details with a change made to them; empty texts are removed too. Refuses `invalid-parameter`. */
export function changeDetails(details: Details, change: DetailsChange): Details {
  const changed = new Map<string, unknown>(Object.entries(details))
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue
    if (value === null || value === '') changed.delete(name)
    else changed.set(name, requireDetail(name, value))
  }
  return Object.fromEntries(changed) as Details
}

function requireDetail(name: string, value: unknown): unknown {
  if ((name === 'manager' || TEXT_DETAILS.includes(name)) && typeof value === 'string') {
    return requireText(name, value, name === 'notes' ? 1_024 : LIMITS.textCharacters)
  }
  if (name === 'otherTelephones' && Array.isArray(value) && value.length <= MOST_TELEPHONES) {
    return value.map((number) => requireText('A telephone number', String(number)))
  }
  if (name === 'customAttributes' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([number, text]) => [
        requireAttributeNumber(number),
        requireText(`Custom attribute ${number}`, String(text), 1_024),
      ]),
    )
  }
  throw invalid(`The address book cannot hold "${name.slice(0, 40)}" in this form.`)
}

function requireAttributeNumber(number: string): string {
  if (!/^([1-9]|1[0-5])$/.test(number))
    throw invalid(`Custom attributes are numbered 1 to 15; there is no "${number.slice(0, 20)}".`)
  return number
}

/** One sentence or two: what is wrong and what is right. */
export function invalid(sentence: string): Refusal {
  return new Refusal('invalid-parameter', sentence)
}
