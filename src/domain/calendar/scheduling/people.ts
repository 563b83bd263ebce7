import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseImcea } from '#src/formats/address/imcea.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'

/** E-mail addresses and X500 names of one person, in lower case: whichever of them an invitation has, it is the same one. */
export type Addresses = ReadonlySet<string>

/** In lower case; of an X500 name in a mail address (IMCEAEX) the name, as Exchange writes organizers of old meetings so. */
export function addressKey(address: string): string {
  const plain = address
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase()
  if (!plain.startsWith('imceaex-')) return plain
  try {
    return parseImcea(plain.slice(0, plain.lastIndexOf('@')))?.address.toLowerCase() ?? plain
  } catch (error) {
    if (error instanceof SyntaxFault) return plain
    throw error
  }
}

/** What a participant is written to by. */
export function addressesOf({ email, sendTo }: Participant): string[] {
  const given = [email, sendTo?.imip].filter((address) => address !== undefined)
  return [...new Set(given.map(addressKey))].filter((address) => address !== '')
}

/** Its address for mail; undefined when there is none. */
export function mailAddressOf(participant: Participant): string | undefined {
  const imip = participant.sendTo?.imip
  const address = participant.email ?? (imip && /^mailto:/i.test(imip) ? imip.slice(7) : undefined)
  return address?.includes('@') ? address : undefined
}

export const isPerson = (participant: Participant, addresses: Addresses): boolean =>
  addressesOf(participant).some((address) => addresses.has(address))

/** Who holds the meeting; undefined where nobody was invited. */
export function organizerOf({ participants, replyTo }: CalendarObject): Participant | undefined {
  const owner = Object.values(participants ?? {}).find(({ roles }) => roles.owner)
  return owner ?? (replyTo?.imip === undefined ? undefined : { sendTo: replyTo, roles: { owner: true } })
}

/** Everybody but the organizer. */
export const attendeesOf = ({ participants }: CalendarObject): Participant[] =>
  Object.values(participants ?? {}).filter(({ roles }) => !roles.owner)

/** The participant that is one of `addresses`, and its key. */
export function findParticipant(
  { participants }: CalendarObject,
  addresses: Addresses,
): [key: string, participant: Participant] | undefined {
  return Object.entries(participants ?? {}).find(([, one]) => isPerson(one, addresses))
}

/** The event with one participant changed, or added when `key` is new. */
export const withParticipant = (
  event: CalendarObject,
  key: string,
  participant: Participant,
): CalendarObject => ({ ...event, participants: { ...event.participants, [key]: participant } })

/** A key that no participant has. */
export function freeKey({ participants = {} }: CalendarObject): string {
  let number = Object.keys(participants).length + 1
  while (participants[String(number)] !== undefined) number++
  return String(number)
}

/** Everybody invited to the series or to one of its occurrences, once each, by address. */
export function everybodyOf(event: CalendarObject): Map<string, Participant> {
  const found = new Map<string, Participant>()
  const add = (participants: CalendarObject['participants']): void => {
    for (const one of Object.values(participants ?? {})) {
      const address = mailAddressOf(one)
      if (address !== undefined && !one.roles.owner && !found.has(address.toLowerCase()))
        found.set(address.toLowerCase(), one)
    }
  }
  add(event.participants)
  for (const patch of Object.values(event.recurrenceOverrides ?? {}))
    if (!patch.excluded) add(patch.participants as CalendarObject['participants'])
  return found
}
