import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { Pace } from '#src/domain/mailbox/pace.ts'
import { pacedSort } from '#src/domain/mailbox/search/paced-sort.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import { type SortCriterion, sortMessages } from '#src/domain/mailbox/search/sort.ts'
import { threadMessages } from '#src/domain/mailbox/search/thread.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { store, reader } = memory
const at = memory.newRef()
let inbox: FolderNo
after(() => memory.close())

/** In the order of their uids, 1 to 5. */
const mails = [
  'Message-ID: <1@x>\nFrom: Zoe <carl@example.com>\nTo: bob@example.com\nCc: x@example.com\nSubject: Re: banana\nDate: Tue, 03 Mar 2026 10:00:00 +0000',
  'Message-ID: <2@x>\nFrom: =?utf-8?q?=C3=84nne?= <ann@example.com>\nTo: Yves <amy@example.com>\nSubject: [list] Apple (fwd)\nDate: Tue, 03 Mar 2026 10:30:00 +0100\nIn-Reply-To: <1@x>',
  'From: bert@example.com\nTo: friends: bob@example.com;\nCc: a@example.com\nSubject: cherry',
  'Message-ID: <4@x>\nFrom: Bob <bert@example.com>\nSubject: BANANA\nDate: Mon, 02 Mar 2026 00:00:00 +0000\nReferences: <2@x>',
  'Subject: apple\nDate: no date at all\nX-Long: 12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890',
]
/** Message 3 and 5 have no date of their own: 5 came before all that was sent, 3 after all. */
const arrivals = [5, 4, 6, 7, 1].map((day) => Date.UTC(2026, 2, day))

before(async () => {
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  inbox = (await reader.findFolder(at, { distinguished: 'inbox' }))!.no
  for (const [index, head] of mails.entries()) {
    const octets = Buffer.from(`${head.replaceAll('\n', '\r\n')}\r\n\r\ntext\r\n`)
    const source = (async function* () {
      yield octets
    })()
    await addMessage(store, at, {
      folder: inbox,
      source,
      sizeBytes: octets.length,
      receivedAt: arrivals[index]!,
    })
  }
})

const found = (query: Query = { kind: 'and', of: [] }) =>
  searchMessages({ mailboxes: reader }, at, inbox, query)

const orders: [SortCriterion[], number[]][] = [
  [[{ field: 'arrival' }], [5, 2, 1, 3, 4]],
  [[{ field: 'arrival', reverse: true }], [4, 3, 1, 2, 5]],
  [[{ field: 'date' }], [5, 4, 2, 1, 3]],
  [[{ field: 'subject' }], [2, 5, 1, 4, 3]],
  [[{ field: 'subject', reverse: true }], [3, 1, 4, 2, 5]],
  [
    [{ field: 'subject' }, { field: 'date' }],
    [5, 2, 4, 1, 3],
  ],
  [
    [{ field: 'subject' }, { field: 'arrival', reverse: true }],
    [2, 5, 4, 1, 3],
  ],
  [[{ field: 'from' }], [5, 2, 3, 4, 1]],
  [[{ field: 'display-from' }], [5, 2, 3, 4, 1]],
  [[{ field: 'to' }], [4, 5, 2, 1, 3]],
  [[{ field: 'display-to' }], [4, 5, 1, 3, 2]],
  [[{ field: 'cc' }], [2, 4, 5, 3, 1]],
  [[{ field: 'size' }], [3, 4, 1, 2, 5]],
]

for (const [criteria, uids] of orders) {
  const named = criteria.map(({ field, reverse }) => (reverse ? `reverse ${field}` : field)).join(', ')
  test(`sorted by ${named}`, async () => {
    const sorted = await sortMessages({ mailboxes: reader }, at, found(), criteria)
    assert.deepEqual(
      sorted.map(({ uid }) => uid),
      uids,
    )
  })
}

test('only what was found is sorted, and for arrival nothing is opened', async () => {
  const mailboxes = { ...reader, getItems: () => assert.fail('opened') }
  const some = found({
    kind: 'uid',
    ranges: [
      [1, 2],
      [5, 5],
    ],
  })
  const sorted = await sortMessages({ mailboxes }, at, some, [{ field: 'arrival' }])
  assert.deepEqual(
    sorted.map(({ uid }) => uid),
    [5, 2, 1],
  )
})

test('threads are made of what was found, named as the caller names messages', async () => {
  const deps = { mailboxes: reader }
  const leaf = (number: number) => ({ number, children: [] })
  assert.deepEqual(await threadMessages(deps, at, found(), 'references'), [
    leaf(5),
    { number: 1, children: [{ number: 2, children: [leaf(4)] }] },
    leaf(3),
  ])
  const some = found({ kind: 'uid', ranges: [[2, 5]] })
  const numberOf = (uid: number) => (uid === 3 ? undefined : uid * 10)
  assert.deepEqual(await threadMessages(deps, at, some, 'orderedsubject', { numberOf }), [
    { number: 50, children: [leaf(20)] },
    leaf(40),
  ])
})

test('a paced sort is a stable sort', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 50 }), { maxLength: 200 }), async (some) => {
      const things = Array.from({ length: 17 }, () => some)
        .flat()
        .map((key, place) => ({ key, place }))
      const by = (one: { key: number }, other: { key: number }) => one.key - other.key
      assert.deepEqual(await pacedSort(things, by, new Pace()), things.toSorted(by))
    }),
    { numRuns: 50 },
  )
})
