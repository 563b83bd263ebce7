/** A mailbox over which the process has ended three times: one item at a time, each known before its octets are asked for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const careful = { ends: 3, unnamed: 0 }

/** Mails of a mailbox; which items were asked for, and what was written down then. */
async function site(mails: number, pageItems = 512) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const keys = Array.from({ length: mails }, (_, no) => box.addMessage(inbox, `mail ${no}`))
  const mailbox = await migratedMailbox(source, { settings: { pageItems } })
  const asked: { key: string; written: string | undefined }[] = []
  source.before = async ({ op, key }) => {
    if (op !== 'item') return
    const { uncleanEnds } = await mailbox.member()
    asked.push({ key: key!, written: uncleanEnds?.asked?.key })
  }
  return { source, box, inbox, keys, mailbox, asked }
}

test('each item is asked for alone and written down before, and then nothing is held against the mailbox', async (t) => {
  const { source, keys, mailbox, asked } = await site(5)
  t.after(() => mailbox.remove())
  await mailbox.pass({ ends: careful })
  assert.deepEqual(
    asked,
    keys.map((key) => ({ key, written: key })),
  )
  assert.equal(source.count('items'), 5)
  const { uncleanEnds, counts } = await mailbox.member()
  assert.deepEqual([uncleanEnds, counts.copied], [undefined, 5])
})

test('below three times it is read as ever', async (t) => {
  const { source, keys, mailbox, asked } = await site(5)
  t.after(() => mailbox.remove())
  await mailbox.pass({ ends: { ends: 2, unnamed: 0 } })
  assert.deepEqual(
    asked,
    keys.map((key) => ({ key, written: undefined })),
  )
  assert.equal(source.count('items'), 1)
})

test('once a page is through, what follows is read as ever', async (t) => {
  const { source, keys, mailbox, asked } = await site(6, 3)
  t.after(() => mailbox.remove())
  await mailbox.pass({ ends: careful })
  assert.deepEqual(
    asked.map(({ written }) => written),
    [...keys.slice(0, 3), undefined, undefined, undefined],
  )
  assert.equal(source.count('items'), 4)
})

test('what the process ended over three times is not asked for, neither to be read nor to be compared', async (t) => {
  const { source, box, inbox, keys, mailbox, asked } = await site(3)
  t.after(() => mailbox.remove())
  const [first, second, third] = keys
  const suspect = (key: string) => ({ ...careful, suspect: { key, times: 3 } })
  await mailbox.pass({ ends: suspect(second!) })
  assert.deepEqual(
    asked.map(({ key }) => key),
    [first, third],
  )
  const troubled = async () =>
    (await mailbox.store.migration.listLedgerItems(mailbox.at, { troubled: true, limit: 10 })).rows.map(
      ({ key, state, code }) => `${key} ${state} ${code}`,
    )
  assert.deepEqual(await troubled(), [`${second} skipped ended-the-service`])
  // New keys for everything, and nothing that proves what they are: each is read to be compared.
  box.isUnproven = true
  box.remove(inbox, second!)
  box.invalidate(inbox, { renumber: true })
  const again = [...box.folder(inbox).items.keys()]
  asked.length = 0
  source.calls.length = 0
  await mailbox.pass({ ends: suspect(again[1]!) })
  assert.deepEqual(asked, [{ key: again[0], written: again[0] }])
  assert.ok((await troubled()).includes(`${again[1]} skipped ended-the-service`))
})

test('one that failed while it was alone is not under suspicion as the next one is asked for', async (t) => {
  const { source, keys, mailbox } = await site(2)
  t.after(() => mailbox.remove())
  const written: (string | undefined)[] = []
  source.before = async ({ op, key }) => {
    if (op !== 'item') return
    written.push((await mailbox.member()).uncleanEnds?.asked?.key)
    if (key === keys[0]) throw new SourceFailure('item-permanent', 'ErrorItemCorrupt', 'It is broken.')
  }
  await mailbox.pass({ ends: careful })
  assert.deepEqual(written, keys)
  assert.deepEqual((await mailbox.member()).uncleanEnds, undefined)
})
