import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { FlagChange, FlagState, MailboxRef } from '#src/domain/mailbox/store.ts'
import { checkMailbox } from '#src/store/mailbox/check.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

const ITEMS = 60

/** A mailbox with `ITEMS` items in its inbox, all but those in `gone`. */
async function aMailbox(gone: readonly number[]): Promise<{ at: MailboxRef; inbox: FolderNo }> {
  const at = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(at, { quotaBytes: 1_000_000, folders: distinguishedFolders }),
  )
  const inbox = (await memory.reader.findFolder(at, { distinguished: 'inbox' }))!.no
  await memory.write(async (writer) => {
    for (let no = 1; no <= ITEMS; no++)
      await writer.appendItem(at, {
        folder: inbox,
        class: 'message',
        receivedAt: no,
        flags: no % 7 === 0 ? Flag.hasAttachment | Flag.flagged : 0,
        keywords: no === 12 ? ['Once'] : no % 5 === 0 ? ['Work'] : no % 11 === 0 ? ['Blue category'] : [],
        summary: { subject: `${no}` },
      })
  })
  const all = await memory.reader.listItems(at, inbox, { order: 'uid', limit: ITEMS })
  const items = all.rows.filter(({ uid }) => gone.includes(uid)).map(({ no }) => no)
  if (items.length > 0) await memory.write((writer) => writer.removeItems(at, items))
  return { at, inbox }
}

const brief = ({ uid, flags, keywords, modseq }: FlagState) => ({ uid, flags, keywords, modseq })

const flags = fc.constantFrom(0, Flag.seen, Flag.deleted, Flag.seen | Flag.flagged, Flag.hasAttachment)
const keywords = fc.uniqueArray(fc.constantFrom('Work', 'Blue category', 'x'), { maxLength: 2 })
const change: fc.Arbitrary<FlagChange> = fc.oneof(
  fc.record({ add: flags, addKeywords: keywords }),
  fc.record({ remove: flags, removeKeywords: keywords }),
  fc.record({ set: flags, setKeywords: keywords }),
  fc.record({ add: flags, unchangedSince: fc.integer({ min: 1, max: 2 * ITEMS }) }),
)
const uids = fc
  .oneof(
    fc.uniqueArray(fc.integer({ min: 1, max: ITEMS + 5 })),
    fc
      .tuple(fc.integer({ min: 1, max: ITEMS }), fc.nat(ITEMS))
      .map(([from, more]) => Array.from({ length: more + 1 }, (_, at) => from + at)),
  )
  .map((some) => some.sort((a, b) => a - b))

test('flags by uids are what flags by items are, and every count is right', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: ITEMS }), { maxLength: 8 }),
      fc.array(fc.record({ uids, change }), { minLength: 1, maxLength: 5 }),
      async (gone, steps) => {
        const [one, other] = [await aMailbox(gone), await aMailbox(gone)]
        for (const step of steps) {
          const wanted = Uint32Array.from(step.uids)
          const done = await memory.write((writer) =>
            writer.changeFlagsByUid(one.at, one.inbox, wanted, step.change),
          )
          const before = await memory.reader.getItemsByUid(other.at, other.inbox, step.uids)
          const expected = await memory.write((writer) =>
            writer.changeFlags(
              other.at,
              before.map(({ no }) => no),
              step.change,
            ),
          )
          const held = new Set<ItemNo>(expected.held)
          assert.deepEqual(
            done.held,
            before.filter(({ no }) => held.has(no)).map(({ uid }) => uid),
          )
          const after = await memory.reader.getItemsByUid(other.at, other.inbox, step.uids)
          const kept = (_: unknown, at: number) => !held.has(before[at]!.no)
          assert.deepEqual(
            done.changes.map((each) => brief(each.before)),
            before.filter(kept).map(brief),
          )
          assert.deepEqual(
            done.changes.map((each) => brief(each.after)),
            after.filter(kept).map(brief),
          )
          assert.deepEqual(
            done.changes.filter((each) => each.after !== each.before).map((each) => each.after.uid),
            expected.changed.map(({ uid }) => uid),
          )
        }
        const found: string[] = []
        const report = { found: ({ what }: { what: string }) => found.push(what), checked: () => undefined }
        await checkMailbox(memory.session, one.at, report as Parameters<typeof checkMailbox>[2])
        assert.deepEqual(found, [])
      },
    ),
    { numRuns: 25 },
  )
})

test('keywords that are to be kept stay when the others are set anew', async () => {
  const { at, inbox } = await aMailbox([])
  const { changes } = await memory.write((writer) =>
    writer.changeFlagsByUid(at, inbox, Uint32Array.of(5, 11, 12), {
      set: Flag.seen,
      setKeywords: ['x'],
      keepsKeyword: (keyword) => keyword.includes(' '),
    }),
  )
  assert.deepEqual(
    changes.map(({ before }) => [...before.keywords]),
    [['Work'], ['Blue category'], ['Once']],
  )
  assert.deepEqual(
    changes.map(({ after }) => [after.uid, after.flags, [...after.keywords].sort()]),
    [
      [5, Flag.seen, ['x']],
      [11, Flag.seen, ['Blue category', 'x']],
      [12, Flag.seen, ['x']],
    ],
  )
})
