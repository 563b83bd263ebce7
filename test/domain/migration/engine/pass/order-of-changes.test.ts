/** What one page of changes says of the same item counts in its order: what it says last is how the item is. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { ChangePage, SourceChange } from '#src/domain/migration/source.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

/** One message that is here already, and pages that are said word for word. */
async function start() {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const key = box.addMessage(inbox, 'plan')
  const mailbox = await migratedMailbox(source, { settings: { deletesHere: true } })
  opened.push(mailbox)
  await mailbox.pass()
  const asked = box.changes.bind(box)
  const item = (of: string, more: Partial<SourceChange> = {}): SourceChange => {
    const { version, match, octets } = box.folder(inbox).items.get(of)!
    const sizeBytes = (octets as Buffer).length
    return {
      kind: 'item',
      key: of,
      version: String(version),
      sizeBytes,
      match,
      marks: null,
      ...more,
    } as SourceChange
  }
  const say = async (...changes: SourceChange[]) => {
    box.changes = async (...args): Promise<ChangePage> => ({ ...(await asked(...args)), changes })
    await mailbox.pass()
    box.changes = asked
  }
  const rows = async () => (await mailbox.store.migration.listLedgerItems(mailbox.at, { limit: 10 })).rows
  return { source, box, inbox, key, mailbox, item, say, rows }
}

const PLAN = { '/Inbox': ['plan [0] Text of plan'] }
const gone = (key: string): SourceChange => ({ kind: 'gone', key })
const read = (key: string, seen: boolean): SourceChange => ({ kind: 'read', key, seen })

test('gone, and there again under the same key: it stays', async () => {
  const { key, mailbox, item, say } = await start()
  await say(gone(key), item(key))
  assert.deepEqual(await mailbox.picture(), PLAN)
})

test('there, and gone: it goes', async () => {
  const { box, inbox, key, mailbox, item, say } = await start()
  box.edit(inbox, key, { body: 'Text of plan B' })
  const changed = item(key)
  box.remove(inbox, key)
  await say(changed, gone(key))
  assert.deepEqual((await mailbox.picture())['/Inbox'] ?? [], [])
})

test('came and gone within one page: nobody is told of a loss', async () => {
  const { box, inbox, mailbox, item, say, rows } = await start()
  const other = box.addMessage(inbox, 'gone soon')
  const came = item(other)
  box.remove(inbox, other)
  await say(came, gone(other))
  assert.deepEqual(await mailbox.picture(), PLAN)
  assert.deepEqual(
    (await rows()).map(({ state }) => state),
    ['copied'],
  )
})

for (const way of ['new first', 'old first'] as const)
  test(`a new key for the same item in the same folder, the ${way}`, async () => {
    const { box, inbox, key, mailbox, item, say, rows } = await start()
    const fresh = box.move(inbox, key, inbox)
    const both = [item(fresh), gone(key)]
    await say(...(way === 'new first' ? both : both.reverse()))
    assert.deepEqual(await mailbox.picture(), PLAN)
    assert.deepEqual(
      (await rows()).map((row) => [row.key === fresh, row.state]),
      [[true, 'copied']],
    )
  })

for (const [order, flags] of [
  [[true, false], 0],
  [[false, true], Flag.seen],
] as const)
  test(`read marks in their order: ${order}`, async () => {
    const { box, inbox, key, mailbox, say } = await start()
    box.read(inbox, key, flags === Flag.seen)
    await say(...order.map((seen) => read(key, seen)))
    assert.deepEqual(await mailbox.picture(), { '/Inbox': [`plan [${flags}] Text of plan`] })
  })

for (const way of ['mark first', 'item first'] as const)
  test(`changed and read in one page, the ${way}`, async () => {
    const { box, inbox, key, mailbox, item, say } = await start()
    const before = { flags: 0, keywords: ['red'] }
    box.edit(inbox, key, { keywords: ['red'] })
    const changed = item(key, { marks: before } as Partial<SourceChange>)
    box.read(inbox, key, true)
    const marks = { flags: Flag.seen, keywords: ['red'] }
    const said =
      way === 'item first'
        ? [changed, read(key, true)]
        : [read(key, true), item(key, { marks } as Partial<SourceChange>)]
    await say(...said)
    const { '/Inbox': [one] = [] } = await mailbox.picture()
    assert.match(one!, /^plan \[1/)
  })

/** The message lies in the inbox, which is read first; while the archive is read, that names it on one page and as gone on the next. */
async function movedToAndFro() {
  const { box, inbox, key, mailbox, item, say } = await start()
  const archive = box.addFolder('Archive')
  await mailbox.pass()
  const asked = box.changes.bind(box)
  const pages: SourceChange[][] = [[item(key)], [gone(key)]]
  box.changes = async (...args): Promise<ChangePage> => {
    const page = await asked(...args)
    if (args[0].key !== archive) return page
    const changes = pages.shift() ?? []
    return { ...page, changes, more: pages.length > 0 }
  }
  await mailbox.pass()
  assert.equal(pages.length, 0)
  box.changes = asked
  const later = (...changes: SourceChange[]) => {
    box.changes = async (...args): Promise<ChangePage> => ({
      ...(await asked(...args)),
      changes: args[0].key === inbox ? changes : [],
    })
    return mailbox.pass()
  }
  return { mailbox, key, item, later, say }
}

test('moved away and back while the other folder was read: it is here at every moment', async () => {
  const { mailbox, key, item, later } = await movedToAndFro()
  assert.equal(Object.values(await mailbox.picture()).flat().length, 1)
  await later(item(key))
  assert.deepEqual((await mailbox.picture())['/Inbox'], PLAN['/Inbox'])
})

test('moved away and deleted while the other folder was read: the next pass deletes it', async () => {
  const { mailbox, later } = await movedToAndFro()
  await later()
  assert.deepEqual(Object.values(await mailbox.picture()).flat(), [])
})
