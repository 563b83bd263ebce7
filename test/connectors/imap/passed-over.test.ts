import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stubImapSource } from '#test/support/stub-imap-source.ts'

const { signal } = new AbortController()

test('a message that one answer passes over is asked for once more on another connection', async () => {
  for (const [dropped, failed] of [
    [1, []],
    [Number.POSITIVE_INFINITY, [['FETCH', 2]]],
  ] as const) {
    const text = 'Message-ID: <1@x.example>\r\nSubject: No 1\r\n\r\nText 1\r\n'
    const { server, source } = await stubImapSource([{ name: 'INBOX', messages: [{ uid: 1, text }] }])
    let left: number = dropped
    server.special = (name, { text }) =>
      name === 'UID FETCH' && text.includes('BODY.PEEK[]') && left-- > 0 ? '% OK done' : undefined
    const mailbox = await source.open('ann', signal)
    const [folder] = await Array.fromAsync(mailbox.folders(signal))
    const { changes } = await mailbox.changes(folder!, null, 10, signal)
    const keys = changes.map((each) => each.key)
    const codes: unknown[] = []
    for await (const read of mailbox.items(folder!, keys, signal)) {
      if (read.kind === 'failed') codes.push([read.failure.code, read.attempts])
      else for await (const _ of read.item.message!.open(signal));
    }
    assert.deepEqual(codes, failed)
    await mailbox.close()
    await server.close()
  }
})
