/** Events, contacts, lists, tasks and notes as people have them, for benches. */
import { addItem } from '#src/domain/mailbox/add-item.ts'
import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'

export type ContentKind = keyof typeof kinds

const kinds = {
  events: { class: 'event', distinguished: 'calendar', make: eventOf },
  series: { class: 'event', distinguished: 'calendar', make: seriesOf },
  contacts: { class: 'contact', distinguished: 'contacts', make: contactOf },
  lists: { class: 'contact', distinguished: 'contacts', make: listOf },
  tasks: { class: 'task', distinguished: 'tasks', make: taskOf },
  notes: { class: 'note', distinguished: 'notes', make: noteOf },
} as const

/** Puts `count` of them into the folder that every mailbox has for them, `together` at a time. */
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

/** Every week for half a year; one occurrence is at another time, one is not held, one has another name. */
function seriesOf(no: number): ItemContent {
  const first = Date.UTC(2026, no % 12, 1 + (no % 28), 8 + (no % 9), 30)
  const week = (which: number) => new Date(first + which * 7 * 86_400_000).toISOString().slice(0, 19)
  return {
    ...eventOf(no),
    uid: `series-${no}@corp.test`,
    title: `Round ${no}`,
    start: week(0),
    timeZone: 'Etc/UTC',
    recurrenceRules: [{ '@type': 'RecurrenceRule', frequency: 'weekly', interval: 1, count: 26 }],
    recurrenceOverrides: {
      [week(3)]: { start: week(3).replace(':30:', ':45:') },
      [week(5)]: { excluded: true },
      [week(7)]: { title: `Round ${no}, the other one` },
    },
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

function listOf(no: number): ItemContent {
  const members = Array.from(
    { length: 2 + (no % 9) },
    (_, at) => `mailto:ann.sample.${no + at}@company.example`,
  )
  return {
    '@type': 'Card',
    version: '1.0',
    uid: `urn:uuid:00000000-0000-4000-9000-${String(no).padStart(12, '0')}`,
    kind: 'group',
    name: { full: `Team ${no}` },
    members: Object.fromEntries(members.map((member) => [member, true])),
  }
}

function taskOf(no: number): ItemContent {
  return {
    '@type': 'Task',
    uid: `task-${no}@corp.test`,
    title: `To do ${no}`,
    description: 'All of it, and then the rest. '.repeat(1 + (no % 5)),
    due: `2027-${two(1 + (no % 12))}-${two(1 + (no % 28))}T00:00:00`,
  }
}

function noteOf(no: number): ItemContent {
  return {
    title: `Note ${no}`,
    text: `Note ${no}\r\n${'Not to be forgotten. '.repeat(1 + (no % 8))}`,
  }
}

const two = (number: number): string => String(number).padStart(2, '0')
