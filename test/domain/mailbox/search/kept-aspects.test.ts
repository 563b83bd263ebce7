import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import { type KeepDigests, keepingIn } from '#src/domain/mailbox/search/kept-aspects.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import { type SortCriterion, sortMessages } from '#src/domain/mailbox/search/sort.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())
const { reader } = memory
const keep = keepingIn(memory.store)

type Box = { at: MailboxRef; inbox: FolderNo; archive: FolderNo }

const message = (folder: FolderNo, subject: string) =>
  ({ folder, class: 'message', receivedAt: 1, summary: { subject } }) as const

/** A mailbox with messages in two folders, whose numbers take turns. */
async function aMailbox(subjects: readonly string[]): Promise<Box> {
  const at = memory.newRef()
  return memory.write(async (writer) => {
    await writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders })
    const inbox = (await writer.findFolder(at, { distinguished: 'inbox' }))!.no
    const archive = (await writer.findFolder(at, { distinguished: 'archive' }))!.no
    for (const [no, subject] of subjects.entries())
      await writer.appendItem(at, message(no % 3 === 0 ? archive : inbox, subject))
    return { at, inbox, archive }
  })
}

/** Counts items that are opened one by one. */
const counting = (opened: { count: number }): MailboxReader => ({
  ...reader,
  listItems: (at, folder, options) => {
    opened.count += options.parts === undefined ? 0 : options.limit
    return reader.listItems(at, folder, options)
  },
  getItems: (at, items, parts) => {
    opened.count += items.length
    return reader.getItems(at, items, parts)
  },
})

/** As a process that has just started finds it. */
async function find(
  box: Box,
  contains: string,
  { keeping = keep, opened = { count: 0 }, mostBytes = 1e6 } = {},
) {
  const deps = { mailboxes: counting(opened), digests: new Digests({ keep: keeping, mostBytes }) }
  const query: Query = { kind: 'subject', contains }
  const found: ItemNo[] = []
  for (const folder of [box.inbox, box.archive])
    for await (const page of searchMessages(deps, box.at, folder, query))
      for (const { no } of page) found.push(no)
  return found
}

async function plainlyFound({ at, inbox, archive }: Box, contains: string): Promise<ItemNo[]> {
  const found: ItemNo[] = []
  for (const folder of [inbox, archive]) {
    const { rows } = await reader.listItems(at, folder, { order: 'uid', limit: 1_000, parts: ['summary'] })
    for (const { no, summary } of rows)
      if (foldForSearch(summary!.subject).includes(foldForSearch(contains))) found.push(no)
  }
  return found
}

const subjects = Array.from({ length: 60 }, (_, no) => (no % 7 === 0 ? 'Straße' : no % 5 === 0 ? 'plan' : ''))

type Step = {
  what: 'append' | 'change' | 'flag' | 'move' | 'copy' | 'remove' | 'search'
  nos: number[]
  subject: string
}
const aStep: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('append', 'change', 'flag', 'move', 'copy', 'remove', 'search', 'search', 'search'),
  nos: fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
  subject: fc.constantFrom('PLAN', 'straße', 'STRASSE and plan', '', 'x'.repeat(600).concat('plan')),
})

/** Keeps as usual, but something happens right before it does so for the first time. */
function disturbedOnce(disturb: () => Promise<void>): KeepDigests {
  let isOver = false
  return async (...given) => {
    if (!isOver) {
      isOver = true
      await disturb()
    }
    await keep(...given)
  }
}

async function take(box: Box, { what, nos, subject }: Step, keeping: KeepDigests): Promise<void> {
  const { at, inbox, archive } = box
  if (what === 'search') {
    await find(box, 'plan', { keeping })
    return
  }
  await memory.write(async (writer) => {
    const items = (await writer.getItems(at, nos as ItemNo[])).map(({ no }) => no)
    if (what === 'append') for (const _ of nos) await writer.appendItem(at, message(inbox, subject))
    if (what === 'change') for (const no of items) await writer.changeItem(at, no, { summary: { subject } })
    if (what === 'flag') await writer.changeFlags(at, items, { add: Flag.flagged })
    if (what === 'move') await writer.moveItems(at, { items, to: archive })
    if (what === 'copy') await writer.copyItems(at, { items, to: inbox })
    if (what === 'remove') await writer.removeItems(at, items)
  })
}

test('a search through kept subjects finds what a plain search finds, whatever happens between and meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 8 }), aStep, async (steps, meanwhile) => {
      const box = await aMailbox(subjects)
      // Something happens after summaries were read and before they are kept.
      const disturbed = () => disturbedOnce(() => take(box, meanwhile, keep))
      for (const [index, step] of steps.entries()) await take(box, step, index % 2 === 0 ? disturbed() : keep)
      for (const contains of ['plan', 'STRASSE', ''])
        assert.deepEqual(await find(box, contains), await plainlyFound(box, contains))
    }),
    { numRuns: 12 },
  )
})

test('a process that has just started opens none of the summaries that another one searched', async () => {
  const box = await aMailbox(subjects)
  const opened = { count: 0 }
  const first = await find(box, 'plan', { opened })
  assert.ok(opened.count >= subjects.length)
  opened.count = 0
  assert.deepEqual(await find(box, 'plan', { opened }), first)
  // A mailbox may have more than there is room for in memory.
  assert.deepEqual(await find(box, 'plan', { opened, mostBytes: 0 }), first)
  await memory.write((writer) => writer.moveItems(box.at, { items: first, to: box.archive }))
  await memory.write((writer) => writer.changeFlags(box.at, first, { add: Flag.seen }))
  assert.deepEqual((await find(box, 'PLAN', { opened })).toSorted(), first.toSorted())
  assert.equal(opened.count, 0)
})

test('a sort finds what another process sorted by, until a time of arrival or a summary changes', async () => {
  const box = await aMailbox(subjects)
  const opened = { count: 0 }
  const all = () => searchMessages({ mailboxes: reader }, box.at, box.inbox, { kind: 'and', of: [] })
  const sorted = async (by: readonly SortCriterion[], kept: boolean) => {
    const digests = new Digests({ keep })
    const deps = { mailboxes: counting(opened), ...(kept && { digests }) }
    return (await sortMessages(deps, box.at, all(), by)).map(({ no }) => no)
  }
  const by: SortCriterion[] = [{ field: 'subject', reverse: true }, { field: 'date' }]
  const first = await sorted(by, true)
  assert.deepEqual(first, await sorted(by, false))
  opened.count = 0
  assert.deepEqual(await sorted(by, true), first)
  assert.equal(opened.count, 0)
  await memory.write(async (writer) => {
    await writer.changeItem(box.at, first[0]!, { receivedAt: 1_000 })
    await writer.changeItem(box.at, first[1]!, { receivedAt: 500 })
  })
  assert.deepEqual((await sorted([{ field: 'date' }], true)).slice(-2), [first[1], first[0]])
  await memory.write((writer) => writer.changeItem(box.at, first[0]!, { receivedAt: 100 }))
  assert.deepEqual((await sorted([{ field: 'date' }], true)).slice(-2), [first[0], first[1]])
  await memory.write((writer) => writer.changeItem(box.at, first[0]!, { summary: { subject: 'aaa' } }))
  assert.deepEqual(await sorted(by, true), await sorted(by, false))
})

test('what was kept of an item goes when its summary changes or it is removed', async () => {
  const box = await aMailbox(subjects)
  const { no } = await memory.session.keys.mailbox(box.at)
  const kept = async () =>
    (await memory.session.sql.all('SELECT block FROM digest WHERE mailbox = ?', no)).length
  const [first, second] = await find(box, 'plan')
  assert.equal(await kept(), 1)
  await memory.write((writer) => writer.changeItem(box.at, first!, { summary: { subject: 'other' } }))
  assert.equal(await kept(), 0)
  await find(box, 'plan')
  assert.equal(await kept(), 1)
  await memory.write((writer) => writer.removeItems(box.at, [second!]))
  assert.equal(await kept(), 0)
})

test('what changes or goes after it was read is not kept as it was', async () => {
  const box = await aMailbox(subjects)
  const [first, second] = await plainlyFound(box, 'plan')
  const disturbed = disturbedOnce(async () => {
    await memory.write((writer) => writer.changeItem(box.at, first!, { summary: { subject: 'other' } }))
    await memory.write((writer) => writer.removeItems(box.at, [second!]))
  })
  await find(box, 'plan', { keeping: disturbed })
  assert.deepEqual(await find(box, 'other'), [first])
  const version = `1/${process.versions.unicode}`
  const kept = await reader.readDigests(box.at, { name: 'subject', version }, [0])
  assert.ok(kept.size > 0)
  assert.equal(kept.has(second!), false)
})

test('what was folded in another way, or does not open, is made anew', async () => {
  const box = await aMailbox(subjects)
  const aspect = (version: string) => ({ name: 'subject', version })
  const { rows } = await reader.listItems(box.at, box.inbox, { order: 'uid', limit: 1_000 })
  const false1 = rows.map(({ no, modseq }) => ({ no, modseq, value: 'plan' }))
  await memory.write((writer) => writer.keepDigests(box.at, aspect('0'), false1))
  const expected = await plainlyFound(box, 'plan')
  assert.deepEqual(await find(box, 'plan'), expected)
  await memory.session.sql.run("UPDATE digest SET sealed = x'0102'")
  assert.deepEqual(await find(box, 'plan'), expected)
  const opened = { count: 0 }
  assert.deepEqual(await find(box, 'plan', { opened }), expected)
  assert.equal(opened.count, 0)
})

test('a store that can keep nothing now does not fail a search', async () => {
  const box = await aMailbox(subjects)
  const full = keepingIn({
    ...memory.store,
    transact: () => memory.reader.getFolder(box.at, 9_999 as FolderNo) as never,
  })
  assert.deepEqual(await find(box, 'plan', { keeping: full }), await plainlyFound(box, 'plan'))
})
