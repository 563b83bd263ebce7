import { addCalendarObject } from '#src/domain/calendar/events.ts'
import { addContact } from '#src/domain/contacts/contacts.ts'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { Flag, type FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { CompanyMailbox } from './company.ts'

const DAY_MS = 86_400_000
const MESSAGES = 16
const SERIES = 2

/** What mailboxes are filled from. */
type Pool = { messages: readonly Buffer[]; series: readonly string[]; today: number }

const greetings = [
  [
    'Angebot für Herbst',
    'Guten Tag,\r\n\r\nanbei das Angebot. Bitte bis Freitag prüfen.\r\n\r\nViele Grüße\r\n',
  ],
  ['Réunion de lundi', 'Bonjour,\r\n\r\nla réunion est déplacée à lundi.\r\n\r\nÀ bientôt\r\n'],
  ['Отчёт за неделю', 'Добрый день,\r\n\r\nотчёт готов.\r\n'],
  ['打ち合わせの件', 'お世話になっております。\r\n\r\n資料をお送りします。\r\n'],
  ['Release notes', 'Hello,\r\n\r\nthe notes are ready for review.\r\n\r\nThanks\r\n'],
] as const

/** Fills one mailbox: mail of many languages in several folders, single events, series, contacts, a task and a note. */
export async function fillMailbox(
  store: Store,
  at: MailboxRef,
  owner: CompanyMailbox & { no: number },
  pool: Pool,
): Promise<void> {
  const folders = await store.mailboxes.listFolders(at)
  const folder = (name: string): Folder => folders.find(({ distinguished }) => distinguished === name)!
  const inside = { organization: at.organization, mailboxes: [at.mailbox] }
  const projects = await store.transact(inside, async ({ mailboxes }) => {
    const top = await mailboxes.createFolder(at, {
      parent: folder('msgfolderroot').no,
      name: 'Projekte – Проекты',
      class: 'message',
      subscribed: true,
    })
    return mailboxes.createFolder(at, { parent: top.no, name: '2026', class: 'message', subscribed: true })
  })
  const places = [folder('inbox').no, projects.no, folder('sentitems').no, folder('inbox').no]
  await Promise.all([
    ...Array.from({ length: owner.kind === 'user' || owner.kind === 'shared' ? MESSAGES : 0 }, (_, no) =>
      fillMessage(store, at, owner, pool, no, places[no % places.length]!),
    ),
    fillCalendar(store, at, owner, pool, folder('calendar').no),
    owner.kind === 'user' ? fillRest(store, at, owner, folder) : undefined,
  ])
}

async function fillMessage(
  store: Store,
  at: MailboxRef,
  owner: CompanyMailbox & { no: number },
  { messages, today }: Pool,
  no: number,
  folder: FolderNo,
): Promise<void> {
  const receivedAt = today - (((owner.no * 7 + no * 13) % 400) + 1) * DAY_MS
  const octets =
    no % 3 === 0 ? letter(owner, no, receivedAt) : messages[(owner.no + no * 5) % messages.length]!
  await addMessage(store, at, {
    folder,
    source: only(octets),
    sizeBytes: octets.length,
    receivedAt,
    flags:
      (no % 4 === 0 ? 0 : Flag.seen) | (no % 7 === 0 ? Flag.flagged : 0) | (no % 5 === 0 ? Flag.answered : 0),
    keywords: no % 6 === 0 ? ['Wichtig'] : [],
  })
}

async function* only(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  yield octets
}

function letter(
  { address, displayName, no: owner }: CompanyMailbox & { no: number },
  no: number,
  at: number,
): Buffer {
  const [subject, text] = greetings[(owner + no) % greetings.length]!
  const name = `=?utf-8?B?${Buffer.from(displayName).toString('base64')}?=`
  return Buffer.from(
    [
      `From: partner-${no}@partner.example`,
      `To: ${name} <${address}>`,
      `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
      `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${owner}.${no}@partner.example>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      ...(Buffer.from(text)
        .toString('base64')
        .match(/.{1,76}/g) ?? []),
      '',
    ].join('\r\n'),
  )
}

async function fillCalendar(
  store: Store,
  at: MailboxRef,
  { no, alias, kind }: CompanyMailbox & { no: number },
  { series, today }: Pool,
  folder: FolderNo,
): Promise<void> {
  const monday = new Date(today - ((new Date(today).getUTCDay() + 6) % 7) * DAY_MS)
  const day = (after: number) => new Date(monday.getTime() + after * DAY_MS).toISOString().slice(0, 10)
  for (let each = 0; each < 4; each++) {
    await addCalendarObject(store, at, folder, {
      '@type': 'Event',
      uid: `single-${each}-${alias}@corp.example`,
      title: ['Jour fixe', 'Kunde – Клиент', '打ち合わせ', 'Zahnarzt'][each]!,
      start: `${day(((no + each * 3) % 10) + 7)}T${String(9 + ((no + each * 2) % 8)).padStart(2, '0')}:00:00`,
      timeZone: 'Europe/Berlin',
      duration: 'PT1H',
      ...(each === 3 && { privacy: 'private' as const }),
    } as CalendarObject)
  }
  if (kind !== 'user') return
  for (let each = 0; each < SERIES; each++) {
    const [event] = parseCalendar(series[(no + each * 21) % series.length]!).objects
    await addCalendarObject(store, at, folder, { ...event!, uid: `${event!.uid}-${alias}` })
  }
}

async function fillRest(
  store: Store,
  at: MailboxRef,
  { alias }: CompanyMailbox,
  folder: (name: string) => Folder,
): Promise<void> {
  await addContact(store, at, folder('contacts').no, {
    '@type': 'Card',
    version: '1.0',
    uid: `contact-${alias}`,
    name: {
      full: 'Käthe Kundin',
      components: [
        { kind: 'given', value: 'Käthe' },
        { kind: 'surname', value: 'Kundin' },
      ],
    },
    emails: { e1: { address: 'kaethe@partner.example' } },
    phones: { p1: { number: '+49 89 1234', features: { voice: true }, contexts: { work: true } } },
  })
  await addCalendarObject(store, at, folder('tasks').no, {
    '@type': 'Task',
    uid: `task-${alias}`,
    title: 'Reisekosten einreichen',
    due: '2026-12-18T17:00:00',
    timeZone: 'Europe/Berlin',
  } as CalendarObject)
  await addItem(store, at, {
    folder: folder('notes').no,
    class: 'note',
    content: { title: 'Passwortmanager', text: 'Passwortmanager\r\nneuer Eintrag für das Portal' },
  })
}
