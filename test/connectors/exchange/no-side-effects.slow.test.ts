/** Migration.md 1.4: nothing leaves because something is imported, whatever would answer, forward or act on it were it delivered. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag, type Item } from '#src/domain/mailbox/item.ts'
import { type ExchangeSite, exchangeSiteWith } from './exchange-site.ts'
import { passesBetween } from './passes-between.ts'

const address = 'ann@corp.test'
const there = await exchangeSiteWith('ann', 'bob')
const here = await exchangeSiteWith('ann', 'bob')

const calendar = (method: string, uid: string, more: readonly string[] = []) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//X//Y//EN', `METHOD:${method}`, 'BEGIN:VEVENT'],
    ...[`UID:${uid}`, 'DTSTAMP:20260101T000000Z', 'DTSTART:20310203T090000Z', 'DTEND:20310203T100000Z'],
    ...['SEQUENCE:1', `SUMMARY:${uid}`, 'ORGANIZER:mailto:olga@partner.example', ...more],
    ...['ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ann@corp.test', 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n')
const meeting = (method: string, uid: string, more?: readonly string[]) => ({
  header: ['MIME-Version: 1.0', `Content-Type: text/calendar; method=${method}; charset=utf-8`],
  text: calendar(method, uid, more),
})
const COMMON = '{00062008-0000-0000-c000-000000000046}'

type Row = {
  folder?: string
  flags?: number
  header?: readonly string[]
  text?: string
  properties?: Record<string, string>
}
/** What something here would act on, by its subject. */
const rows: Readonly<Record<string, Row>> = {
  'wishes receipts': {
    header: [
      'Disposition-Notification-To: <olga@partner.example>',
      'Return-Receipt-To: <olga@partner.example>',
    ],
  },
  'wishes receipts, read': {
    flags: Flag.seen,
    header: ['Disposition-Notification-To: <olga@partner.example>'],
  },
  'an invitation': meeting('REQUEST', 'invitation@partner.example'),
  'a request to a series': meeting('REQUEST', 'series@partner.example', ['RRULE:FREQ=DAILY;COUNT=9']),
  'called off': meeting('CANCEL', 'cancelled@partner.example'),
  'an answer': meeting('REPLY', 'answer@partner.example'),
  'another time is proposed': meeting('COUNTER', 'counter@partner.example'),
  'a task that was assigned': { properties: { '0x001a:String': 'IPM.TaskRequest' } },
  'a vote': {
    properties: {
      '0x001a:String': 'IPM.Note',
      [`${COMMON}0x8524:String`]: 'Yes',
      [`${COMMON}0x8520:Binary`]: 'AgEGAAAA',
    },
  },
  'came back': {
    properties: { '0x001a:String': 'REPORT.IPM.Note.NDR' },
    header: [
      'MIME-Version: 1.0',
      'Auto-Submitted: auto-replied',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    ],
    text: '--b\r\n\r\nNo.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; olga@partner.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n',
  },
  'rings since long ago': {
    properties: {
      [`${COMMON}0x8503:Boolean`]: 'true',
      [`${COMMON}0x8560:SystemTime`]: '2020-01-01T00:00:00Z',
    },
  },
  'still to be sent': { folder: 'outbox', flags: Flag.seen, header: ['To: olga@partner.example'] },
  'sent later': {
    folder: 'drafts',
    flags: Flag.draft,
    header: ['To: olga@partner.example', 'Deferred-Delivery: Mon, 1 Jan 2024 00:00:00 +0000'],
  },
  'sent to others': {
    folder: 'sentitems',
    flags: Flag.seen,
    header: ['To: olga@partner.example, bob@corp.test'],
  },
}

async function put(site: ExchangeSite): Promise<void> {
  const { store } = site.service.data
  const at = await site.mailboxAt(address)
  for (const [
    subject,
    { folder = 'inbox', flags = 0, header = [], text = 'Text\r\n', properties = {} },
  ] of Object.entries(rows)) {
    const to = header.some((line) => line.startsWith('To:')) ? [] : [`To: ${address}`]
    const lines = [
      'From: olga@partner.example',
      ...to,
      `Subject: ${subject}`,
      `Message-ID: <${encodeURIComponent(subject)}@x>`,
      ...header,
    ]
    const octets = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
    await addMessage(store, at, {
      ...{ folder: (await store.mailboxes.findFolder(at, { distinguished: folder }))!.no, flags, properties },
      ...{ source: Readable.from([octets]), sizeBytes: octets.length, receivedAt: Date.UTC(2026, 0, 2) },
    })
  }
  await site.client(address).one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          ...{ Subject: 'own meeting', Start: '2031-03-01T08:00:00Z', End: '2031-03-01T09:00:00Z' },
          RequiredAttendees: [
            { Mailbox: { EmailAddress: 'olga@partner.example' } },
            { Mailbox: { EmailAddress: 'bob@corp.test' } },
          ],
        },
      },
    ],
  } as never)
}

/** Whatever may act for somebody is switched on. */
async function switchOn(site: ExchangeSite): Promise<void> {
  const ann = site.client(address)
  await ann.ask('AddDelegate', {
    Mailbox: { EmailAddress: address },
    DelegateUsers: [
      {
        UserId: { PrimarySmtpAddress: 'bob@corp.test' },
        DelegatePermissions: { CalendarFolderPermissionLevel: 'Editor' },
        ReceiveCopiesOfMeetingMessages: true,
      },
    ],
    DeliverMeetingRequests: 'DelegatesAndMe',
  })
  const Actions = [
    { ForwardToRecipients: [{ EmailAddress: 'olga@partner.example' }] },
    { RedirectToRecipients: [{ EmailAddress: 'bob@corp.test' }] },
    { MoveToFolder: { DistinguishedFolderId: { Id: 'junkemail' } } },
  ]
  await ann.ask('UpdateInboxRules', {
    RemoveOutlookRuleBlob: true,
    Operations: Actions.map((each, at) => ({
      CreateRuleOperation: {
        Rule: { DisplayName: `rule ${at}`, Priority: at + 1, IsEnabled: true, Actions: each },
      },
    })),
  } as never)
  await ann.ask('SetUserOofSettings', {
    Mailbox: { Address: address },
    UserOofSettings: {
      ...{ OofState: 'Enabled', ExternalAudience: 'All' },
      ...{ InternalReply: { Message: 'Gone' }, ExternalReply: { Message: 'Gone' } },
    },
  } as never)
}

/** What waits to be sent, and in each folder of each mailbox the subjects. */
async function pictureOf(site: ExchangeSite) {
  const { store } = site.service.data
  const folders: Record<string, readonly string[]> = {}
  for (const who of [address, 'bob@corp.test']) {
    const at = await site.mailboxAt(who)
    for (const role of ['inbox', 'junkemail', 'outbox', 'drafts', 'sentitems', 'calendar', 'deleteditems']) {
      const { no } = (await store.mailboxes.findFolder(at, { distinguished: role }))!
      const { rows: items } = await store.mailboxes.listItems(at, no, {
        order: 'uid',
        limit: 100,
        parts: ['summary'],
      })
      folders[`${who} ${role}`] = (items as Item[]).map(({ summary }) => summary!.subject).sort()
    }
  }
  const { messages } = await store.delivery.queueStatistics(Date.now())
  return { queued: messages, folders }
}

test('nothing is answered, forwarded, moved, entered or sent of what is imported, read, moved and put back', async () => {
  await put(there)
  await switchOn(here)
  // Who becomes a delegate may be told by mail.
  const before = await pictureOf(here)
  const was = await pictureOf(there)
  const { pass, flip, back, at } = await passesBetween(here, there.source(address), address)
  await pass()
  const now = await pictureOf(here)
  const expected = { ...before.folders }
  for (const [place, subjects] of Object.entries(was.folders))
    expected[place] = [...(expected[place] ?? []), ...subjects].sort()
  assert.deepEqual(now, { queued: before.queued, folders: expected })
  // Marks and places that change there are taken over as marks and places.
  const { store } = there.service.data
  const from = await there.mailboxAt(address)
  const inbox = (await store.mailboxes.findFolder(from, { distinguished: 'inbox' }))!.no
  const deleted = (await store.mailboxes.findFolder(from, { distinguished: 'deleteditems' }))!.no
  const { rows: items } = await store.mailboxes.listItems(from, inbox, {
    order: 'uid',
    limit: 100,
    parts: [],
  })
  await store.transact(
    { organization: from.organization, mailboxes: [from.mailbox] },
    async ({ mailboxes }) => {
      const all = items.map(({ no }) => no)
      await mailboxes.changeFlags(from, all, { set: Flag.seen | Flag.answered })
      await mailboxes.moveItems(from, { items: all, to: deleted })
    },
  )
  await pass()
  const { queued, folders } = await pictureOf(here)
  assert.equal(queued, before.queued)
  assert.deepEqual(folders[`${address} deleteditems`], was.folders[`${address} inbox`])
  assert.deepEqual(folders[`${address} calendar`], ['own meeting'])
  // So on the way back.
  await flip()
  const mine = await here.service.data.store.mailboxes.findFolder(at, { distinguished: 'deleteditems' })
  const { rows: copies } = await here.service.data.store.mailboxes.listItems(at, mine!.no, {
    ...{ order: 'uid', limit: 100, parts: [] },
  })
  await here.service.data.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) =>
      mailboxes.changeFlags(
        at,
        copies.map(({ no }) => no),
        { set: Flag.flagged },
      ),
  )
  await put(here)
  await back()
  const [ours, theirs] = [await pictureOf(here), await pictureOf(there)]
  assert.deepEqual([ours.queued, theirs.queued], [before.queued, was.queued])
  assert.deepEqual(theirs.folders['bob@corp.test inbox'], was.folders['bob@corp.test inbox'])
  assert.deepEqual(theirs.folders[`${address} inbox`], was.folders[`${address} inbox`])
  // Of what is delivered all of it acts.
  await here.client('bob@corp.test').one('CreateItem', {
    MessageDisposition: 'SendOnly',
    Items: [{ Message: { Subject: 'delivered', ToRecipients: [{ EmailAddress: address }] } }],
  } as never)
  await here.until(async () => {
    const { folders: acted } = await pictureOf(here)
    return (
      acted['bob@corp.test inbox']!.includes('delivered') &&
      acted[`${address} junkemail`]!.includes('delivered')
    )
  })
})
