import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { KEY_LIFETIME_MS } from '#src/store/keyring.ts'
import { readAll, type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let real: TemporaryStore
let at: MailboxRef
let ahead = 0
before(async () => {
  real = await temporaryStore({ mailboxes: 2, now: () => Date.now() + ahead })
  at = { organization: real.organization.id, mailbox: real.mailboxes[0]!.mailbox }
})
after(() => real.remove())

const scope = () => ({ organization: at.organization, mailboxes: [at.mailbox] })
const refusal = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

async function* longMessage(lines: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('Subject: long\r\nContent-Type: text/plain\r\n\r\n')
  const block = Buffer.from(`${'lorem ipsum dolor sit amet '.repeat(37)}\r\n`.repeat(64))
  for (let at = 0; at < lines; at += 64) yield block
  yield Buffer.from('the last word is xylophone\r\n')
}

test('a message of many megabytes is stored, found by its last word, and read back after a restart', async () => {
  let sizeBytes = 0
  for await (const chunk of longMessage(6_400)) sizeBytes += chunk.length
  assert.ok(sizeBytes > 5_000_000)
  const { inbox } = real.mailboxes[0]!
  const item = await addMessage(real.store, at, { folder: inbox, source: longMessage(6_400), sizeBytes })
  await real.reopen()
  const found: number[] = []
  const query = { kind: 'body', contains: 'XYLOPHONE' } as const
  for await (const piece of searchMessages(real.store, at, inbox, query))
    found.push(...piece.map(({ no }) => no))
  assert.deepEqual(found, [item.no])
  const octets = await readAll(real.store, at, item.body!)
  assert.equal(octets.length, sizeBytes)
  assert.deepEqual((await real.store.maintenance.check({ bodies: true })).findings, [])
})

test('appends that come together get uids of their own, and their order is that of their modseqs', async () => {
  const { inbox } = real.mailboxes[0]!
  const append = () =>
    real.store.transact(scope(), ({ mailboxes }) =>
      mailboxes.appendItem(at, { folder: inbox, class: 'note', receivedAt: 0, summary: { subject: 'x' } }),
    )
  const items = await Promise.all(Array.from({ length: 200 }, append))
  assert.equal(new Set(items.map((item) => item.uid)).size, 200)
  const byUid = items.toSorted((a, b) => a.uid - b.uid).map((item) => item.modseq)
  assert.deepEqual(
    byUid,
    byUid.toSorted((a, b) => a - b),
  )
})

test('one over quota among many that are committed together harms no other', async () => {
  const { inbox } = real.mailboxes[0]!
  const other = { organization: at.organization, mailbox: real.mailboxes[1]!.mailbox }
  await real.store.transact({ ...scope(), mailboxes: [other.mailbox] }, ({ mailboxes }) =>
    mailboxes.setQuota(other, 1),
  )
  const append = (to: MailboxRef, folder: typeof inbox) =>
    real.store.transact({ ...scope(), mailboxes: [to.mailbox] }, ({ mailboxes }) =>
      mailboxes.appendItem(to, { folder, class: 'note', receivedAt: 0, summary: { subject: 'x' } }),
    )
  const before = (await real.store.mailboxes.getMailbox(at)).items
  const outcomes = await Promise.allSettled([
    append(at, inbox),
    append(other, real.mailboxes[1]!.inbox),
    append(at, inbox),
  ])
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.equal((await real.store.mailboxes.getMailbox(at)).items, before + 2)
  assert.equal((await real.store.mailboxes.getMailbox(other)).items, 0)
})

test('a destroyed mailbox takes nothing more, and is not there once its key is forgotten', async () => {
  const { mailbox, inbox } = real.mailboxes[1]!
  const gone = { organization: at.organization, mailbox }
  const among = { ...scope(), mailboxes: [mailbox] }
  await real.store.transact(among, ({ mailboxes }) => mailboxes.destroyMailbox(gone))
  const late = real.store.transact(among, ({ mailboxes }) =>
    mailboxes.appendItem(gone, { folder: inbox, class: 'note', receivedAt: 0, summary: { subject: 'x' } }),
  )
  await assert.rejects(late, refusal('no-such-mailbox'))
  ahead += KEY_LIFETIME_MS
  await assert.rejects(real.store.mailboxes.getMailbox(gone), refusal('no-such-mailbox'))
  assert.deepEqual((await real.store.maintenance.check({ bodies: true })).findings, [])
})
