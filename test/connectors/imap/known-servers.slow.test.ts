/** What people meet at well-known servers: nothing waits for ever, nothing is taken for what it is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LanePostponed } from '#src/domain/migration/engine/project/retry.ts'
import { counts, messages, start, text } from '#test/support/stub-migration.ts'

const asksFor = (asked: string, uid: number): boolean =>
  /^UID FETCH (\S+)/
    .exec(asked)![1]!
    .split(',')
    .some((range) => {
      const [first, last = first] = range.split(':').map(Number) as [number, number?]
      return first! <= uid && uid <= last!
    })

for (const [where, asks] of [
  ['its octets are', 'BODY.PEEK[]'],
  ['it is listed', 'HEADER.FIELDS'],
] as const)
  test(`Yahoo: a message of which it says for ever that it is unavailable when ${where} asked for is named, the others come`, async () => {
    const { server, mailbox, ledger } = await start([
      { name: 'INBOX', messages: messages(1, 2, 3, 4, 5, 6) },
      { name: 'Other', messages: messages(7) },
    ])
    server.special = (name, { text }) =>
      name === 'UID FETCH' && text.includes(asks) && asksFor(text, 3)
        ? '% NO [UNAVAILABLE] UID FETCH Server error while fetching messages'
        : undefined
    const { alerts } = await mailbox.pass()
    assert.deepEqual(alerts, [])
    assert.deepEqual(await counts(mailbox), { '/Inbox': 5, '/Other': 1 })
    const [left, ...more] = (await ledger()).filter(({ state }) => state !== 'copied')
    assert.deepEqual([left?.state, left?.code, more.length], ['skipped', 'NO [UNAVAILABLE]', 0])
    assert.match(left!.problem, /^The server says each time that it cannot give the message with UID 3 of/)
  })

test('a server that is unavailable because it slows us down is left alone so long, and no message of it is suspected', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }])
  const asked: string[] = []
  server.special = (name, { text: command }) => {
    if (name !== 'UID FETCH' || !command.includes('BODY.PEEK[]')) return undefined
    asked.push(command)
    const words = 'Request is throttled. Suggested Backoff Time: 5000 milliseconds'
    return asked.length <= 4 ? `% NO [UNAVAILABLE] ${words}` : undefined
  }
  await mailbox.pass()
  assert.deepEqual(asked, Array(5).fill(asked[0]))
  assert.deepEqual(
    (await ledger()).map(({ state }) => state),
    Array(4).fill('copied'),
  )
})

test('a folder that is unavailable is named and comes later; where everything is, nothing is said of folders', async () => {
  const { server, mailbox } = await start([
    { name: 'INBOX', messages: messages(1, 2) },
    { name: 'Other', messages: messages(3) },
  ])
  const untold = async () =>
    (await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')).flatMap(({ name, losses }) =>
      losses.map(({ reason }) => `${name}: ${reason}`),
    )
  const unavailable = (which: RegExp) => {
    server.special = (name, { text }) =>
      name === 'EXAMINE' && which.test(text) ? '% NO [UNAVAILABLE] Mailbox is being rebuilt' : undefined
  }
  unavailable(/./)
  await assert.rejects(mailbox.pass(), LanePostponed)
  assert.deepEqual(await untold(), [])
  unavailable(/Other/)
  await mailbox.pass({ same: true })
  assert.deepEqual(await counts(mailbox), { '/Inbox': 2 })
  assert.match((await untold()).join('\n'), /^Other: .*"Other" be read: .*Mailbox is being rebuilt$/)
  server.special = undefined
  await mailbox.pass()
  assert.deepEqual([await counts(mailbox), await untold()], [{ '/Inbox': 2, '/Other': 1 }, []])
})

test('NetEase opens folders for programs that say who they are; a server that takes that ill is read all the same', async () => {
  for (const answer of ['* ID NIL\r\n% OK done', '% BAD Parse command error']) {
    const { server, mailbox } = await start([{ name: 'INBOX', messages: messages(1) }], {}, 'ID')
    const known = new Set<unknown>()
    server.special = (name, { text }) => {
      if (name === 'ID') {
        assert.equal(text, 'ID ("name" "Landbridge")')
        known.add(server.socket())
        return answer
      }
      return name === 'EXAMINE' && !known.has(server.socket())
        ? '% NO EXAMINE Unsafe Login. Please contact kefu@188.com for help'
        : undefined
    }
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': 1 })
  }
})

test('Exchange: a notice in place of a message that it cannot convert is told as that', async () => {
  const subject = 'Retrieval using the IMAP4 protocol failed for the following message: 752'
  const notice = (uid: number, words: string) => ({
    uid,
    text: text(uid).replace(/^Subject: .*$/m, `Subject: ${words}`),
  })
  const { mailbox, ledger } = await start([
    { name: 'INBOX', messages: [notice(1, subject), notice(2, `Re: ${subject}`)] },
  ])
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 2 })
  assert.deepEqual(
    (await ledger()).flatMap(({ title, losses }) =>
      losses.map(({ property, weight }) => [title, property, weight]),
    ),
    [[subject, 'message', 'content']],
  )
})

test('labels and lists in forms that only some servers write are read', async () => {
  const { server, mailbox } = await start(
    [
      { name: 'INBOX', messages: [] },
      { name: 'All', attributes: '\\All', messages: messages(1) },
    ],
    {},
    'X-GM-EXT-1',
  )
  const labels =
    '"()" "(foobar)" "[foobar]" "Webserver (RW.net" "\\\\Important" "say \\"hi\\"" @home fav [x] "Ge&APw-bt"'
  server.special = (name, { text: asked }) => {
    if (name !== 'UID FETCH' || !asked.includes('X-GM-LABELS')) return undefined
    const header = 'Subject: No 1\r\n\r\n'
    // QQ has a space before the end.
    return `* 1 FETCH (X-GM-LABELS (${labels}) UID 1 X-GM-MSGID 5 FLAGS (\\Seen) INTERNALDATE "00-Jan-0000 00:00:00 +0000" RFC822.SIZE 9 BODY[HEADER.FIELDS (DATE)] {${header.length}}\r\n${header} )\r\n% OK done`
  }
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), {
    '/Archive': [
      'No 1 [1 $Important () (foobar) @home Geübt Webserver (RW.net [foobar] [x] fav say "hi"] Text 1',
    ],
  })
})

test('iCloud: messages are enumerated by their UIDs, as UID SEARCH ALL may answer other numbers', async () => {
  const folder = { name: 'INBOX', modseq: 5, messages: messages(101, 102, 103) }
  const { server, mailbox } = await start([folder], {}, 'CONDSTORE')
  server.special = (_name, { text }) =>
    text === 'UID SEARCH ALL' ? '* SEARCH 1 2 3\r\n% OK done' : undefined
  for (const pass of ['first', 'second']) {
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': 3 }, pass)
    folder.modseq++
  }
})

test('also while a message is looked for that breaks the conversation', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(101, 102, 103) }])
  server.special = (name, { text }) =>
    text === 'UID SEARCH ALL'
      ? '* SEARCH 1 2 3\r\n% OK done'
      : name === 'UID FETCH' && asksFor(text.replaceAll('*', '999'), 103)
        ? null
        : undefined
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 2 })
  const [left] = (await ledger()).filter(({ state }) => state !== 'copied')
  assert.match(left!.problem, /^The conversation .* UID 103 of /)
})

test('a server that does not take them so is asked for all', async () => {
  const { server, mailbox } = await start(
    [{ name: 'INBOX', modseq: 5, messages: messages(1, 2) }],
    {},
    'CONDSTORE',
  )
  server.special = (_name, { text }) =>
    text === 'UID SEARCH UID 1:*' ? '% BAD Error in IMAP command' : undefined
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 2 })
})
