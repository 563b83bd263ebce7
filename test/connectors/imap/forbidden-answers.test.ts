/** What no server may do, and some do, to a mailbox that is read from them. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { StubFolder } from '#test/support/stub-imap-mailbox.ts'
import { stubImapSource } from '#test/support/stub-imap-source.ts'

const { signal } = new AbortController()

async function stub(t: TestContext, folders: StubFolder[]) {
  const opened = await stubImapSource(folders)
  t.after(() => opened.server.close())
  return opened
}

test('a server that lists no folder at all has a fault, and no empty mailbox', async (t) => {
  const { server, source } = await stub(t, [])
  server.special = (name) =>
    name === 'EXAMINE' ? '* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n% OK done' : undefined
  const checks = await source.check('ann', signal)
  assert.deepEqual(
    checks.filter(({ state }) => state === 'failed').map(({ name, found }) => [name, found]),
    [['folders', 'The server lists no folder at all, not even INBOX.']],
  )
  const mailbox = await source.open('ann', signal)
  await assert.rejects(
    Array.fromAsync(mailbox.folders(signal)),
    (error: unknown) =>
      error instanceof SourceFailure &&
      error.kind === 'transient' &&
      /lists no folder at all, not even INBOX\. Nothing is taken for deleted/.test(error.message),
  )
  await mailbox.close()
})

test('a message with NUL in it comes with its octets, and so do the others', async (t) => {
  const odd = `Message-ID: <1@a.example>\r\nSubject: a\0b\r\n\r\nText\0\r\n`
  const plain = 'Subject: c\r\n\r\nText\r\n'
  const { source } = await stub(t, [
    {
      name: 'INBOX',
      messages: [
        { uid: 1, text: odd },
        { uid: 2, text: plain },
      ],
    },
  ])
  const mailbox = await source.open('ann', signal)
  const [folder] = await Array.fromAsync(mailbox.folders(signal))
  const { changes } = await mailbox.changes(folder!, null, 10, signal)
  const keys = changes.map(({ key }) => key)
  const read: string[] = []
  for await (const each of mailbox.items(folder!, keys, signal)) {
    assert.ok(each.kind === 'item')
    read.push(Buffer.concat(await Array.fromAsync(each.item.message!.open(signal))).toString('latin1'))
  }
  assert.ok(read.join('|') === [odd, plain].join('|'))
  await mailbox.close()
})
