/** What becomes of an item of another Landbridge between its listing and the reading of its octets. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { storedMailbox } from '#connectors/landbridge/stored-mailbox.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { changeMessage } from '#src/domain/mailbox/change-message.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { temporaryStore } from '#test/support/store.ts'

const temporary = await temporaryStore()
after(() => temporary.remove())
const { store, organization } = temporary
const [at] = temporary.mailboxes as [(typeof temporary.mailboxes)[0]]
const { signal } = new AbortController()
const source = storedMailbox(store, at, false)
const [inbox] = (await Array.fromAsync(source.folders(signal))).filter(({ role }) => role === 'inbox')

const octets = (text: string) => Buffer.from(`Subject: x\r\n\r\n${text.repeat(10_000)}\r\n`)
async function* once(bytes: Uint8Array) {
  yield bytes
}
const add = async () => {
  const bytes = octets('one')
  return (await addMessage(store, at, { folder: at.inbox, sizeBytes: bytes.length, source: once(bytes) })).no
}
const remove = (no: ItemNo) =>
  store.transact({ organization: organization.id, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.removeItems(at, [no]),
  )

for (const [what, change, kind] of [
  [
    'changed',
    async (no: ItemNo) => {
      const bytes = octets('two')
      await changeMessage(store, at, no, { source: { sizeBytes: bytes.length, read: () => once(bytes) } })
    },
    'transient',
  ],
  ['gone', remove, 'item-permanent'],
] as const)
  test(`octets of an item that is ${what} meanwhile are a failure of it alone: ${kind}`, async () => {
    const no = await add()
    const [read] = await Array.fromAsync(source.items(inbox!, [String(no)], signal))
    assert.equal(read?.kind, 'item')
    await change(no)
    await assert.rejects(
      Array.fromAsync(read?.kind === 'item' ? read.item.message!.open(signal) : []),
      (error) => error instanceof SourceFailure && error.kind === kind && error.code === what,
    )
  })

test('what was moved and then deleted is gone for good, wherever it was known', async () => {
  const no = await add()
  const { cursor } = await source.changes(inbox!, null, 100, signal)
  await store.transact({ organization: organization.id, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.moveItems(at, { items: [no], to: at.archive }),
  )
  assert.deepEqual((await source.changes(inbox!, cursor, 100, signal)).changes, [])
  await remove(no)
  const { changes } = await source.changes(inbox!, cursor, 100, signal)
  assert.deepEqual(changes, [{ kind: 'gone', key: String(no), forGood: true }])
})
