import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo, type ItemState } from '#src/domain/mailbox/item.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { type SearchOptions, searchMessages } from '#src/domain/mailbox/search/search.ts'
import { sortMessages } from '#src/domain/mailbox/search/sort.ts'
import { threadMessages } from '#src/domain/mailbox/search/thread.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import { threadIdOf } from '#src/domain/mailbox/thread-id.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { store, reader } = memory
const at = memory.newRef()
let inbox: FolderNo
let items: ItemState[]
after(() => memory.close())

const DAY = 86_400_000
const received = Date.UTC(2026, 2, 1)

/** What a message is made from, and by which the slow search below judges it. */
type Made = {
  flags: number
  keywords: string[]
  /** Header lines as they are written, and what they say. */
  fields: [name: string, written: string, text: string][]
  /** Days since 1970 of its Date field. */
  day?: number
  parts: { head: string; written: string; texts: string[] }[]
}

const plain = (text: string) => ({
  head: 'Content-Type: text/plain; charset=utf-8',
  written: text,
  texts: [text],
})
const mails: Made[] = [
  {
    flags: Flag.seen,
    keywords: [],
    fields: [
      ['Subject', 'The Plan', 'The Plan'],
      ['From', 'Ann Lee <ann@example.com>', 'Ann Lee <ann@example.com>'],
      ['To', 'bob@example.com', '<bob@example.com>'],
      ['Date', 'Sun, 01 Mar 2026 23:30:00 -0800', 'Sun, 01 Mar 2026 23:30:00 -0800'],
      ['X-Tag', 'apollo', 'apollo'],
    ],
    day: Date.UTC(2026, 2, 1) / DAY,
    parts: [plain('We go on\r\nMonday.')],
  },
  {
    flags: Flag.flagged,
    keywords: ['Work', '$Later'],
    fields: [
      ['Subject', '=?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_again?=', 'Grüße again'],
      ['From', '=?utf-8?q?J=C3=BCrgen?= <j@example.org>', 'Jürgen <j@example.org>'],
      ['Cc', 'team: carl@example.com, dora@example.com;', 'team: <carl@example.com>, <dora@example.com>;'],
      ['Date', 'Mon, 02 Mar 2026 00:30:00 +0900', 'Mon, 02 Mar 2026 00:30:00 +0900'],
    ],
    day: Date.UTC(2026, 2, 2) / DAY,
    parts: [
      {
        head: 'Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable',
        written: 'Die Stra=DFe ist ge=\r\nsperrt.',
        texts: ['Die Straße ist gesperrt.'],
      },
      {
        head: 'Content-Type: text/html; charset=utf-8',
        written: '<p class="plan">Go <b>M</b>onday &amp; rest</p>',
        texts: ['<p class="plan">Go <b>M</b>onday &amp; rest</p>', 'Go Monday & rest'],
      },
      {
        head: 'Content-Type: application/pdf; name="apollo.pdf"\r\nContent-Transfer-Encoding: base64',
        written: 'bW9uZGF5',
        texts: [],
      },
    ],
  },
  {
    flags: Flag.seen | Flag.answered,
    keywords: ['work'],
    fields: [
      ['Subject', '', ''],
      ['From', '"Lee, Ann" <ann@example.com> (at home)', 'Lee, Ann <ann@example.com>'],
      ['Message-ID', '<3@example.com>', '<3@example.com>'],
    ],
    parts: [plain(`${'lorem '.repeat(40_000)}needle`)],
  },
  {
    flags: 0,
    keywords: [],
    fields: [['Bcc', 'ann@example.com', '<ann@example.com>']],
    parts: [
      {
        head: 'Content-Type: message/rfc822',
        written: 'Subject: inner plan\r\nX-Tag: inner\r\n\r\nMonday inside',
        texts: ['Monday inside'],
      },
      plain(''),
    ],
  },
]

const sourceOf = ({ fields, parts }: Made): string =>
  `${fields.map(([name, written]) => `${name}: ${written}\r\n`).join('')}Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts
    .map(({ head, written }) => `--b\r\n${head}\r\n\r\n${written}\r\n`)
    .join('')}--b--\r\n`

before(async () => {
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  inbox = (await reader.findFolder(at, { distinguished: 'inbox' }))!.no
  items = []
  for (const [index, mail] of mails.entries()) {
    const octets = Buffer.from(sourceOf(mail))
    const source = (async function* () {
      yield octets
    })()
    const { flags, keywords } = mail
    const receivedAt = received + index * DAY
    items.push(
      await addMessage(store, at, {
        folder: inbox,
        source,
        sizeBytes: octets.length,
        flags,
        keywords,
        receivedAt,
      }),
    )
  }
  // What is in clear is as it was stored; only flags say more than was asked for.
  assert.deepEqual(
    items.map((item) => item.flags & ~Flag.hasAttachment),
    mails.map((mail) => mail.flags),
  )
})

async function search(
  query: Query,
  options?: SearchOptions,
  over: MailboxReader = reader,
  digests = new Digests(),
): Promise<number[]> {
  const found: number[] = []
  for await (const page of searchMessages({ mailboxes: over, digests }, at, inbox, query, options)) {
    assert.ok(page.length > 0)
    found.push(...page.map((item) => item.uid))
  }
  return found
}

const folded = (text: string) => text.replace(/\s+/g, ' ').toUpperCase().toLowerCase()
const has = (text: string, contains: string) => folded(text).includes(folded(contains))

/** The same as the search, without any of its ways to be quick. */
function matches(query: Query, mail: Made, item: ItemState): boolean {
  const field = (name: string) =>
    [...mail.fields, ['Content-Type', '', 'multipart/mixed; boundary=b'] as const]
      .filter(([known]) => known.toLowerCase() === name.toLowerCase())
      .map(([, , text]) => text)
  const inBody = (contains: string) =>
    contains === '' || mail.parts.some(({ texts }) => texts.some((text) => has(text, contains)))
  const within = (value: number, { since, before }: { since?: number; before?: number }) =>
    value >= (since ?? -1e15) && value < (before ?? 1e15)
  switch (query.kind) {
    case 'and':
      return query.of.every((each) => matches(each, mail, item))
    case 'or':
      return query.of.some((each) => matches(each, mail, item))
    case 'not':
      return !matches(query.of, mail, item)
    case 'flags':
      return (item.flags & query.flags) === query.flags
    case 'keyword':
      return mail.keywords.some((keyword) => folded(keyword) === folded(query.keyword))
    case 'uid':
      return query.ranges.some(([from, to]) => item.uid >= from && item.uid <= to)
    case 'received':
      return within(item.receivedAt, query)
    case 'sent-day':
      return mail.day !== undefined && within(mail.day, query)
    case 'size':
      return item.sizeBytes > (query.larger ?? -1) && item.sizeBytes < (query.smaller ?? 1e15)
    case 'changed':
      return item.modseq > query.since
    case 'original':
      return item.body === query.body
    case 'subject':
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return query.contains === '' || field(query.kind).some((text) => has(text, query.contains))
    case 'header':
      return field(query.name).some((text) => has(text, query.contains))
    case 'body':
      return inBody(query.contains)
    case 'text': {
      const lines = [
        ...mail.fields.map(([name, , text]) => `${name}: ${text}`),
        'Content-Type: multipart/mixed; boundary=b',
        ...mail.parts.flatMap(({ head, written }) => [
          ...head.split('\r\n'),
          ...(/rfc822/.test(head) ? written.split('\r\n\r\n')[0]!.split('\r\n') : []),
        ]),
      ]
      return inBody(query.contains) || lines.some((line) => has(line, query.contains))
    }
    default:
      throw new Error(`The slow search does not know ${query.kind}`)
  }
}

const contains = fc.oneof(
  fc.constantFrom('', 'plan', 'monday', 'ON MONDAY', 'ann', 'grüsse AGAIN', 'STRASSE', 'needle'),
  fc.constantFrom(
    'example.com',
    'apollo',
    'Go M',
    '<b>',
    '&',
    'lee',
    'team: ',
    'inner',
    'pdf',
    'x-tag: ap',
    'm ne',
  ),
)
const flag = fc.constantFrom(Flag.seen, Flag.flagged, Flag.answered, Flag.seen | Flag.answered, Flag.draft)
const span = (low: number, high: number, step: number) =>
  fc.record(
    {
      since: fc.integer({ min: 0, max: high - low }).map((n) => (low + n) * step),
      before: fc.integer({ min: 0, max: high - low }).map((n) => (low + n) * step),
    },
    { requiredKeys: [] },
  )
const leaf = fc.oneof(
  flag.map((flags) => ({ kind: 'flags', flags })),
  fc.constantFrom('WORK', '$later', 'none').map((keyword) => ({ kind: 'keyword', keyword })),
  fc
    .subarray([1, 2, 3, 4, 5])
    .map((uids) => ({ kind: 'uid', ranges: uids.map((uid) => [uid, uid] as const) })),
  span(received / DAY, received / DAY + 4, DAY).map((bounds) => ({ kind: 'received', ...bounds })),
  span(received / DAY - 1, received / DAY + 3, 1).map((bounds) => ({ kind: 'sent-day', ...bounds })),
  fc.constantFrom(300, 700, 100_000).map((larger) => ({ kind: 'size', larger })),
  fc.constantFrom(300, 700, 100_000).map((smaller) => ({ kind: 'size', smaller })),
  fc.integer({ min: 0, max: 60 }).map((since) => ({ kind: 'changed', since })),
  fc
    .tuple(fc.constantFrom('subject', 'from', 'to', 'cc', 'bcc', 'body', 'text'), contains)
    .map(([kind, text]) => ({ kind, contains: text })),
  fc
    .tuple(
      fc.constantFrom('subject', 'X-TAG', 'from', 'Message-Id', 'content-type', 'date', 'cc', 'none'),
      contains,
    )
    .map(([name, text]) => ({ kind: 'header', name, contains: text })),
) as fc.Arbitrary<Query>
const { query: anyQuery } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('query'), { maxLength: 3 }).map((of) => ({ kind: 'and', of }) as Query),
    fc.array(tie('query'), { maxLength: 3 }).map((of) => ({ kind: 'or', of }) as Query),
    tie('query').map((of) => ({ kind: 'not', of }) as Query),
  ),
}))

test('finds what a slow search finds, from either end', async () => {
  const digests = new Digests()
  await fc.assert(
    fc.asyncProperty(anyQuery, async (query) => {
      const expected = items.filter((item, n) => matches(query, mails[n]!, item)).map((item) => item.uid)
      assert.deepEqual(await search(query), expected)
      assert.deepEqual(await search(query, { order: 'falling' }), expected.toReversed())
      assert.deepEqual(await search(query, {}, reader, digests), expected)
      assert.deepEqual(await search(query, { limit: 1 }), expected.slice(0, 1))
    }),
    { numRuns: 1_000 },
  )
})

/** A reader that notes what is opened. */
function watched(seen: string[]): MailboxReader {
  return {
    ...reader,
    getItems: (ref, some, parts) => {
      seen.push(...(parts ?? []))
      return reader.getItems(ref, some, parts)
    },
    listItems: (ref, folder, options) => {
      seen.push(...(options.parts ?? []))
      return reader.listItems(ref, folder, options)
    },
    readBody: (ref, body, range) => {
      seen.push(`body ${range?.start}-${range?.end}`)
      return reader.readBody(ref, body, range)
    },
  }
}

test('what lies in clear opens nothing', async () => {
  const seen: string[] = []
  const clear: Query = {
    kind: 'or',
    of: [
      { kind: 'flags', flags: Flag.seen },
      { kind: 'keyword', keyword: 'work' },
      { kind: 'received', since: 0 },
      { kind: 'size', larger: 1 },
      { kind: 'changed', since: 0 },
      { kind: 'original', body: items[0]!.body! },
    ],
  }
  assert.deepEqual(await search(clear, {}, watched(seen)), [1, 2, 3, 4])
  assert.deepEqual(seen, [])
})

test('a field that the summary does not hold is read with the header alone, and nothing is read twice', async () => {
  const seen: string[] = []
  const one = { kind: 'uid', ranges: [[1, 1]] } as const
  const of = (leaf: Query): Query => ({ kind: 'and', of: [leaf, one] })
  await search(of({ kind: 'from', contains: 'ann' }), {}, watched(seen))
  await search(of({ kind: 'header', name: 'subject', contains: 'x' }), {}, watched(seen))
  assert.ok(!seen.some((what) => what.startsWith('body')))
  await search(of({ kind: 'header', name: 'x-tag', contains: 'x' }), {}, watched(seen))
  const header = sourceOf(mails[0]!).indexOf('\r\n\r\n') + 4
  assert.deepEqual(
    seen.filter((what) => what.startsWith('body')),
    [`body 0-${header}`],
  )
  await search(of({ kind: 'text', contains: 'not there' }), {}, watched(seen))
  assert.equal(seen.filter((what) => what.startsWith('body')).length, 2)
})

test('a message is known by its original and by its thread', async () => {
  const [first] = await reader.getItems(at, [items[0]!.no], ['summary'])
  const id = threadIdOf(first!, first!.summary!)!
  assert.match(id, /^T[\w-]{24}$/)
  assert.deepEqual(await search({ kind: 'thread', id }), [1])
  assert.deepEqual(await search({ kind: 'original', body: items[1]!.body! }), [2])
})

test('messages that refer to one root share a thread id, and others do not', () => {
  const idOf = (envelope: object) => threadIdOf(items[0]!, { subject: '', envelope })
  const root = idOf({ messageId: '<a@x>' })
  assert.equal(idOf({ messageId: '<c@x>', references: ['<a@x>', '<b@x>'] }), root)
  assert.equal(idOf({ messageId: '<b@x>', inReplyTo: 'mail of today <a@x>' }), root)
  assert.notEqual(idOf({ messageId: '<b@x>' }), root)
  assert.notEqual(idOf({}), threadIdOf(items[1]!, { subject: '', envelope: {} }))
  assert.equal(threadIdOf({ ...items[0]!, class: 'note' }, { subject: '' }), undefined)
})

test('a long folder is looked through in stretches, with progress, and a search that is called off ends', async () => {
  const many = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(many, { quotaBytes: 1e9, folders: distinguishedFolders }),
  )
  const folder = (await reader.findFolder(many, { distinguished: 'inbox' }))!.no
  const note = (n: number) =>
    ({
      folder,
      class: 'note',
      receivedAt: n,
      flags: n % 3 === 0 ? Flag.seen : 0,
      summary: { subject: `${n}` },
    }) as const
  await memory.write(async (writer) => {
    for (let n = 1; n <= 1_300; n++) await writer.appendItem(many, note(n))
  })
  const find = async (query: Query, options: SearchOptions = {}) => {
    const uids: number[] = []
    for await (const page of searchMessages({ mailboxes: reader }, many, folder, query, options)) {
      uids.push(...page.map((item) => item.uid))
    }
    return uids
  }
  const seen: Query = { kind: 'flags', flags: Flag.seen }
  const every3rd = Array.from({ length: 433 }, (_, n) => 3 * n + 3)
  const told: number[] = []
  const progress = (looked: number, total: number) => {
    assert.equal(total, 1_300)
    told.push(looked)
  }
  assert.deepEqual(await find(seen, { progress }), every3rd)
  assert.deepEqual(await find(seen, { order: 'falling' }), every3rd.toReversed())
  assert.deepEqual(await find({ kind: 'subject', contains: '1299' }, { progress }), [1_299])
  assert.equal(told.at(-1), 1_300)
  assert.ok(told.length > 20)
  assert.deepEqual(await find(seen, { order: 'falling', limit: 2 }), [1_299, 1_296])
  assert.deepEqual(
    await find({
      kind: 'uid',
      ranges: [
        [700, 702],
        [1_200, 9_999],
      ],
    }),
    [700, 701, 702, ...Array.from({ length: 101 }, (_, n) => 1_200 + n)],
  )
  const controller = new AbortController()
  const called = find({ kind: 'subject', contains: 'x' }, { signal: controller.signal })
  setImmediate(() => controller.abort(new Error('enough')))
  await assert.rejects(called, /enough/)
  await assert.rejects(find(seen, { signal: controller.signal }), /enough/)
})

test('what one search opened, the next, a sort and threads of the same need not open again', async () => {
  const seen: string[] = []
  const deps = { mailboxes: watched(seen), digests: new Digests() }
  const query: Query = { kind: 'subject', contains: 'plan' }
  const all = () => searchMessages(deps, at, inbox, { kind: 'and', of: [] })
  const twice = async (work: () => Promise<unknown>) => {
    const first = await work()
    assert.ok(seen.splice(0).length > 0)
    assert.deepEqual(await work(), first)
    assert.deepEqual(seen, [])
  }
  await twice(() => search(query, {}, deps.mailboxes, deps.digests))
  const tagged: Query = { kind: 'header', name: 'X-Tag', contains: 'apollo' }
  await twice(() => search(tagged, {}, deps.mailboxes, deps.digests))
  assert.deepEqual(await search(tagged, {}, deps.mailboxes, deps.digests), [1])
  await twice(() =>
    sortMessages(deps, at, all(), [{ field: 'subject' }, { field: 'size' }, { field: 'from' }]),
  )
  await twice(() => threadMessages(deps, at, all(), 'references'))
  await memory.write((writer) => writer.changeFlags(at, [items[0]!.no], { add: Flag.answered }))
  await search(query, {}, deps.mailboxes, deps.digests)
  assert.deepEqual(seen, ['summary'])
})
