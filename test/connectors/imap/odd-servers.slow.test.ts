/** What servers say that no standard has, through the whole engine: nothing is lost without a word, nothing comes twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dryRun } from '#src/domain/migration/engine/progress/dry-run.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { StubMailbox } from '#test/support/stub-imap-mailbox.ts'
import { counts, messages, start, text } from '#test/support/stub-migration.ts'

const { signal } = new AbortController()

/** Answers a FETCH with these lines. */
const answering =
  (asks: RegExp, line: (uid: number) => string, uids = [1, 2]): StubMailbox['special'] =>
  (name, { text }) =>
    name === 'UID FETCH' && asks.test(text)
      ? [...uids.map(line).filter(Boolean), '% OK done'].join('\r\n')
      : undefined

test('folders whose names no server may have are read under those names, and shown as people wrote them', async () => {
  const { mailbox, server } = await start([
    { name: 'INBOX', messages: messages(1) },
    { name: 'R&D', messages: messages(2) },
    { name: 'R&-D', messages: messages(3) },
    { name: 'Entw&APw-rfe/Q&A', messages: messages(4) },
    { name: 'Entw&APw-rfe', messages: messages(5) },
    { name: 'Gr\xfc\xdfe', messages: messages(6) },
    { name: Buffer.from('Größe').toString('latin1'), messages: messages(7) },
    { name: 'a&AC8-b', messages: messages(8) },
    { name: '&AOk-&AOk-', messages: messages(9) },
    { name: 'Inbox/Orders', messages: messages(10) },
    { name: 'A//B', messages: messages(11) },
    { name: 'say "hi"\\', messages: messages(12) },
    { name: 'Work', messages: messages(13) },
    { name: 'Tab\tbed', messages: messages(14) },
    { name: 'Work/', attributes: '\\Noselect', messages: [] },
  ])
  await mailbox.pass()
  const all = {
    '/A/Unnamed/B': 1,
    '/Drafts': 1,
    '/Drafts/Q&A': 1,
    '/Größe': 1,
    '/Grüße': 1,
    '/Inbox': 1,
    '/Inbox/Orders': 1,
    '/R&D': 1,
    '/R&D (2)': 1,
    '/Tab bed': 1,
    '/Work': 1,
    '/a&AC8-b': 1,
    '/say "hi"\\': 1,
    '/éé': 1,
  }
  assert.deepEqual(await counts(mailbox), Object.fromEntries(Object.entries(all).sort()))
  const folders = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  const renamed = folders.flatMap(({ losses }) =>
    losses.map(({ property, reason }) => `${property}: ${reason}`),
  )
  assert.ok(renamed.includes('folder name: "Tab\u2409bed" is "Tab bed" here.'), renamed.join('\n'))
  server.folders[1]!.messages.push(...messages(20))
  const { items } = await mailbox.pass()
  assert.equal(items, 1)
})

test('dates, sizes and flags that cannot be read cost themselves, and not the message', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }])
  const told: Record<number, string> = {
    1: 'FLAGS NIL INTERNALDATE NIL RFC822.SIZE NIL',
    2: 'FLAGS (\\Seen [Gmail]x "two words" gr\xc3\xbcn) INTERNALDATE "31-Feb-2020 00:00:00 +0000" RFC822.SIZE -1',
    3: 'FLAGS () INTERNALDATE "" RFC822.SIZE 100',
    4: 'FLAGS () INTERNALDATE " 1-Feb-2020 00:00:00 +0000" RFC822.SIZE 100',
  }
  const header = 'Date: Fri, 1 Jan 2021 00:00:00 +0000\r\n\r\n'
  server.special = answering(
    /INTERNALDATE/,
    (uid) =>
      `* ${uid} FETCH (UID ${uid} ${told[uid]} BODY[HEADER.FIELDS (DATE)] {${header.length}}\r\n${header})`,
    [1, 2, 3, 4],
  )
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), {
    '/Inbox': [
      'No 1 [0] Text 1',
      'No 2 [1 [Gmail]x grün two words] Text 2',
      'No 3 [0] Text 3',
      'No 4 [0] Text 4',
    ],
  })
  const rows = (await ledger()).toSorted((a, b) => a.key.localeCompare(b.key))
  assert.deepEqual(
    rows.map(({ losses }) => losses.map(({ property, weight }) => `${property} ${weight}`)),
    [['received metadata'], ['received metadata'], ['received metadata'], []],
  )
})

test('a message that the server counts and does not give is named, in the list and in the verification', async () => {
  const header = 'BODY[HEADER.FIELDS (DATE)] {2}\r\n\r\n'
  const ways: [how: string, special: StubMailbox['special']][] = [
    [
      'left out of the list',
      answering(/INTERNALDATE/, (uid) => (uid === 1 ? `* 1 FETCH (UID 1 FLAGS () ${header})` : '')),
    ],
    [
      'without a body',
      answering(
        /BODY\.PEEK\[\]/,
        (uid) => `* ${uid} FETCH (UID ${uid} BODY[] ${uid === 2 ? 'NIL' : '"a: b"'})`,
      ),
    ],
    [
      'passed over',
      answering(/BODY\.PEEK\[\]/, (uid) => (uid === 2 ? '' : `* 1 FETCH (UID 1 BODY[] "a: b")`)),
    ],
  ]
  for (const [how, special] of ways) {
    const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2) }])
    server.special = special
    await mailbox.pass()
    for (const again of [false, true]) {
      if (again) await mailbox.pass()
      const left = (await ledger()).filter(({ state }) => state !== 'copied')
      assert.deepEqual(
        left.map(({ state, code, problem }) => [state, code, /gives nothing of it/.test(problem)]),
        [['skipped', 'FETCH', true]],
        how,
      )
    }
    assert.deepEqual(await counts(mailbox), { '/Inbox': 1 }, how)
  }
})

test('an empty message is a message', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2) }])
  server.special = answering(
    /BODY\.PEEK\[\]/,
    (uid) => `* ${uid} FETCH (UID ${uid} BODY[] ${uid === 1 ? '""' : '{0}\r\n'})`,
  )
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 2 })
  assert.deepEqual(
    (await ledger()).map(({ state }) => state),
    ['copied', 'copied'],
  )
})

test('a folder that the server does not open is named, the others come, and it comes too once it opens', async () => {
  const { server, mailbox } = await start([
    { name: 'INBOX', messages: messages(1) },
    { name: 'Locked', messages: messages(2) },
    { name: 'Other', messages: messages(3) },
  ])
  const refused = '% NO [NOPERM] not yours'
  for (const answer of [refused, '* 1 EXISTS\r\n% OK [READ-ONLY] without a number']) {
    server.special = (name, { text }) => (name === 'EXAMINE' && text.includes('Locked') ? answer : undefined)
    const { alerts } = await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': 1, '/Other': 1 })
    assert.deepEqual(alerts, [])
    const rows = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
    assert.deepEqual(
      rows.flatMap(({ name, losses }) =>
        losses.map(({ reason, weight }) => [name, weight, reason.slice(0, 49)]),
      ),
      [['Locked', 'content', 'The server does not let the folder "Locked" be re']],
    )
  }
  server.special = undefined
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 1, '/Locked': 1, '/Other': 1 })
  const rows = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  assert.deepEqual(
    rows.flatMap(({ losses }) => losses),
    [],
  )
})

for (const all of [5, 6, 7])
  test(`deletions among ${all} messages in pages of three are followed with the pass that hears of them`, async () => {
    const uids = Array.from({ length: all }, (_, at) => at + 1)
    const { mailbox, folder } = await start([{ name: 'INBOX', messages: messages(...uids) }], {
      settings: { deletesHere: true, pageItems: 3 },
    })
    await mailbox.pass()
    // The server has no modseqs: all of them are told, in so many pages and perhaps an empty one.
    folder(0).messages.splice(0, 2)
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': all - 2 })
  })

test('equal messages stay as many as they are, whatever becomes of their numbers', async () => {
  const same = (...uids: number[]) => uids.map((uid) => ({ uid, text: text(7), flags: [] as string[] }))
  const { server, mailbox } = await start([
    { name: 'INBOX', messages: same(1, 2, 3) },
    { name: 'Copies', messages: same(1, 2) },
  ])
  await mailbox.pass()
  const all = { '/Copies': 2, '/Inbox': 3 }
  assert.deepEqual(await counts(mailbox), all)
  for (const validity of [2, 3]) {
    server.folders[0] = { name: 'INBOX', validity, messages: same(11, 12, 13) }
    server.folders[1] = { name: 'Copies', validity, messages: same(4, 5) }
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), all, `validity ${validity}`)
  }
  // One moves: the folder that has it now comes first, then last.
  server.folders[0]!.messages.push(...same(14))
  server.folders[1]!.messages.pop()
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Copies': 1, '/Inbox': 4 })
  server.folders[1]!.messages.push(...same(6))
  server.folders[0]!.messages.shift()
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), all)
})

test('another life of a folder that begins in the middle of it costs nothing and doubles nothing', async () => {
  const { server, mailbox, folder } = await start(
    [{ name: 'INBOX', messages: messages(...Array.from({ length: 9 }, (_, at) => at + 1)) }],
    {
      settings: { pageItems: 4 },
    },
  )
  let fetches = 0
  server.special = (name, { text }) => {
    if (name !== 'UID FETCH' || !text.includes('BODY.PEEK[]') || ++fetches !== 2) return undefined
    const { messages: before } = folder(0)
    server.folders[0] = {
      name: 'INBOX',
      validity: 9,
      messages: before.map((each) => ({ ...each, uid: each.uid + 100 })),
    }
    server.socket().end('* BYE the mailbox was rebuilt\r\n')
    return ''
  }
  const { alerts } = await mailbox.pass()
  assert.deepEqual(alerts, [])
  server.special = undefined
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 9 })
  const subjects = (await mailbox.picture())['/Inbox']!
  assert.equal(new Set(subjects).size, 9)
})

test('what has the id, the date and the size of another one is read, not taken for it', async () => {
  const { server, mailbox } = await start([
    { name: 'INBOX', messages: [{ uid: 1, text: text(1, 'Pay 100 EUR', 'same') }] },
    { name: 'Other', messages: [] },
  ])
  await mailbox.pass()
  server.folders[1]!.messages.push({ uid: 1, text: text(1, 'Pay 900 EUR', 'same') })
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), {
    '/Inbox': ['No 1 [0] Pay 100 EUR'],
    '/Other': ['No 1 [0] Pay 900 EUR'],
  })
})

for (const [first, then] of [
  [0, 1],
  [1, 0],
] as const)
  test(`what no id names is read before it is taken for what went, from folder ${first}`, async () => {
    const report = (uid: number, host: string) => ({
      uid,
      text: `Date: Fri, 1 Jan 2021 00:00:00 +0000\r\nSubject: Backup\r\n\r\nhost ${host} ok\r\n`,
    })
    const { server, mailbox } = await start(
      [
        { name: 'INBOX', messages: [] },
        { name: 'Other', messages: [] },
      ],
      { settings: { deletesHere: false } },
    )
    const { folders } = server
    folders[first]!.messages.push(report(1, 'a'), report(2, 'b'))
    await mailbox.pass()
    const bodies = async () =>
      Object.fromEntries(
        Object.entries(await mailbox.picture()).map(([path, items]) => [
          path,
          items.map((words) => /host (.)/.exec(words)![1]).sort(),
        ]),
      )
    const [from, to] = first === 0 ? ['/Inbox', '/Other'] : ['/Other', '/Inbox']
    // One goes and another of the same second comes up; the other one moves.
    folders[first]!.messages = []
    folders[then]!.messages.push(report(1, 'c'), report(2, 'b'))
    for (const same of [false, true, false]) {
      await mailbox.pass({ same })
      assert.deepEqual(await bodies(), { [from!]: ['a'], [to!]: ['b', 'c'] })
    }
    // New UIDs for all, in the same seconds.
    Object.assign(folders[then]!, { validity: 2, messages: [report(61, 'c'), report(62, 'b')] })
    await mailbox.pass()
    assert.deepEqual(await bodies(), { [from!]: ['a'], [to!]: ['b', 'c'] })
  })

test('a dry run and a verification know of the folder that is not opened', async () => {
  const { server, source, mailbox } = await start([
    { name: 'INBOX', messages: messages(1) },
    { name: 'Locked', messages: messages(2) },
  ])
  server.special = (name, { text }) => (name === 'EXAMINE' && text.includes('Locked') ? '% NO no' : undefined)
  const member = { ...(await mailbox.member()), mailbox: null }
  const opened = await source.open('ann', signal)
  const { folders } = await dryRun(mailbox.store, member, mailbox.organization.id, opened, mailbox.settings, {
    ...{ from: null, isOver: () => false, signal },
  })
  await opened.close()
  assert.deepEqual(
    folders.map(({ name, fresh, unread }) => [name, fresh, unread === undefined]),
    [
      ['INBOX', 1, true],
      ['Locked', 0, false],
    ],
  )
  await mailbox.pass()
  const { differences, grade } = await verifyMailbox({
    store: mailbox.store,
    at: mailbox.at,
    sourceId: 'old',
    level: 3,
    sampledPart: 1,
    random: Math.random,
    signal,
  })
  assert.deepEqual(
    differences.map(({ title, what }) => [title, what]),
    [['Locked', 'The folder was not read to its end.']],
  )
  assert.notEqual(grade, 'perfect')
})

test('a message over the limit is named with its subject, also where the server does not tell its size', async () => {
  const large = { uid: 2, text: text(2, 'x'.repeat(5_000)) }
  for (const isTold of [true, false]) {
    const { server, mailbox, ledger } = await start(
      [{ name: 'INBOX', messages: [...messages(1), large, ...messages(3)] }],
      { settings: { largestItemBytes: 1_000 } },
    )
    const head = 'Subject: No 2\r\n\r\n'
    if (!isTold)
      server.special = answering(
        /INTERNALDATE/,
        (uid) =>
          `* ${uid} FETCH (UID ${uid} FLAGS () INTERNALDATE " 1-Jan-2021 00:00:00 +0000" BODY[HEADER.FIELDS (SUBJECT)] {${head.length}}\r\n${head.replace('2', String(uid))})`,
        [1, 2, 3],
      )
    await mailbox.pass()
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': 2 })
    const left = (await ledger()).filter(({ state }) => state !== 'copied')
    assert.deepEqual(
      left.map(({ state, title, losses }) => [state, title, losses.map(({ weight }) => weight)]),
      [['skipped', 'No 2', ['content']]],
    )
    assert.match(left[0]!.problem, /larger|limit/i)
  }
})

test('messages with NUL in header and body are taken in', async () => {
  const odd = (no: number, tail = '') =>
    `Message-ID: <n${no}@a.example>\r\nFrom: a\0@b.example\r\nSubject: N\0 ${no}\r\n\r\nText\0${tail}\r\n`
  const large = odd(2, '\0'.repeat(100_000))
  const { mailbox } = await start([
    { name: 'INBOX', messages: [{ uid: 1, text: odd(1) }, { uid: 2, text: large }, ...messages(3)] },
  ])
  const { items } = await mailbox.pass()
  assert.equal(items, 3)
  assert.deepEqual(await counts(mailbox), { '/Inbox': 3 })
})
