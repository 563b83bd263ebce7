import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo, type ItemNo, type ItemPart } from '#src/domain/mailbox/item.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import type { Store } from '#src/domain/store.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { store, reader } = memory
const at = memory.newRef()
const named = new Map<ItemNo, string>()
let inbox: FolderNo
let calendar: FolderNo
after(() => memory.close())

const day = (text: string) => Date.parse(`${text}T12:00:00Z`)

async function add(
  name: string,
  text: string,
  options: { flags?: number; keywords?: string[]; receivedAt: number },
) {
  const octets = Buffer.from(text.replace(/\n/g, '\r\n'))
  const source = (async function* () {
    yield octets
  })()
  named.set(
    (await addMessage(store, at, { folder: inbox, source, sizeBytes: octets.length, ...options })).no,
    name,
  )
}

before(async () => {
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  inbox = (await reader.findFolder(at, { distinguished: 'inbox' }))!.no
  await add(
    'plan',
    'From: Ann Lee <ann@example.com>\nTo: bob@example.com\nSubject: The PLAN\nX-Project: Apollo\nDate: Mon, 02 Mar 2026 10:00:00 +0000\n\nWe go on Monday.\n',
    {
      flags: Flag.seen,
      receivedAt: day('2026-03-02'),
    },
  )
  await add(
    'umlaut',
    'From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\nCc: carl@example.com\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nDie Stra=DFe ist ge=\nsperrt.\n',
    {
      keywords: ['Work'],
      receivedAt: day('2026-03-03'),
    },
  )
  await add(
    'large',
    `From: dave@example.com\nSubject: attachment\n\n${'0123456789\n'.repeat(30_000)}needle in the haystack\n`,
    {
      flags: Flag.flagged,
      receivedAt: day('2026-03-04'),
    },
  )
  calendar = (await reader.findFolder(at, { distinguished: 'calendar' }))!.no
  const event = await addItem(store, at, {
    folder: calendar,
    class: 'event',
    content: { title: 'Launch', locations: { a: { name: 'Cape Canaveral' } } },
    receivedAt: day('2026-03-05'),
  })
  named.set(event.no, 'event')
})

async function find(query: Query, over: Pick<Store, 'mailboxes'> = store): Promise<string[]> {
  const found: string[] = []
  for (const folder of [inbox, calendar])
    for await (const piece of searchMessages(over, at, folder, query))
      found.push(...piece.map(({ no }) => named.get(no)!))
  return found
}

const cases: [Query, string[]][] = [
  [{ kind: 'flags', flags: Flag.seen }, ['plan']],
  [{ kind: 'not', of: { kind: 'flags', flags: Flag.seen } }, ['umlaut', 'large', 'event']],
  [{ kind: 'keyword', keyword: 'WORK' }, ['umlaut']],
  [{ kind: 'class', class: 'event' }, ['event']],
  [{ kind: 'received', since: day('2026-03-03'), before: day('2026-03-04') }, ['umlaut']],
  [{ kind: 'sent', before: day('2026-03-03') }, ['plan']],
  [{ kind: 'size', larger: 100_000 }, ['large']],
  [{ kind: 'subject', contains: 'plan' }, ['plan']],
  [{ kind: 'subject', contains: 'GRÜSSE' }, ['umlaut']],
  [{ kind: 'from', contains: 'jürgen' }, ['umlaut']],
  [{ kind: 'from', contains: 'ann lee <ann@' }, ['plan']],
  [{ kind: 'cc', contains: 'carl' }, ['umlaut']],
  [{ kind: 'header', name: 'X-Project', contains: 'apollo' }, ['plan']],
  [{ kind: 'header', name: 'x-project', contains: '' }, ['plan']],
  [{ kind: 'header', name: 'Subject', contains: 'attach' }, ['large']],
  [{ kind: 'body', contains: 'straße ist gesperrt' }, ['umlaut']],
  [{ kind: 'body', contains: 'STRASSE' }, ['umlaut']],
  [{ kind: 'body', contains: 'plan' }, []],
  [{ kind: 'body', contains: '9 needle in' }, ['large']],
  [{ kind: 'body', contains: 'canaveral' }, ['event']],
  [{ kind: 'text', contains: 'apollo' }, ['plan']],
  [{ kind: 'text', contains: 'monday' }, ['plan']],
  [{ kind: 'text', contains: 'launch' }, ['event']],
  [{ kind: 'and', of: [] }, ['plan', 'umlaut', 'large', 'event']],
  [{ kind: 'or', of: [] }, []],
  [
    {
      kind: 'or',
      of: [
        { kind: 'subject', contains: 'plan' },
        { kind: 'body', contains: 'needle' },
      ],
    },
    ['plan', 'large'],
  ],
  [
    {
      kind: 'and',
      of: [
        { kind: 'from', contains: 'example' },
        { kind: 'not', of: { kind: 'text', contains: 'needle' } },
      ],
    },
    ['plan', 'umlaut'],
  ],
]

for (const [query, expected] of cases) {
  test(`finds ${JSON.stringify(query)}`, async () => assert.deepEqual(await find(query), expected))
}

test('nothing sealed is opened for what lies in clear, and no body where a summary decides', async () => {
  const opened: (ItemPart | 'body')[] = []
  const watched = {
    ...store,
    mailboxes: {
      ...reader,
      getItems: (ref, items, parts) => {
        opened.push(...(parts ?? []))
        return reader.getItems(ref, items, parts)
      },
      readBody: (ref, body, range) => {
        opened.push('body')
        return reader.readBody(ref, body, range)
      },
    },
  } as Store
  const unseen: Query = { kind: 'not', of: { kind: 'flags', flags: Flag.seen } }
  await find(
    { kind: 'and', of: [unseen, { kind: 'received', since: 0 }, { kind: 'size', smaller: 1e9 }] },
    watched,
  )
  assert.deepEqual(opened, [])
  await find(
    {
      kind: 'and',
      of: [
        { kind: 'body', contains: 'x' },
        { kind: 'subject', contains: 'absent' },
      ],
    },
    watched,
  )
  assert.deepEqual([...new Set(opened)], ['summary', 'structure'])
})

test('a search that is called off ends, and a long one leaves the event loop to others', async () => {
  const many = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(many, { quotaBytes: 1e9, folders: distinguishedFolders }),
  )
  const folder = (await reader.findFolder(many, { distinguished: 'inbox' }))!.no
  await memory.write(async (writer) => {
    for (let i = 0; i < 4_000; i++) {
      await writer.appendItem(many, {
        folder,
        class: 'note',
        receivedAt: i,
        summary: { subject: 'x'.repeat(2_000) },
      })
    }
  })
  let turns = 0
  let turning = true
  const turn = () => {
    turns++
    if (turning) setImmediate(turn)
  }
  turn()
  const query: Query = { kind: 'subject', contains: 'absent' }
  for await (const _ of searchMessages(store, many, folder, query)) assert.fail('there is none')
  turning = false
  assert.ok(turns >= 5, `others had ${turns} turns`)
  const controller = new AbortController()
  setImmediate(() => controller.abort(new Error('enough')))
  const off = async () => {
    for await (const _ of searchMessages(store, many, folder, query, { signal: controller.signal }))
      assert.fail('there is none')
  }
  await assert.rejects(off, /enough/)
})
