import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { exchangeSiteWith, folderOf, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')
const { store } = site.service.data
const at = await site.mailboxAt('ann@corp.test')
const inbox = await store.mailboxes.findFolder(at, { distinguished: 'inbox' })
for (const [subject, length] of [
  ['small', 100],
  ['large', 5_000],
  ['larger', 9_000],
] as const) {
  const octets = Buffer.from(`From: b@corp.test\r\nSubject: ${subject}\r\n\r\n${'x'.repeat(length)}\r\n`)
  await addMessage(store, at, {
    ...{ folder: inbox!.no, source: Readable.from([octets]), sizeBytes: octets.length },
    ...{ flags: 0, keywords: [], receivedAt: Date.UTC(2020, 0, 1), properties: {} },
  })
}

test('items above a size are named without reading them, no more than are asked for', async () => {
  const mailbox = await site.open('ann@corp.test')
  const inbox = await folderOf(mailbox, 'inbox')
  const above = async (bytes: number, most = 10) =>
    (await mailbox.largeItems!(inbox, { bytes, most }, signal)).map(({ title, sizeBytes }) => {
      assert.ok(sizeBytes > bytes)
      return title
    })
  assert.deepEqual((await above(4_000)).sort(), ['large', 'larger'])
  assert.deepEqual(await above(8_000), ['larger'])
  assert.deepEqual(await above(2 ** 33), [])
  assert.equal((await above(4_000, 1)).length, 1)
})

test('a folder that is gone is the failure of that folder alone', async () => {
  const mailbox = await site.open('ann@corp.test')
  const inbox = await folderOf(mailbox, 'inbox')
  await assert.rejects(
    mailbox.largeItems!({ ...inbox, key: 'AAAA' }, { bytes: 1, most: 1 }, signal),
    (error) => error instanceof SourceFailure && error.kind === 'item-permanent',
  )
})

test('the certificate of the server is seen with the first answer, and a password that never ends is not told', async () => {
  const source = site.source('ann@corp.test')
  assert.deepEqual(source.expiries!(), [])
  assert.ok((await source.check('ann@corp.test', signal)).every(({ state }) => state === 'ok'))
  const [certificate, ...others] = source.expiries!()
  assert.deepEqual(others, [])
  assert.equal(certificate!.what, 'certificate')
  assert.ok(certificate!.endsAt > Date.now())
})
