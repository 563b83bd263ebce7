import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { Change, MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { checkMailbox } from '#src/store/mailbox/check.ts'
import { readBodies } from '#src/store/mailbox/check-bodies.ts'
import type { CheckReport } from '#src/store/mailbox/checking.ts'
import { type MemorySession, memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

type Op =
  | { op: 'append'; folder: number; flags: number; keywords: string[]; size: number }
  | { op: 'copy' | 'move'; items: number[]; folder: number }
  | { op: 'flags'; items: number[]; add: number; remove: number; keyword: string; set: boolean }
  | { op: 'remove'; items: number[] }
  | { op: 'patch'; item: number; size: number | null; subject: string; keywords: string[] }
  | { op: 'newFolder' | 'rename'; folder: number; name: string }
  | { op: 'dropFolder'; folder: number }

const some = fc.nat({ max: 30 })
const several = fc.array(some, { minLength: 1, maxLength: 5 })
const keyword = fc.constantFrom('$Important', 'Blue category', 'x')
const size = fc.integer({ min: 0, max: 300 })
const flags = fc.constantFrom(0, Flag.seen, Flag.deleted, Flag.seen | Flag.deleted | Flag.flagged)
const anOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      folder: some,
      flags,
      keywords: fc.uniqueArray(keyword),
      size,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constantFrom('copy' as const, 'move' as const),
      items: several,
      folder: some,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('flags' as const),
      items: several,
      add: flags,
      remove: flags,
      keyword,
      set: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('remove' as const), items: several }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('patch' as const),
      item: some,
      size: fc.option(size),
      subject: fc.string(),
      keywords: fc.uniqueArray(keyword),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constantFrom('newFolder' as const, 'rename' as const),
      folder: some,
      name: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('dropFolder' as const), folder: some }) },
)

type ModelItem = {
  folder: number
  uid: number
  flags: number
  keywords: string[]
  size: number
  subject: string
  deletedFrom: number | null
}
type ModelFolder = { parent: number | null; name: string; recoverable: boolean; uidNext: number }
type Model = { folders: Map<number, ModelFolder>; items: Map<number, ModelItem>; quota: number }

const quotaBytes = 2_000

async function fresh(): Promise<{ at: MailboxRef; model: Model }> {
  const at = memory.newRef()
  const folders = [
    { distinguished: 'root', parent: null, name: 'Root', class: 'message' },
    { distinguished: 'inbox', parent: 'root', name: 'Inbox', class: 'message' },
    { distinguished: 'recoverableitemsroot', parent: 'root', name: 'Recoverable Items', class: 'other' },
    {
      distinguished: 'recoverableitemsdeletions',
      parent: 'recoverableitemsroot',
      name: 'Deletions',
      class: 'other',
    },
  ] as const
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes, folders }))
  const model: Model = { folders: new Map(), items: new Map(), quota: quotaBytes }
  for (const folder of await memory.reader.listFolders(at)) {
    const recoverable = folder.distinguished!.startsWith('recoverable')
    model.folders.set(folder.no, { parent: folder.parent, name: folder.name, recoverable, uidNext: 1 })
  }
  return { at, model }
}

const pick = <K>(keys: Iterable<K>, at: number): K | undefined => {
  const all = [...keys]
  return all[at % all.length]
}
const used = (model: Model) =>
  [...model.items.values()].reduce(
    (sum, item) => sum + (model.folders.get(item.folder)!.recoverable ? 0 : item.size),
    0,
  )

/** Does one step in both; a step that the model says is refused must be refused for that reason. */
async function step(memory: MemorySession, at: MailboxRef, model: Model, op: Op): Promise<void> {
  const folder = 'folder' in op ? pick(model.folders.keys(), op.folder) : undefined
  const target = folder === undefined ? undefined : model.folders.get(folder)!
  const no = folder as FolderNo
  const items = 'items' in op ? [...new Set(op.items.flatMap((n) => pick(model.items.keys(), n) ?? []))] : []
  switch (op.op) {
    case 'append': {
      const staged = await memory.stage(at, 'x'.repeat(op.size))
      const append = memory.write((writer) =>
        writer.appendItem(at, {
          folder: no,
          class: 'message',
          flags: op.flags,
          keywords: op.keywords,
          receivedAt: op.size,
          body: staged,
          summary: { subject: 'new' },
        }),
      )
      if (!target!.recoverable && used(model) + op.size > model.quota) return refused(append, 'over-quota')
      const item = await append
      assert.equal(item.uid, target!.uidNext)
      assert.ok(!model.items.has(item.no), 'an item number is never reused')
      model.items.set(item.no, {
        folder: no,
        uid: target!.uidNext++,
        flags: op.flags,
        keywords: op.keywords,
        size: op.size,
        subject: 'new',
        deletedFrom: target!.recoverable ? 0 : null,
      })
      return
    }
    case 'copy': {
      const copy = memory.write((writer) => writer.copyItems(at, { items: items as ItemNo[], to: no }))
      const bytes = items.reduce((sum, item) => sum + model.items.get(item)!.size, 0)
      if (!target!.recoverable && items.length > 0 && bytes > 0 && used(model) + bytes > model.quota)
        return refused(copy, 'over-quota')
      for (const copied of await copy) {
        assert.equal(copied.toUid, target!.uidNext)
        const item = model.items.get(copied.item)!
        model.items.set(copied.toItem, {
          ...item,
          folder: no,
          uid: target!.uidNext++,
          deletedFrom: target!.recoverable ? (item.deletedFrom ?? item.folder) : null,
        })
      }
      return
    }
    case 'move': {
      const move = memory.write((writer) => writer.moveItems(at, { items: items as ItemNo[], to: no }))
      const coming = items.filter((item) => model.folders.get(model.items.get(item)!.folder)!.recoverable)
      const bytes = coming.reduce((sum, item) => sum + model.items.get(item)!.size, 0)
      if (!target!.recoverable && bytes > 0 && used(model) + bytes > model.quota)
        return refused(move, 'over-quota')
      const moved = await move
      assert.deepEqual(
        moved.map((one) => one.item),
        items,
      )
      for (const one of moved) {
        const item = model.items.get(one.item)!
        const from = model.folders.get(item.folder)!
        assert.deepEqual([one.fromUid, one.toUid], [item.uid, target!.uidNext])
        item.deletedFrom = target!.recoverable ? (from.recoverable ? item.deletedFrom : item.folder) : null
        item.folder = no
        item.uid = target!.uidNext++
      }
      return
    }
    case 'flags': {
      const change = op.set
        ? { set: op.add, setKeywords: [op.keyword] }
        : { add: op.add, remove: op.remove, removeKeywords: [op.keyword] }
      const { changed } = await memory.write((writer) => writer.changeFlags(at, items as ItemNo[], change))
      const expected = items.filter((no) => {
        const item = model.items.get(no)!
        const flags = op.set ? op.add : (item.flags | op.add) & ~op.remove
        const keywords = op.set ? [op.keyword] : item.keywords.filter((name) => name !== op.keyword)
        const differs = flags !== item.flags || keywords.join() !== item.keywords.join()
        Object.assign(item, { flags, keywords })
        return differs
      })
      assert.deepEqual(
        changed.map((item) => item.no),
        expected,
      )
      return
    }
    case 'remove': {
      await memory.write((writer) => writer.removeItems(at, items as ItemNo[]))
      for (const item of items) model.items.delete(item)
      return
    }
    case 'patch': {
      const one = pick(model.items.keys(), op.item)
      if (one === undefined) return
      const item = model.items.get(one)!
      const body = op.size === null ? undefined : await memory.stage(at, 'y'.repeat(op.size))
      const change = memory.write((writer) =>
        writer.changeItem(at, one as ItemNo, {
          summary: { subject: op.subject },
          keywords: op.keywords,
          ...(body && { body }),
        }),
      )
      const growth = (op.size ?? item.size) - item.size
      if (growth > 0 && !model.folders.get(item.folder)!.recoverable && used(model) + growth > model.quota)
        return refused(change, 'over-quota')
      const changed = await change
      const folder = model.folders.get(item.folder)!
      // Another text is another message, but where nobody sees uids.
      if (body && !folder.recoverable) item.uid = folder.uidNext++
      assert.equal(changed.uid, item.uid)
      Object.assign(item, { size: op.size ?? item.size, subject: op.subject, keywords: op.keywords })
      return
    }
    case 'newFolder': {
      const make = memory.write((writer) =>
        writer.createFolder(at, { parent: no, name: op.name, class: 'message' }),
      )
      if (taken(model, no, op.name)) return refused(make, 'folder-exists')
      model.folders.set((await make).no, {
        parent: no,
        name: op.name,
        recoverable: target!.recoverable,
        uidNext: 1,
      })
      return
    }
    case 'rename': {
      const rename = memory.write((writer) => writer.changeFolder(at, no, { name: op.name }))
      if (target!.name !== op.name && taken(model, target!.parent, op.name))
        return refused(rename, 'folder-exists')
      await rename
      target!.name = op.name
      return
    }
    case 'dropFolder': {
      // The domain never deletes the root: every step needs a folder to happen in.
      if (target!.parent === null) return
      const drop = memory.write((writer) => writer.deleteFolder(at, no))
      const holds = [...model.items.values()].some((item) => item.folder === no)
      const parent = [...model.folders.values()].some((other) => other.parent === no)
      if (holds || parent) return refused(drop, 'folder-not-empty')
      await drop
      model.folders.delete(no)
    }
  }
}

const taken = (model: Model, parent: number | null, name: string) =>
  [...model.folders.values()].some((folder) => folder.parent === parent && folder.name === name)

async function refused(doing: Promise<unknown>, reason: string): Promise<void> {
  await assert.rejects(doing, (error) => error instanceof Refusal && error.reason === reason)
}

/** The store shows what the model holds, and its own check finds nothing. */
async function compare(at: MailboxRef, model: Model): Promise<void> {
  const findings: string[] = []
  const report: CheckReport = {
    found: ({ what }) => findings.push(what),
    checked: () => undefined,
  }
  await checkMailbox(memory.session, at, report)
  await readBodies(memory.session, at, memory.bodies, -1, report)
  assert.deepEqual(findings, [])
  const shown = new Map<number, ModelItem>()
  for (const folder of await memory.reader.listFolders(at)) {
    const known = model.folders.get(folder.no)!
    assert.deepEqual([folder.parent, folder.name, folder.uidNext], [known.parent, known.name, known.uidNext])
    const page = await memory.reader.listItems(at, folder.no, {
      order: 'uid',
      limit: 1_000,
      parts: ['summary'],
    })
    for (const item of page.rows) {
      assert.equal(item.folder, folder.no)
      shown.set(item.no, {
        folder: item.folder,
        uid: item.uid,
        flags: item.flags,
        keywords: [...item.keywords].sort(),
        size: item.sizeBytes,
        subject: item.summary!.subject,
        deletedFrom: item.deletedFrom,
      })
    }
  }
  const expected = [...model.items].map(
    ([no, item]) => [no, { ...item, keywords: [...item.keywords].sort() }] as const,
  )
  assert.deepEqual(new Map([...shown].sort(([a], [b]) => a - b)), new Map(expected.sort(([a], [b]) => a - b)))
  const mailbox = await memory.reader.getMailbox(at)
  assert.equal(mailbox.sizeBytes, used(model))
  assert.deepEqual(
    [...(await memory.reader.listKeywords(at))].sort(),
    [...new Set([...model.items.values()].flatMap((item) => item.keywords))].sort(),
  )
}

/** Where everything is, as a client that reads only the change log believes it to be. */
type Belief = { items: Map<string, number>; folders: Map<number, string> }

function follow(belief: Belief, change: Change): void {
  if (change.kind === 'item') belief.items.set(`${change.item.folder}/${change.item.uid}`, change.item.no)
  if (change.kind === 'gone') belief.items.delete(`${change.folder}/${change.uid}`)
  if (change.kind === 'folder') belief.folders.set(change.folder.no, change.folder.name)
  if (change.kind === 'folder-gone') belief.folders.delete(change.folder)
}

function truth(model: Model): Belief {
  const items = [...model.items].map(([no, item]) => [`${item.folder}/${item.uid}`, no] as const)
  return {
    items: new Map(items),
    folders: new Map([...model.folders].map(([no, folder]) => [no, folder.name])),
  }
}

/** Of each item all that can be changed of it, but its read mark. */
const othersOf = ({ items }: Model): Map<number, string> =>
  new Map(
    [...items].map(([no, { flags, keywords, size, subject }]) => [
      no,
      JSON.stringify([flags & ~Flag.seen, keywords, size, subject]),
    ]),
  )

const sorted = (belief: Belief) => ({ items: [...belief.items].sort(), folders: [...belief.folders].sort() })

test('whatever is done, the store shows what a plain model shows, and the change log leads there from anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anOp, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      async (ops, limit) => {
        const { at, model } = await fresh()
        const beliefs: { since: number; belief: Belief; others: Map<number, string> }[] = [
          { since: 0, belief: { items: new Map(), folders: new Map() }, others: new Map() },
        ]
        for (const op of ops) {
          await step(memory, at, model, op)
          await compare(at, model)
          const { modseq } = await memory.reader.getMailbox(at)
          beliefs.push({ since: modseq, belief: truth(model), others: othersOf(model) })
        }
        for (const { since, belief, others } of beliefs) {
          let last = since
          for (let next: number | null = since; next !== null; ) {
            const page = await memory.reader.changes(at, { since: next, limit })
            assert.ok(page.rows.length <= limit)
            for (const change of page.rows) {
              assert.ok(change.modseq > last, 'modseqs ascend over all pages')
              last = change.modseq
              follow(belief, change)
              if (change.kind !== 'item' || change.item.createdModseq > since) continue
              const { no } = change.item
              if (change.otherModseq <= since)
                assert.equal(othersOf(model).get(no), others.get(no), 'nothing but its read mark')
            }
            next = page.next
          }
          assert.deepEqual(sorted(belief), sorted(truth(model)))
        }
        for (const no of model.folders.keys()) {
          const page = await memory.reader.changes(at, { since: 0, folder: no as FolderNo, limit: 1_000 })
          const belief: Belief = { items: new Map(), folders: new Map() }
          for (const change of page.rows) follow(belief, change)
          const here = [...truth(model).items].filter(([key]) => key.startsWith(`${no}/`))
          assert.deepEqual([...belief.items].sort(), here.sort())
          assert.ok(page.rows.every((change) => change.modseq <= 2 ** 53))
        }
      },
    ),
    { numRuns: 60 },
  )
})
