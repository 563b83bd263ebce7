import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ReadItem } from '#src/domain/migration/source.ts'
import { type FailureKind, SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { octetsOf, signal } from './exchange-site.ts'
import {
  bad,
  changesOf,
  Fault,
  getItems,
  good,
  inbox,
  type Script,
  Status,
  scriptedExchange,
} from './scripted-exchange.ts'

async function opened(t: TestContext, script: Script) {
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  const mailbox = await exchange.source().open('ann@corp.test', signal)
  return { exchange, mailbox }
}

const failing = async (promise: Promise<unknown>): Promise<SourceFailure> => {
  const error = await promise.then(
    () => assert.fail('It was answered.'),
    (rejected: unknown) => rejected,
  )
  assert.ok(error instanceof SourceFailure, String(error))
  assert.doesNotMatch(error.message, /geheim/)
  return error
}

const mail = (
  id: string,
  request: Request<'GetItem'>,
  octets: Uint8Array = Buffer.from(`Subject: ${id}\r\n\r\n`),
) => ({
  ...good,
  Items: [
    {
      Message: {
        ...(request.ItemShape.IncludeMimeContent && {
          MimeContent: { CharacterSet: 'UTF-8', Value: octets },
        }),
        ItemId: { Id: id, ChangeKey: 'a' },
        ItemClass: 'IPM.Note',
        Subject: `about ${id}`,
        Size: octets.length,
      },
    },
  ],
})

async function read(items: AsyncIterable<ReadItem>): Promise<string[]> {
  const seen: string[] = []
  for await (const one of items)
    seen.push(
      one.kind === 'item'
        ? `${one.item.key} ${(await octetsOf(one.item.message!)).length}`
        : `${one.key} ${one.failure.kind} ${one.failure.code} ${one.title ?? '-'}`,
    )
  return seen
}

test('every call says for whom it is, to which mailbox it belongs, and keeps the cookies', async (t) => {
  const heard: unknown[] = []
  const { exchange, mailbox } = await opened(t, {
    SyncFolderItems: (_, { headers, http }) => {
      heard.push(
        headers.ExchangeImpersonation,
        http['x-anchormailbox'],
        http.cookie,
        typeof http['client-request-id'],
      )
      return {
        ResponseMessages: [
          {
            SyncFolderItemsResponseMessage: {
              ...good,
              SyncState: 'S',
              IncludesLastItemInRange: true,
              Changes: [],
            },
          },
        ],
      }
    },
  })
  await mailbox.changes(inbox, null, 100, signal)
  assert.deepEqual(heard, [
    { ConnectingSID: { PrimarySmtpAddress: { Value: 'ann@corp.test' } } },
    'ann@corp.test',
    'X-BackEndCookie=here',
    'string',
  ])
  assert.equal(exchange.requests[0]!.headers.RequestServerVersion?.Version, 'Exchange2010_SP1')
  assert.equal(exchange.requests.at(-1)!.headers.RequestServerVersion?.Version, 'Exchange2013')
})

const meanings: [
  what: string,
  answer: () => never,
  kind: FailureKind,
  code: string,
  backOffMs: number | null,
][] = [
  [
    'busy with a hint',
    () => raise(new Fault('ErrorServerBusy', { BackOffMilliseconds: '299961' })),
    'throttled',
    'ErrorServerBusy',
    299_961,
  ],
  ['503 with Retry-After', () => raise(new Status(503, { 'retry-after': '7' })), 'throttled', 'busy', 7_000],
  ['429', () => raise(new Status(429)), 'throttled', 'busy', null],
  [
    'too many connections',
    () => raise(new Fault('ErrorExceededConnectionCount')),
    'too-many',
    'ErrorExceededConnectionCount',
    null,
  ],
  [
    'too many objects',
    () => raise(new Fault('ErrorTooManyObjectsOpened')),
    'too-many',
    'ErrorTooManyObjectsOpened',
    null,
  ],
  [
    'the store is away',
    () => raise(new Fault('ErrorMailboxStoreUnavailable')),
    'transient',
    'ErrorMailboxStoreUnavailable',
    null,
  ],
  [
    'no impersonation',
    () => raise(new Fault('ErrorImpersonateUserDenied')),
    'refused',
    'ErrorImpersonateUserDenied',
    null,
  ],
  [
    'no such mailbox',
    () => raise(new Fault('ErrorNonExistentMailbox')),
    'mailbox-permanent',
    'ErrorNonExistentMailbox',
    null,
  ],
  ['a page for people', () => raise(new Status(502)), 'transient', 'HTTP 502', null],
  ['403', () => raise(new Status(403)), 'refused', 'forbidden', null],
  [
    '401',
    () => raise(new Status(401, { 'www-authenticate': 'Basic realm="x"' })),
    'refused',
    'credentials',
    null,
  ],
]

function raise(error: Error): never {
  throw error
}

for (const [what, answer, kind, code, backOffMs] of meanings)
  test(`a server that says: ${what}`, async (t) => {
    const { mailbox } = await opened(t, { SyncFolderItems: answer })
    const failure = await failing(mailbox.changes(inbox, null, 100, signal))
    assert.deepEqual([failure.kind, failure.code, failure.backOffMs], [kind, code, backOffMs])
  })

for (const [code, text] of [
  ['ErrorServerBusy', 'Policy: ConcurrentSyncCalls'],
  ['ErrorConcurrentSyncCalls', 'Too many concurrent sync calls.'],
] as const)
  test(`${code} (${text}) lowers how many lists of changes there are at once, and nothing else`, async (t) => {
    let [now, refusals, most] = [0, 0, 0]
    const { mailbox } = await opened(t, {
      SyncFolderItems: async () => {
        const isTooMuch = ++now > 2
        if (refusals > 0) most = Math.max(most, now)
        await new Promise((resolve) => setTimeout(resolve, 20))
        now--
        if (isTooMuch) refusals++
        const said = bad(code as 'ErrorServerBusy', text, { BackOffMilliseconds: '1000' })
        const fine = { ...good, SyncState: 'state', IncludesLastItemInRange: true, Changes: [] }
        return { ResponseMessages: [{ SyncFolderItemsResponseMessage: isTooMuch ? said : fine }] }
      },
    })
    const all = () =>
      Promise.allSettled(
        Array.from({ length: 8 }, (_, at) => mailbox.changes({ ...inbox, key: `F${at}` }, null, 10, signal)),
      )
    const failures = (await all()).flatMap((each) => (each.status === 'rejected' ? each.reason : []))
    assert.ok(failures.length > 0)
    for (const { kind, backOffMs, ofMailbox, code: said } of failures)
      assert.deepEqual([kind, backOffMs, ofMailbox, said], ['transient', 1_000, true, code])
    for (let round = 0; round < 2; round++) await all()
    most = 0
    assert.deepEqual(new Set((await all()).map(({ status }) => status)), new Set(['fulfilled']))
    assert.equal(most, 2)
  })

test('a connection too many is one too many for every call, also where it was a list of changes', async (t) => {
  const { mailbox } = await opened(t, {
    SyncFolderItems: () => ({
      ResponseMessages: [{ SyncFolderItemsResponseMessage: bad('ErrorExceededConnectionCount') }],
    }),
  })
  assert.equal((await failing(mailbox.changes(inbox, null, 100, signal))).kind, 'too-many')
})

test('a folder that may not be read, or cannot, is the only one that is not', async (t) => {
  const said = [
    ['ErrorAccessDenied', 'item-permanent'],
    ['ErrorCorruptData', 'item-permanent'],
    ['ErrorFolderNotFound', 'transient'],
    ['ErrorNonExistentMailbox', 'mailbox-permanent'],
  ] as const
  for (const [code, kind] of said) {
    const { mailbox } = await opened(t, {
      SyncFolderItems: () => ({ ResponseMessages: [{ SyncFolderItemsResponseMessage: bad(code, 'no') }] }),
    })
    const failure = await failing(mailbox.changes(inbox, null, 100, signal))
    assert.deepEqual([failure.kind, failure.code], [kind, code])
    assert.match(failure.message, /^The changes of the folder "Inbox": /)
  }
})

test('lists of changes are asked for four at once of a mailbox, whatever else is under way', async (t) => {
  let [now, most] = [0, 0]
  const four = Promise.withResolvers<void>()
  const { mailbox } = await opened(t, {
    SyncFolderItems: async () => {
      most = Math.max(most, ++now)
      if (now === 4) four.resolve()
      await four.promise
      // A fifth would come meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 20))
      now--
      return {
        ResponseMessages: [
          {
            SyncFolderItemsResponseMessage: {
              ...good,
              ...{ SyncState: 'state', IncludesLastItemInRange: true, Changes: [] },
            },
          },
        ],
      }
    },
  })
  const folders = Array.from({ length: 12 }, (_, at) => ({ ...inbox, key: `F${at}` }))
  await Promise.all(folders.map((folder) => mailbox.changes(folder, null, 10, signal)))
  assert.equal(most, 4)
  const stop = new AbortController()
  const waiting = folders.map((folder) => mailbox.changes(folder, null, 10, stop.signal))
  stop.abort(new Error('drained'))
  for (const each of await Promise.allSettled(waiting)) assert.equal(each.status, 'rejected')
})

test('one item that is busy for ever, and one that is corrupt, do not hold up the others', async (t) => {
  let tries = 0
  const { mailbox } = await opened(t, {
    GetItem: getItems((id, request) => {
      const wantsContent = request.ItemShape.IncludeMimeContent === true
      if (id === 'busy' && wantsContent) {
        tries++
        return { ...bad('ErrorServerBusy', 'MAPI 0x8004010b'), Items: [] }
      }
      if (id === 'corrupt' && wantsContent) return { ...bad('ErrorCorruptData', 'broken'), Items: [] }
      if (id === 'gone') return { ...bad('ErrorItemNotFound', 'gone'), Items: [] }
      return mail(id, request)
    }),
  })
  assert.deepEqual((await read(mailbox.items(inbox, ['a', 'busy', 'corrupt', 'gone', 'b'], signal))).sort(), [
    'a 14',
    'b 14',
    'busy item-permanent ErrorServerBusy about busy',
    'corrupt item-permanent ErrorCorruptData about corrupt',
    'gone item-permanent gone -',
  ])
  assert.equal(tries, 3)
})

test('of an item that tells nothing at all, the table of its folder tells subject and date, and the attempts are counted', async (t) => {
  const marked = (id: string, key: string) => ({
    ItemId: { Id: id, ChangeKey: 'a' },
    ItemClass: 'IPM.Note',
    Size: 14,
    ExtendedProperty: [
      { ExtendedFieldURI: { PropertyTag: '0x300b', PropertyType: 'Binary' as const }, Value: key },
    ],
  })
  const asked: unknown[] = []
  const { mailbox } = await opened(t, {
    SyncFolderItems: () =>
      changesOf(
        ['a', 'busy'].map((id) => ({
          Create: { Message: marked(id, Buffer.from(id).toString('base64')) },
        })),
      ),
    GetItem: getItems((id, request) =>
      id === 'busy' ? { ...bad('ErrorServerBusy', 'MAPI 0x8004010b'), Items: [] } : mail(id, request),
    ),
    FindItem: ({ Restriction }) => {
      asked.push(Restriction?.IsEqualTo?.FieldURIOrConstant)
      const told = (Id: string, Subject: string) => ({
        Message: { ItemId: { Id, ChangeKey: 'a' }, Subject, DateTimeReceived: '2026-03-01T10:00:00Z' },
      })
      return {
        ResponseMessages: [
          {
            FindItemResponseMessage: {
              ...good,
              RootFolder: {
                TotalItemsInView: 2,
                IncludesLastItemInRange: true,
                Items: [told('copy', 'a copy of it'), told('busy', 'the offer')],
              },
            },
          },
        ],
      }
    },
  })
  await mailbox.changes(inbox, null, 10, signal)
  const failed: ReadItem[] = []
  for await (const one of mailbox.items(inbox, ['a', 'busy'], signal))
    if (one.kind === 'failed') failed.push(one)
  assert.equal(failed.length, 1)
  const [{ failure, ...told }] = failed as [Extract<ReadItem, { kind: 'failed' }>]
  assert.deepEqual(told, {
    kind: 'failed',
    key: 'busy',
    attempts: 3,
    title: 'the offer',
    receivedAt: Date.UTC(2026, 2, 1, 10),
  })
  assert.match(failure.message, /^The item "the offer"/)
  assert.deepEqual(asked, [{ Constant: { Value: Buffer.from('busy').toString('base64') } }])
})

test('a server that is busy for all of them is left alone', async (t) => {
  const { mailbox } = await opened(t, {
    GetItem: getItems((id, request) =>
      request.ItemShape.IncludeMimeContent
        ? { ...bad('ErrorServerBusy', '', { BackOffMilliseconds: '5000' }), Items: [] }
        : mail(id, request),
    ),
  })
  const failure = await failing(read(mailbox.items(inbox, ['a', 'b'], signal)))
  assert.deepEqual([failure.kind, failure.backOffMs], ['throttled', 5_000])
})

test('where it stays busy for some alone and answers otherwise, it is those items, and others among them come', async (t) => {
  let [asked, isBusy] = [0, false]
  const { mailbox } = await opened(t, {
    GetFolder: ({ FolderIds }) => ({
      ResponseMessages: FolderIds.map(() => ({
        GetFolderResponseMessage: isBusy
          ? bad('ErrorServerBusy', 'all of it')
          : { ...good, Folders: [{ Folder: { FolderId: { Id: 'F1', ChangeKey: 'a' } } }] },
      })),
    }),
    GetItem: (request) => {
      if (!request.ItemShape.IncludeMimeContent) return getItems((id) => mail(id, request))(request)
      asked++
      const isWhole = request.ItemIds.length > 2
      return getItems((id) =>
        isWhole || id.startsWith('stuck')
          ? { ...bad('ErrorServerBusy', 'MAPI 0x8004010b'), Items: [] }
          : mail(id, request),
      )(request)
    },
  })
  const keys = ['stuck 1', 'stuck 2', 'stuck 3', 'well 1']
  const all = () => read(mailbox.items(inbox, keys, signal))
  for (let round = 1; round <= 3; round++) assert.equal((await failing(all())).kind, 'throttled')
  assert.equal(asked, 3, 'it is left alone')
  isBusy = true
  assert.match((await failing(all())).message, /^The inbox: ErrorServerBusy/)
  assert.equal(asked, 4)
  isBusy = false
  assert.deepEqual((await all()).sort(), [
    'stuck 1 item-permanent ErrorServerBusy about stuck 1',
    'stuck 2 item-permanent ErrorServerBusy about stuck 2',
    'stuck 3 item-permanent ErrorServerBusy about stuck 3',
    'well 1 19',
  ])
})

test('an item that is to wait for long by itself is told as that, and nobody waits for it here', async (t) => {
  const { mailbox } = await opened(t, {
    GetItem: getItems((id, request) =>
      id === 'later' && request.ItemShape.IncludeMimeContent
        ? { ...bad('ErrorServerBusy', '', { BackOffMilliseconds: '300000' }), Items: [] }
        : mail(id, request),
    ),
  })
  const failed: ReadItem[] = []
  for await (const one of mailbox.items(inbox, ['at once', 'later'], signal))
    if (one.kind === 'failed') failed.push(one)
  const [{ failure, attempts }] = failed as [Extract<ReadItem, { kind: 'failed' }>]
  assert.deepEqual([failed.length, attempts], [1, 1])
  assert.deepEqual([failure.kind, failure.code, failure.backOffMs], ['throttled', 'ErrorServerBusy', 300_000])
  assert.match(failure.message, /^The item "about later": ErrorServerBusy/)
})

test('a request that is too much is halved, down to the item that breaks it', async (t) => {
  const sizes: number[] = []
  const { mailbox } = await opened(t, {
    GetItem: (request) => {
      if (request.ItemShape.IncludeMimeContent) {
        sizes.push(request.ItemIds.length)
        if (request.ItemIds.some((one) => one.ItemId?.Id === 'i5'))
          throw new Fault('ErrorInternalServerError')
      }
      return getItems((id) => mail(id, request))(request)
    },
  })
  const keys = Array.from({ length: 8 }, (_, at) => `i${at}`)
  const seen = await read(mailbox.items(inbox, keys, signal))
  assert.equal(seen.length, 8)
  assert.deepEqual(
    seen.filter((one) => !/^i\d 15$/.test(one)),
    ['i5 item-permanent ErrorInternalServerError about i5'],
  )
  assert.equal(sizes[0], 8)
})
