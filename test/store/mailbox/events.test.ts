import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { EventEntry } from '#src/domain/mailbox/event-index.ts'
import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { checkMailbox } from '#src/store/mailbox/check.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

async function aCalendar(): Promise<{ at: MailboxRef; calendar: FolderNo; bin: FolderNo }> {
  const at = memory.newRef()
  const folders = [
    { distinguished: 'root', parent: null, name: 'Root', class: 'message' },
    { distinguished: 'calendar', parent: 'root', name: 'Calendar', class: 'event' },
    { distinguished: 'recoverableitemsroot', parent: 'root', name: 'Recoverable Items', class: 'other' },
    {
      distinguished: 'recoverableitemsdeletions',
      parent: 'recoverableitemsroot',
      name: 'Deletions',
      class: 'other',
    },
  ] as const
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders }))
  const find = async (distinguished: string) => (await memory.reader.findFolder(at, { distinguished }))!.no
  return { at, calendar: await find('calendar'), bin: await find('recoverableitemsdeletions') }
}

const entry = (more: Partial<EventEntry>): EventEntry => ({
  uid: 'u',
  fromMs: 0,
  toMs: 3_600_000,
  busy: 'busy',
  series: false,
  floating: false,
  private: false,
  ...more,
})
const add = (at: MailboxRef, folder: FolderNo, event: EventEntry): Promise<ItemNo> =>
  memory
    .write((writer) =>
      writer.appendItem(at, {
        folder,
        class: 'event',
        receivedAt: 0,
        summary: { subject: '' },
        content: {},
        event,
      }),
    )
    .then(({ no }) => no)

async function found(at: MailboxRef, from: number, to: number, limit = 3): Promise<number[]> {
  const all: number[] = []
  let after: ItemNo | null = null
  do {
    const page: Awaited<ReturnType<typeof memory.reader.eventsIn>> = await memory.reader.eventsIn(at, {
      from,
      to,
      after,
      limit,
    })
    all.push(...page.rows.map(({ item }) => item))
    after = page.next
  } while (after !== null)
  return all
}

const DAY = 86_400_000
const aTime = fc.integer({ min: -2 * 365 * DAY, max: 60 * 365 * DAY })
const aLength = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: DAY }),
  fc.integer({ min: 0, max: 5_000 * DAY }),
  fc.constant(null),
)

test('a window shows every event that overlaps it, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(aTime, aLength), { maxLength: 25 }),
      fc.array(fc.tuple(aTime, fc.integer({ min: 1, max: 400 * DAY })), { minLength: 1, maxLength: 8 }),
      async (spans, windows) => {
        const { at, calendar } = await aCalendar()
        const events: { item: number; fromMs: number; toMs: number | null }[] = []
        for (const [fromMs, length] of spans) {
          const toMs = length === null ? null : fromMs + length
          events.push({ item: await add(at, calendar, entry({ fromMs, toMs })), fromMs, toMs })
        }
        for (const [from, length] of windows) {
          const to = from + length
          const expected = events.filter(
            ({ fromMs, toMs }) =>
              fromMs < to && (toMs === null || toMs > from || (toMs === fromMs && fromMs >= from)),
          )
          assert.deepEqual(
            await found(at, from, to),
            expected.map(({ item }) => item),
          )
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('an entry goes with its item, into copies and into the recoverable area', async () => {
  const { at, calendar, bin } = await aCalendar()
  const item = await add(at, calendar, entry({ uid: 'a', busy: 'outOfOffice', private: true, series: true }))
  const other = (
    await memory.write((writer) =>
      writer.createFolder(at, { parent: calendar, name: 'Other', class: 'event' }),
    )
  ).no
  const [copied] = await memory.write((writer) => writer.copyItems(at, { items: [item], to: other }))
  assert.deepEqual(await found(at, 0, 1), [item, copied!.toItem])
  const { uid, ...rest } = entry({ busy: 'outOfOffice', private: true, series: true })
  const { rows } = await memory.reader.eventsIn(at, { from: 0, to: 1, folder: other, limit: 9 })
  const [state] = await memory.reader.getItems(at, [copied!.toItem])
  assert.deepEqual(rows, [{ ...rest, item: copied!.toItem, folder: other, modseq: state!.modseq }])
  await memory.write((writer) => writer.moveItems(at, { items: [item], to: bin }))
  assert.deepEqual(await found(at, 0, 1), [copied!.toItem])
  assert.deepEqual(
    (await memory.reader.eventsByUid(at, 'a')).map(({ item: one }) => one),
    [copied!.toItem, item],
  )
  await memory.write((writer) => writer.removeItems(at, [item, copied!.toItem]))
  assert.deepEqual(await memory.reader.eventsByUid(at, 'a'), [])
  const findings: string[] = []
  await checkMailbox(memory.session, at, {
    found: ({ what }) => findings.push(what),
    checked: () => undefined,
  })
  assert.deepEqual(findings, [])
})

test('a change of the event changes what it is found by', async () => {
  const { at, calendar } = await aCalendar()
  const item = await add(at, calendar, entry({}))
  await memory.write((writer) =>
    writer.changeItem(at, item, { event: entry({ uid: 'b', fromMs: 9 * DAY, toMs: 10 * DAY }) }),
  )
  assert.deepEqual(await found(at, 0, DAY), [])
  assert.deepEqual(await found(at, 9 * DAY, 10 * DAY), [item])
  assert.deepEqual(await memory.reader.eventsByUid(at, 'u'), [])
})

test('a week of a calendar of ten years reads no more rows than of one year', async () => {
  const rows = async (years: number): Promise<number> => {
    const { at, calendar } = await aCalendar()
    await memory.write(async (writer) => {
      for (let day = 0; day < years * 365; day++) {
        const fromMs = day * DAY + 9 * 3_600_000
        await writer.appendItem(at, {
          folder: calendar,
          class: 'event',
          receivedAt: 0,
          summary: { subject: '' },
          content: {},
          event: entry({ uid: String(day), fromMs, toMs: fromMs + 3_600_000 }),
        })
      }
    })
    const from = 200 * DAY
    assert.equal((await found(at, from, from + 7 * DAY)).length, 7)
    const plan = await memory.session.sql.all<{ detail: string }>(
      'EXPLAIN QUERY PLAN SELECT item FROM event WHERE mailbox = 1 AND level = 0 AND bin BETWEEN 1 AND 7',
    )
    assert.match(plan.map(({ detail }) => detail).join(), /event_by_bin/)
    return (await found(at, from, from + 7 * DAY)).length
  }
  assert.equal(await rows(1), await rows(4))
})
