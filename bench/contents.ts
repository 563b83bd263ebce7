/** Events and contacts as people have them, for benches. */

import { addItem } from '#src/domain/mailbox/add-item.ts'
import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'

export type ContentKind = 'events' | 'contacts'

const kinds = {
  events: { class: 'event', distinguished: 'calendar', make: eventOf },
  contacts: { class: 'contact', distinguished: 'contacts', make: contactOf },
} as const

/** Puts `count` events or contacts into the folder that every mailbox has for them, `together` at a time. */
export async function fillWith(
  kind: ContentKind,
  store: Store,
  at: MailboxRef,
  { count, together }: { count: number; together: number },
): Promise<void> {
  const { class: itemClass, distinguished, make } = kinds[kind]
  const folder = (await store.mailboxes.findFolder(at, { distinguished }))!.no
  for (let from = 0; from < count; from += together)
    await Promise.all(
      Array.from({ length: Math.min(together, count - from) }, (_, index) =>
        addItem(store, at, { folder, class: itemClass, content: make(from + index) }),
      ),
    )
}

/** Each fifth is a meeting of four, each tenth goes on every week. */
function eventOf(no: number): ItemContent {
  const day = `${2025 + (no % 2)}-${two(1 + (no % 12))}-${two(1 + (no % 28))}`
  const who = (name: string, roles: Record<string, true>) => ({
    '@type': 'Participant',
    name,
    email: `${name}@corp.test`,
    sendTo: { imip: `mailto:${name}@corp.test` },
    roles,
    participationStatus: 'accepted',
  })
  return {
    '@type': 'Event',
    uid: `event-${no}@corp.test`,
    title: `Figures ${no}`,
    description: 'What was agreed upon, and who does what until when. '.repeat(1 + (no % 20)),
    locations: { '1': { '@type': 'Location', name: `Room ${no % 7}` } },
    start: `${day}T${two(8 + (no % 9))}:30:00`,
    timeZone: 'Europe/Berlin',
    duration: 'PT45M',
    ...(no % 10 === 0 && {
      recurrenceRules: [{ '@type': 'RecurrenceRule', frequency: 'weekly', interval: 1, count: 20 }],
    }),
    ...(no % 5 === 0 && {
      participants: {
        '1': who('ann', { owner: true, attendee: true }),
        '2': who('bob', { attendee: true }),
        '3': who('cem', { attendee: true }),
        '4': who('dee', { attendee: true, optional: true }),
      },
    }),
  }
}

function contactOf(no: number): ItemContent {
  return {
    '@type': 'Card',
    version: '1.0',
    uid: `urn:uuid:00000000-0000-4000-8000-${String(no).padStart(12, '0')}`,
    name: {
      full: `Ann Sample ${no}`,
      components: [
        { kind: 'given', value: 'Ann' },
        { kind: 'surname', value: `Sample ${no}` },
      ],
    },
    organizations: { '1': { name: `Company ${no % 50}` } },
    titles: { '1': { name: 'Head of figures' } },
    emails: { '1': { address: `ann.sample.${no}@company.example` } },
    phones: {
      '1': { number: `+49 30 ${1_000_000 + no}`, features: { voice: true }, contexts: { work: true } },
    },
    notes: { '1': { note: 'Met at the fair. '.repeat(1 + (no % 10)) } },
  }
}

const two = (number: number): string => String(number).padStart(2, '0')
