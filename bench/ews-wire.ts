/**
 * The EWS codec without a server: SyncFolderItems, GetItem and GetUserAvailability written and read, items and octets per
 * second of processor time, and a large attachment on its way in and out.
 *
 *     node bench/ews-wire.ts
 */
import { formatRequest, readRequest } from '#src/wire/ews/request.ts'
import { formatResponse, parseResponse, streamResponse } from '#src/wire/ews/response.ts'
import type { MessageType, SyncFolderItemsChangesType } from '#src/wire/ews/schema-types.ts'
import type { OctetStore } from '#src/wire/xml/octets.ts'
import { encodeParts, type XmlPart } from '#src/wire/xml/xml-writer.ts'
import { parseArgs } from './arguments.ts'

parseArgs({})

const id = (kind: string, n: number): string =>
  Buffer.from(`${kind}-of-a-mailbox-somewhere-${n}`).toString('base64')

function message(n: number): MessageType {
  return {
    ItemId: { Id: id('item', n), ChangeKey: id('change', n) },
    ParentFolderId: { Id: id('folder', 1), ChangeKey: id('change', 1) },
    ItemClass: 'IPM.Note',
    Subject: `Figures of the quarter & what follows from them, part ${n}`,
    Sensitivity: 'Normal',
    DateTimeReceived: '2026-03-04T05:06:07Z',
    Size: 12_345 + n,
    Importance: 'Normal',
    IsDraft: false,
    DateTimeSent: '2026-03-04T05:06:01Z',
    HasAttachments: n % 3 === 0,
    From: { Mailbox: { Name: 'Ann Example', EmailAddress: 'ann@example.com', RoutingType: 'SMTP' } },
    ToRecipients: [
      { Name: 'Bob Example', EmailAddress: 'bob@example.com', RoutingType: 'SMTP' },
      { Name: 'Eve Example', EmailAddress: 'eve@example.com', RoutingType: 'SMTP' },
    ],
    InternetMessageId: `<${n}.message@example.com>`,
    IsRead: n % 2 === 0,
  }
}

const cpuSeconds = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

/** Runs for a second of processor time after warming up; what else the machine does counts little. */
async function measure(name: string, count: number, each: () => number | Promise<number>): Promise<void> {
  for (const until = performance.now() + 300; performance.now() < until; ) await each()
  let rounds = 0
  let octets = 0
  const started = process.cpuUsage()
  while (cpuSeconds(started) < 1) {
    octets += await each()
    rounds++
  }
  const seconds = cpuSeconds(started)
  const rate = Math.round((rounds * count) / seconds).toLocaleString('en')
  const speed = `${(octets / seconds / 1e6).toFixed(0)} MB/s`
  process.stdout.write(`${name.padEnd(52)} ${rate.padStart(12)} /s  ${speed}\n`)
}

const sizeOf = (parts: XmlPart[]): number =>
  parts.reduce((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0), 0)

async function octetsOf(parts: Parameters<typeof encodeParts>[0]): Promise<number> {
  let octets = 0
  for await (const piece of encodeParts(parts)) octets += piece.length
  return octets
}

const text = (parts: XmlPart[]): Buffer => Buffer.from(parts.join(''))
const items = Array.from({ length: 10_000 }, (_, n) => message(n))

const changes: SyncFolderItemsChangesType = items.slice(0, 512).map(({ ItemId, IsRead, Subject }) => ({
  Create: { Message: { ItemId, Subject, IsRead } },
}))
const sync = {
  ResponseMessages: [
    {
      SyncFolderItemsResponseMessage: {
        ResponseClass: 'Success',
        ResponseCode: 'NoError',
        SyncState: id('state', 1),
        IncludesLastItemInRange: false,
        Changes: changes,
      },
    },
  ],
} as const
const syncXml = text(formatResponse('SyncFolderItems', sync))
await measure('SyncFolderItems, 512 changes, written', 512, () =>
  octetsOf(formatResponse('SyncFolderItems', sync)),
)
await measure('SyncFolderItems, 512 changes, read', 512, () => {
  parseResponse('SyncFolderItems', syncXml)
  return syncXml.length
})

const answers = items.map(
  (item) =>
    ({
      GetItemResponseMessage: {
        ResponseClass: 'Success',
        ResponseCode: 'NoError',
        Items: [{ Message: item }],
      },
    }) as const,
)
await measure('GetItem, 10,000 messages, streamed', 10_000, () =>
  octetsOf(streamResponse('GetItem', answers)),
)
const itemsXml = text(formatResponse('GetItem', { ResponseMessages: answers.slice(0, 1_000) }))
await measure('GetItem, 1,000 messages, read', 1_000, () => {
  parseResponse('GetItem', itemsXml)
  return itemsXml.length
})

const zone = { Bias: 0, Time: '00:00:00', DayOrder: 1, Month: 1, DayOfWeek: 'Sunday' } as const
const availability = formatRequest('GetUserAvailability', {
  TimeZone: { Bias: 0, StandardTime: zone, DaylightTime: zone },
  MailboxDataArray: Array.from({ length: 100 }, (_, n) => ({
    Email: { Address: `user${n}@example.com` },
    AttendeeType: 'Required' as const,
  })),
  FreeBusyViewOptions: {
    TimeWindow: { StartTime: '2026-03-02T00:00:00', EndTime: '2026-03-09T00:00:00' },
    MergedFreeBusyIntervalInMinutes: 30,
    RequestedView: ['FreeBusyMerged'],
  },
})
const availabilityXml = text(availability)
await measure('GetUserAvailability, 100 mailboxes, read', 1, async () => {
  await readRequest(pieces(availabilityXml))
  return availabilityXml.length
})
const view = {
  FreeBusyResponseArray: Array.from({ length: 100 }, () => ({
    ResponseMessage: { ResponseClass: 'Success', ResponseCode: 'NoError' } as const,
    FreeBusyView: {
      FreeBusyViewType: ['FreeBusyMerged'] as const,
      MergedFreeBusy: '0'.repeat(336),
      CalendarEventArray: Array.from({ length: 20 }, () => ({
        StartTime: '2026-03-02T10:00:00',
        EndTime: '2026-03-02T11:00:00',
        BusyType: 'Busy' as const,
      })),
    },
  })),
}
await measure('GetUserAvailability, 100 mailboxes, answered', 1, () =>
  sizeOf(formatResponse('GetUserAvailability', view as never)),
)

async function* pieces(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += 64 * 1024) yield octets.subarray(at, at + 64 * 1024)
}

/** Takes octets and forgets them. */
function sink(): OctetStore {
  return {
    async *read() {},
    write: async () => {},
    release: async () => {},
  }
}

const attachment = {
  async *read() {
    const piece = Buffer.alloc(64 * 1024, 'attachment ')
    for (let sent = 0; sent < 45_000_000; sent += piece.length) yield piece
  },
}
const request = (): XmlPart[] =>
  formatRequest('CreateAttachment', {
    ParentItemId: { Id: id('item', 1) },
    Attachments: [{ FileAttachment: { Name: 'large.bin', Content: attachment } }],
  })
await measure('an attachment of 45 MB, written', 1, () => octetsOf(request()))
let before = 0
await measure('an attachment of 45 MB, written and read', 1, async () => {
  let octets = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of encodeParts(request())) {
      octets += piece.length
      yield piece
    }
  }
  await readRequest(counted(), { store: sink })
  before = Math.max(before, process.memoryUsage().rss)
  return octets
})
process.stdout.write(`resident at most: ${(before / 1e6).toFixed(0)} MB\n`)
