import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import { UidLists } from '#src/protocols/imap/uid-lists.ts'

const at = { organization: 'o-1' as OrganizationId, mailbox: 'm-1' as MailboxId }

/** A folder of which only what a list asks for is there. `reads` counts reads of UIDs. */
class FolderModel {
  uids: number[] = []
  uidNext = 1
  modseq = 1
  reads = 0
  /** Happens before each read of UIDs. */
  meanwhile: () => void = () => {}

  get folder(): Folder {
    const { uids, uidNext, modseq } = this
    return { no: 3, uidValidity: 7, uidNext, modseq, items: uids.length } as unknown as Folder
  }

  add(): void {
    this.uids.push(this.uidNext++)
    this.modseq++
  }

  remove(at: number): void {
    if (this.uids.length > 0) this.uids.splice(at % this.uids.length, 1)
    this.modseq++
  }

  get reader(): MailboxReader {
    return {
      getFolder: async () => this.folder,
      listUids: async (_at: unknown, _no: unknown, options: { after: number; uidTo: number }) => {
        this.meanwhile()
        this.reads++
        const found = this.uids.filter((uid) => uid > options.after && uid <= options.uidTo)
        return { rows: found.map((uid) => [uid, uid]), next: null }
      },
    } as unknown as MailboxReader
  }
}

test('a list is what the folder holds, whatever came and went', async () => {
  const step = fc.oneof(
    fc.constant({ kind: 'add' } as const),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(50) }),
    fc.constant({ kind: 'flag' } as const),
    fc.record({ kind: fc.constant('read' as const), loses: fc.boolean(), gains: fc.boolean() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const model = new FolderModel()
      const lists = new UidLists()
      for (const each of steps) {
        if (each.kind === 'add') model.add()
        if (each.kind === 'remove') model.remove(each.at)
        if (each.kind === 'flag') model.modseq++
        if (each.kind !== 'read') continue
        const { folder } = model
        const before = [...model.uids]
        model.meanwhile = () => {
          model.meanwhile = () => {}
          if (each.loses) model.remove(0)
          if (each.gains) model.add()
        }
        const uids = [...(await lists.read(model.reader, at, folder))]
        model.meanwhile = () => {}
        // What went while it was read may be missing; nothing else may.
        assert.ok(uids.every((uid) => before.includes(uid)))
        assert.ok(before.every((uid) => uids.includes(uid) || !model.uids.includes(uid)))
      }
      const uids = await lists.read(model.reader, at, model.folder)
      assert.deepEqual([...uids], model.uids)
    }),
  )
})

test('a list is read once, until something comes or goes; what came is all that is read then', async () => {
  const model = new FolderModel()
  for (let no = 0; no < 20; no++) model.add()
  const lists = new UidLists()
  const first = await lists.read(model.reader, at, model.folder)
  model.modseq++
  assert.equal(await lists.read(model.reader, at, model.folder), first)
  assert.equal(model.reads, 1)
  model.add()
  assert.deepEqual([...(await lists.read(model.reader, at, model.folder))], model.uids)
  assert.equal(model.reads, 2)
  model.remove(4)
  assert.deepEqual([...(await lists.read(model.reader, at, model.folder))], model.uids)
  assert.equal(first.length, 20)
})

test('lists beyond the room are read again', async () => {
  const model = new FolderModel()
  for (let no = 0; no < 100; no++) model.add()
  const lists = new UidLists({ mostBytes: 500 })
  for (let round = 1; round < 4; round++) {
    assert.equal((await lists.read(model.reader, at, model.folder)).length, 100)
    assert.equal(model.reads, round)
  }
})
