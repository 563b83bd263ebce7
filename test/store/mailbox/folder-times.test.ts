import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxWriter } from '#src/domain/mailbox/store.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

test('each change of an item gives its folders a later time, whatever the clock says, and nothing else does', async () => {
  const at = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(at, { quotaBytes: 1_000_000, folders: distinguishedFolders }),
  )
  const find = async (distinguished: string) => (await memory.reader.findFolder(at, { distinguished }))!.no
  const [inbox, sent, drafts] = [await find('inbox'), await find('sentitems'), await find('drafts')]
  const timesNow = () =>
    Promise.all([inbox, sent, drafts].map(async (no) => (await memory.reader.getFolder(at, no)).changedAt))
  assert.deepEqual(await timesNow(), [null, null, null], 'nothing was ever in them')

  let item: ItemNo
  let other: ItemNo
  let uid: number
  const append = (writer: MailboxWriter) =>
    writer.appendItem(at, { folder: inbox, class: 'message', receivedAt: 1, summary: { subject: 's' } })
  const seen = { add: Flag.seen }
  const steps: [what: string, changes: ('inbox' | 'sent')[], (writer: MailboxWriter) => Promise<unknown>][] =
    [
      ['it came', ['inbox'], async (writer) => ({ no: item } = await append(writer))],
      ['another came', ['inbox'], async (writer) => ({ no: other, uid } = await append(writer))],
      ['it was read', ['inbox'], (writer) => writer.changeFlags(at, [item], seen)],
      ['it is read already', [], (writer) => writer.changeFlags(at, [item], seen)],
      [
        'read by its uid',
        ['inbox'],
        (writer) => writer.changeFlagsByUid(at, inbox, Uint32Array.of(uid), seen),
      ],
      ['it was edited', ['inbox'], (writer) => writer.changeItem(at, item, { summary: { subject: 'x' } })],
      ['it was copied', ['sent'], (writer) => writer.copyItems(at, { items: [item], to: sent })],
      ['it was moved', ['inbox', 'sent'], (writer) => writer.moveItems(at, { items: [item], to: sent })],
      ['the other was removed', ['inbox'], (writer) => writer.removeItems(at, [other])],
      ['nothing was removed', [], (writer) => writer.removeItems(at, [other])],
      [
        'folders are made below it',
        [],
        (writer) => writer.createFolder(at, { parent: inbox, name: 'x', class: 'message' }),
      ],
    ]
  // As it goes, as it stands still, as it was set back, as it goes again.
  for (const clock of [1_000, 1_000, 10, 1_001])
    for (const [what, changes, step] of steps) {
      const before = await timesNow()
      memory.clock.now = clock
      if (what.startsWith('folders are') && clock !== 10) continue
      await memory.write(step)
      const now = await timesNow()
      for (const [index, name] of (['inbox', 'sent', 'drafts'] as const).entries()) {
        const [was, is] = [before[index]!, now[index]!]
        if ((changes as string[]).includes(name))
          assert.ok(is > (was ?? 0) && is >= clock, `${what}: ${name}`)
        else assert.equal(is, was, `${what}: ${name}`)
      }
    }
})
