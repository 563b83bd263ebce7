import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { type BodyNo, Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef, MailboxWriter } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { checkMailbox } from '#src/store/mailbox/check.ts'
import { readBodies } from '#src/store/mailbox/check-bodies.ts'
import type { CheckReport } from '#src/store/mailbox/checking.ts'
import { mailboxReader } from '#src/store/mailbox/reader.ts'
import { mailboxWriter } from '#src/store/mailbox/writer.ts'
import type { Keys } from '#src/store/session.ts'
import { anOrganization, memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

async function aMailbox(quotaBytes = 1_000_000): Promise<{ at: MailboxRef; inbox: FolderNo }> {
  const at = memory.newRef()
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes, folders: distinguishedFolders }))
  return { at, inbox: (await memory.reader.findFolder(at, { distinguished: 'inbox' }))!.no }
}

async function append(at: MailboxRef, folder: FolderNo, text: string, receivedAt = 0): Promise<ItemNo> {
  const body = await memory.stage(at, text)
  const item = await memory.write((writer) =>
    writer.appendItem(at, { folder, class: 'message', receivedAt, body, summary: { subject: text } }),
  )
  return item.no
}

const refusal = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

async function findings(at: MailboxRef): Promise<string[]> {
  const told: string[] = []
  const report: CheckReport = {
    found: ({ what }) => told.push(what),
    checked: () => undefined,
  }
  await checkMailbox(memory.session, at, report)
  await readBodies(memory.session, at, memory.bodies, -1, report)
  return told
}

const anAspect = { name: 'subject', version: '1' }

/** Arguments with which each call would do something if the mailbox were the caller's. */
const calls: Record<keyof MailboxWriter, (writer: MailboxWriter, at: MailboxRef) => Promise<unknown>> = {
  getMailbox: (writer, at) => writer.getMailbox(at),
  listFolders: (writer, at) => writer.listFolders(at),
  getFolder: (writer, at) => writer.getFolder(at, 1 as FolderNo),
  findFolder: (writer, at) => writer.findFolder(at, { distinguished: 'inbox' }),
  listItems: (writer, at) => writer.listItems(at, 1 as FolderNo, { order: 'uid', limit: 1 }),
  getItems: (writer, at) => writer.getItems(at, [1 as ItemNo]),
  getItemsByUid: (writer, at) => writer.getItemsByUid(at, 1 as FolderNo, [1]),
  listFlagStates: (writer, at) => writer.listFlagStates(at, 1 as FolderNo, Uint32Array.of(1)),
  listUids: (writer, at) => writer.listUids(at, 1 as FolderNo, { uidTo: 9, limit: 1 }),
  changes: (writer, at) => writer.changes(at, { since: 0, limit: 1 }),
  scanItems: (writer, at) => writer.scanItems(at, 1 as FolderNo, { limit: 1 }),
  eventsIn: (writer, at) => writer.eventsIn(at, { from: 0, to: 1, limit: 1 }),
  eventsByUid: (writer, at) => writer.eventsByUid(at, 'u'),
  readDigests: (writer, at) => writer.readDigests(at, anAspect, [0]),
  keepDigests: (writer, at) => writer.keepDigests(at, anAspect, [{ no: 1 as ItemNo, modseq: 1, value: 'x' }]),
  findConfiguration: (writer, at) => writer.findConfiguration(at, 1 as FolderNo, 'x'),
  findConfigurations: (writer, at) => writer.findConfigurations(at, [1 as FolderNo], 'x'),
  listConfigurations: (writer, at) => writer.listConfigurations(at, 1 as FolderNo),
  pageConfigurations: (writer, at) => writer.pageConfigurations(at, 1 as FolderNo, null),
  putConfiguration: (writer, at) => writer.putConfiguration(at, 1 as FolderNo, 'x', {}),
  listKeywords: (writer, at) => writer.listKeywords(at),
  readBody: async (writer, at) => {
    for await (const chunk of writer.readBody(at, 1 as never)) return chunk
    return undefined
  },
  readSmallBodies: (writer, at) => writer.readSmallBodies(at, [1 as never]),
  createMailbox: (writer, at) => writer.createMailbox(at, { quotaBytes: 1, folders: [] }),
  destroyMailbox: (writer, at) => writer.destroyMailbox(at),
  setQuota: (writer, at) => writer.setQuota(at, 1),
  setQuotaNotice: (writer, at) => writer.setQuotaNotice(at, true),
  createFolder: (writer, at) =>
    writer.createFolder(at, { parent: 1 as FolderNo, name: 'x', class: 'message' }),
  changeFolder: (writer, at) => writer.changeFolder(at, 3 as FolderNo, { name: 'x' }),
  deleteFolder: (writer, at) => writer.deleteFolder(at, 3 as FolderNo),
  appendItem: (writer, at) =>
    writer.appendItem(at, {
      folder: 1 as FolderNo,
      class: 'message',
      receivedAt: 0,
      summary: { subject: '' },
    }),
  changeItem: (writer, at) => writer.changeItem(at, 1 as ItemNo, { receivedAt: 1 }),
  changeFlags: (writer, at) => writer.changeFlags(at, [1 as ItemNo], { add: Flag.seen }),
  changeFlagsByUid: (writer, at) =>
    writer.changeFlagsByUid(at, 3 as FolderNo, Uint32Array.of(1), { add: Flag.seen }),
  moveItems: (writer, at) => writer.moveItems(at, { items: [1 as ItemNo], to: 1 as FolderNo }),
  copyItems: (writer, at) => writer.copyItems(at, { items: [1 as ItemNo], to: 1 as FolderNo }),
  removeItems: (writer, at) => writer.removeItems(at, [1 as ItemNo]),
  forgetChanges: (writer, at) => writer.forgetChanges(at, 1, 1),
}

test('every call of reader and writer says no-such-mailbox to another organisation', async () => {
  const { at, inbox } = await aMailbox()
  await append(at, inbox, 'mine')
  const strange = { organization: anOrganization(), mailbox: at.mailbox }
  const writer = mailboxWriter(memory.session, memory.bodies)
  assert.deepEqual(Object.keys(writer).sort(), Object.keys(calls).sort())
  assert.ok(Object.keys(mailboxReader(memory.session, memory.bodies)).every((name) => name in calls))
  const before = await memory.reader.getMailbox(at)
  for (const [name, call] of Object.entries(calls)) {
    // It names one that is to be made, whose organisation the transaction's scope has proven.
    if (name === 'createMailbox') continue
    await assert.rejects(
      memory.write((inside) => call(inside, strange)),
      refusal('no-such-mailbox'),
      name,
    )
  }
  assert.deepEqual(await memory.reader.getMailbox(at), before)
})

test('a destroyed mailbox takes nothing any more, even from one who has its key', async () => {
  const { at, inbox } = await aMailbox()
  await memory.write((writer) => writer.destroyMailbox(at))
  await assert.rejects(append(at, inbox, 'late'), refusal('no-such-mailbox'))
})

test('what opened a mailbox before it was destroyed writes nothing into it', async () => {
  const { at, inbox } = await aMailbox()
  const no = await append(at, inbox, 'there')
  const open = await memory.session.keys.mailbox(at)
  const folders = await memory.reader.listFolders(at)
  const draft = folders.find((folder) => folder.distinguished === 'drafts')!.no
  await memory.write((writer) => writer.destroyMailbox(at))
  const { sql } = memory.session
  const rows = () =>
    sql.all('SELECT * FROM mailbox, folder WHERE mailbox.no = ? AND folder.mailbox = ?', open.no, open.no)
  const before = await rows()
  const keys = { ...memory.session.keys, mailbox: async () => open } as Keys
  const writer = mailboxWriter({ sql, keys }, memory.bodies)
  const late: Promise<unknown>[] = [
    writer.setQuota(at, 5),
    writer.setQuotaNotice(at, true),
    writer.createFolder(at, { parent: inbox, name: 'late', class: 'message' }),
    writer.changeFolder(at, draft, { name: 'late' }),
    writer.deleteFolder(at, draft),
    writer.appendItem(at, { folder: inbox, class: 'note', receivedAt: 0, summary: { subject: '' } }),
    writer.changeItem(at, no, { receivedAt: 1 }),
    writer.changeFlags(at, [no], { add: Flag.seen }),
    writer.moveItems(at, { items: [no], to: draft }),
    writer.copyItems(at, { items: [no], to: draft }),
    writer.removeItems(at, [no]),
  ]
  for (const [at, outcome] of (await Promise.allSettled(late)).entries())
    assert.ok(outcome.status === 'rejected' && refusal('no-such-mailbox')(outcome.reason), `call ${at}`)
  assert.deepEqual(await rows(), before)
})

test('over quota is refused to the octet, and the recoverable area does not count', async () => {
  const { at, inbox } = await aMailbox(10)
  const first = await append(at, inbox, '123456')
  await append(at, inbox, '1234')
  await assert.rejects(append(at, inbox, '1'), refusal('over-quota'))
  await assert.rejects(
    memory.write((writer) => writer.copyItems(at, { items: [first], to: inbox })),
    refusal('over-quota'),
  )
  const deletions = (await memory.reader.findFolder(at, { distinguished: 'recoverableitemsdeletions' }))!.no
  await append(at, deletions, 'does not count')
  await memory.write((writer) => writer.moveItems(at, { items: [first], to: deletions }))
  const mailbox = await memory.reader.getMailbox(at)
  assert.deepEqual([mailbox.items, mailbox.sizeBytes, mailbox.recoverableBytes], [1, 4, 20])
  await append(at, inbox, '123456')
  await assert.rejects(
    memory.write((writer) => writer.moveItems(at, { items: [first], to: inbox })),
    refusal('over-quota'),
  )
  assert.deepEqual(await findings(at), [])
})

test('a refusal that is caught leaves the totals as they were', async () => {
  const { at, inbox } = await aMailbox(100)
  const body = await memory.stage(at, '12345')
  await memory.write(async (writer) => {
    const item = { class: 'message', receivedAt: 0, body, summary: { subject: '' } } as const
    await assert.rejects(
      writer.appendItem(at, { ...item, folder: 9_999 as FolderNo }),
      refusal('no-such-folder'),
    )
    await writer.appendItem(at, { ...item, folder: inbox })
  })
  assert.equal((await memory.reader.getMailbox(at)).sizeBytes, 5)
  assert.deepEqual(await findings(at), [])
})

test('pages of the newest first give every item once, however many came in one millisecond', async () => {
  const { at, inbox } = await aMailbox()
  const given: ItemNo[] = []
  for (let i = 0; i < 25; i++) given.push(await append(at, inbox, `${i}`, i < 20 ? 1_000 : -5))
  const seen: ItemNo[] = []
  for (let after: number | string | null = null; ; ) {
    const page = await memory.reader.listItems(at, inbox, { order: 'newest', after, limit: 4 })
    seen.push(...page.rows.map((item) => item.no))
    if (page.next === null) break
    after = page.next
  }
  assert.deepEqual(seen, [...given.slice(0, 20).reverse(), ...given.slice(20).reverse()])
  const wrong = memory.reader.listItems(at, inbox, { order: 'newest', after: 'nonsense', limit: 4 })
  await assert.rejects(wrong, refusal('invalid-parameter'))
})

test('unchangedSince holds back what changed later and leaves the rest its own way', async () => {
  const { at, inbox } = await aMailbox()
  const [one, two] = [await append(at, inbox, '1'), await append(at, inbox, '2')]
  const since = (await memory.reader.getMailbox(at)).modseq
  await memory.write((writer) => writer.changeFlags(at, [one], { add: Flag.flagged }))
  const outcome = await memory.write((writer) =>
    writer.changeFlags(at, [one, two], { add: Flag.seen, addKeywords: ['Work'], unchangedSince: since }),
  )
  assert.deepEqual(outcome.held, [one])
  assert.deepEqual(
    outcome.changed.map((item) => [item.no, item.flags, item.keywords]),
    [[two, Flag.seen, ['Work']]],
  )
  const again = await memory.write((writer) =>
    writer.changeFlags(at, [two], { add: Flag.seen, addKeywords: ['WORK'] }),
  )
  assert.deepEqual(again.changed, [], 'what changes nothing takes no modseq')
})

test('changes that were forgotten cannot be calculated', async () => {
  const { at, inbox } = await aMailbox()
  const items = [await append(at, inbox, '1'), await append(at, inbox, '2'), await append(at, inbox, '3')]
  await memory.write((writer) => writer.removeItems(at, items))
  const { modseq } = await memory.reader.getMailbox(at)
  assert.equal(await memory.write((writer) => writer.forgetChanges(at, modseq - 1, 1)), false)
  assert.equal(await memory.write((writer) => writer.forgetChanges(at, modseq - 1, 100)), true)
  const changes = (since: number) => memory.reader.changes(at, { since, limit: 10 })
  await assert.rejects(changes(modseq - 2), refusal('cannot-calculate-changes'))
  await assert.rejects(changes(modseq + 1), refusal('cannot-calculate-changes'))
  assert.deepEqual(
    (await changes(modseq - 1)).rows.map((change) => change.kind),
    ['gone'],
  )
  assert.deepEqual(await findings(at), [])
})

test('rows of two items that change places do not open', async () => {
  const { at, inbox } = await aMailbox()
  const [one, two] = [await append(at, inbox, 'one'), await append(at, inbox, 'two')]
  const { no } = await memory.session.keys.mailbox(at)
  const sealed = await memory.session.sql.all<{ item: number; listing: Uint8Array }>(
    'SELECT item, listing FROM item_sealed WHERE mailbox = ? ORDER BY item',
    no,
  )
  await memory.session.sql.run(
    'UPDATE item_sealed SET listing = ? WHERE mailbox = ? AND item = ?',
    sealed[1]!.listing,
    no,
    one,
  )
  await assert.rejects(memory.reader.getItems(at, [one], ['summary']), refusal('damaged'))
  assert.equal((await memory.reader.getItems(at, [one]))[0]!.no, one)
  assert.equal((await memory.reader.getItems(at, [two], ['summary']))[0]!.summary!.subject, 'two')
  assert.equal((await findings(at)).length, 1)
})

test('an item whose body is exchanged for another does not open, nor does its body', async () => {
  const { at, inbox } = await aMailbox()
  const [one, two] = [await append(at, inbox, 'one'), await append(at, inbox, 'two')]
  const [first, second] = await memory.reader.getItems(at, [one, two])
  const { no } = await memory.session.keys.mailbox(at)
  await memory.session.sql.run('UPDATE item SET body = ? WHERE mailbox = ? AND no = ?', second!.body, no, one)
  await assert.rejects(memory.reader.getItems(at, [one], ['summary']), refusal('damaged'))
  await memory.session.sql.run(
    'UPDATE body SET sealed = (SELECT sealed FROM body WHERE mailbox = ? AND no = ?) WHERE mailbox = ? AND no = ?',
    no,
    second!.body,
    no,
    first!.body,
  )
  const read = async () => {
    for await (const _ of memory.reader.readBody(at, first!.body!));
  }
  await assert.rejects(read, refusal('damaged'))
})

test('small bodies are read together, larger ones and those not there are left out', async () => {
  const { at, inbox } = await aMailbox()
  const texts = ['one', '', 'x'.repeat(100_000), 'two']
  const items: ItemNo[] = []
  for (const text of texts) items.push(await append(at, inbox, text))
  const bodies = (await memory.reader.getItems(at, items)).map(({ body }) => body!)
  const other = await aMailbox()
  const found = await memory.reader.readSmallBodies(at, [...bodies, (bodies[0]! + 1_000_000) as BodyNo])
  assert.deepEqual(
    bodies.map((body) => found.get(body) && Buffer.from(found.get(body)!).toString()),
    ['one', '', undefined, 'two'],
  )
  assert.equal((await memory.reader.readSmallBodies(other.at, bodies)).size, 0)
  await memory.session.sql.run('UPDATE body SET salt = zeroblob(16) WHERE no = ?', bodies[0]!)
  await assert.rejects(memory.reader.readSmallBodies(at, bodies), refusal('damaged'))
})

const damage: Record<string, string> = {
  'a count': 'UPDATE folder SET unseen = unseen + 1 WHERE mailbox = ? AND items > 0',
  'a size': 'UPDATE mailbox SET size_bytes = size_bytes - 1 WHERE no = ?',
  'a uid': 'UPDATE item SET uid = 1000 WHERE mailbox = ?',
  'what came out of turn': 'UPDATE item SET created_modseq = 0 WHERE mailbox = ?',
  'a modseq': 'UPDATE item SET modseq = 1000000 WHERE mailbox = ?',
  'a missing folder': 'UPDATE item SET folder = 1000 WHERE mailbox = ?',
  'a missing body': 'DELETE FROM body WHERE mailbox = ?',
  'a body of another item': 'UPDATE body SET item = 7777 WHERE mailbox = ?',
  'a body shared with nobody': 'INSERT INTO body_share SELECT mailbox, no, 7777 FROM body WHERE mailbox = ?',
  'a body shared with the item that it is for':
    'INSERT INTO body_share SELECT mailbox, no, item FROM body WHERE mailbox = ?',
  'a missing sealed row': 'DELETE FROM item_sealed WHERE mailbox = ?',
  'a sealed row too many': 'DELETE FROM item WHERE mailbox = ?',
  'a keyword count': 'UPDATE keyword SET items = 5 WHERE mailbox = ?',
  'a lost keyword': 'DELETE FROM keyword WHERE mailbox = ?',
  'a folder in itself': 'UPDATE folder SET parent = no WHERE mailbox = ? AND items > 0',
  'a folder without parent': "UPDATE folder SET parent = 7777 WHERE mailbox = ? AND distinguished = 'drafts'",
  'a name': "UPDATE folder SET name_key = x'00' WHERE mailbox = ? AND distinguished = 'drafts'",
  'a false tombstone':
    'INSERT INTO tombstone SELECT mailbox, modseq + 1, folder, no, uid, created_modseq FROM item WHERE mailbox = ?',
}

for (const [what, text] of Object.entries(damage)) {
  test(`the check finds ${what}`, async () => {
    const { at, inbox } = await aMailbox()
    const item = await append(at, inbox, 'text')
    await memory.write((writer) => writer.changeFlags(at, [item], { addKeywords: ['Work'] }))
    assert.deepEqual(await findings(at), [])
    assert.notEqual(await memory.session.sql.run(text, (await memory.session.keys.mailbox(at)).no), 0)
    assert.notEqual((await findings(at)).length, 0)
  })
}
