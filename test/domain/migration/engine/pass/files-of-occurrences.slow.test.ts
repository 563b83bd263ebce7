/** Scenarios 11 and 13 of migration.md 5: files that one occurrence of a series has beside those of all. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { storedMailbox } from '#connectors/landbridge/stored-mailbox.ts'
import { filesIn } from '#src/domain/mailbox/files.ts'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { MailboxSource, SourceAttachment } from '#src/domain/migration/source.ts'
import { fileNameOf } from '#src/formats/mime/part.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const SECOND = '2026-12-14T10:00:00'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

const start = async (source: MailboxSource): Promise<MigratedMailbox> => {
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  return mailbox
}

const file = (name: string, occurrence: string | null, text = `content of ${name}`): SourceAttachment => ({
  ...{ name, type: 'text/plain', contentId: null, inline: name === 'shown.txt', occurrence },
  sizeBytes: text.length,
  async *open() {
    yield Buffer.from(text)
  },
})

/** Name and text of the files that the series and one occurrence of it has, as mail programs are told. */
async function shownFiles({ store, at }: MigratedMailbox) {
  const [found] = await store.mailboxes.eventsByUid(at, 'u1')
  const [item] = await store.mailboxes.getItems(at, [found!.item], ['structure'])
  const { body, structure } = item!
  const told = async (recurrenceId?: string) =>
    Promise.all(
      filesIn(structure!, recurrenceId).map(async (part) => {
        const octets: Uint8Array[] = []
        const range = { start: part.bodyOffset, end: part.bodyEnd }
        for await (const piece of store.mailboxes.readBody(at, body!, range))
          octets.push(Uint8Array.from(piece))
        const text = Buffer.from(Buffer.concat(octets).toString('latin1'), 'base64').toString()
        return `${fileNameOf(part)}: ${text}`
      }),
    )
  return { series: await told(), second: await told(SECOND), third: await told('2026-12-21T10:00:00') }
}

async function differences({ store, at, clock }: MigratedMailbox, source: MailboxSource) {
  const { signal } = new AbortController()
  const budget = new SourceBudget('s', 1, clock)
  const lane = new Lane({ clock, budget, random: () => 0, signal, drain: signal, alert: () => {} })
  const how = { sourceId: 'old', level: 3, sampledPart: 1, random: () => 0 } as const
  const found = await verifyMailbox({
    store,
    at,
    ...how,
    signal,
    lane,
    source: await source.open(ANNA, signal),
  })
  return found.differences.map(({ what }) => what)
}

test('a file of one occurrence is of that one alone, here, after a change, and at another Landbridge', async () => {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const calendar = box.addFolder('Calendar', { role: 'calendar', class: 'event' })
  const key = box.addContent(calendar, 'event', {
    ...{ '@type': 'Event', uid: 'u1', title: 'weekly', start: '2026-12-07T10:00:00', timeZone: 'Etc/UTC' },
    recurrenceRules: [{ '@type': 'RecurrenceRule', frequency: 'weekly' }],
    recurrenceOverrides: { [SECOND]: { title: 'the second' } },
  })
  const has = (...files: SourceAttachment[]) => {
    box.folder(calendar).items.get(key)!.attachments = files
  }
  has(file('shown.txt', null), file('agenda.txt', null), file('notes.txt', SECOND))
  const here = await start(source)
  await here.pass()
  const ofAll = ['shown.txt: content of shown.txt', 'agenda.txt: content of agenda.txt']
  assert.deepEqual(await shownFiles(here), {
    ...{ series: ofAll, second: [...ofAll, 'notes.txt: content of notes.txt'], third: ofAll },
  })
  assert.deepEqual(await differences(here, source), [])

  has(file('shown.txt', null), file('agenda.txt', null), file('notes.txt', SECOND, 'other notes'))
  box.edit(calendar, key, { title: 'weekly' })
  await here.pass()
  const second = [...ofAll, 'notes.txt: other notes']
  assert.deepEqual(await shownFiles(here), { series: ofAll, second, third: ofAll })
  assert.deepEqual(await differences(here, source), [])

  const landbridge: MailboxSource = {
    ...{ name: 'landbridge', server: 'there', connections: 2, check: async () => [] },
    open: async () => storedMailbox(here.store, here.at, false),
    close: async () => {},
  }
  const there = await start(landbridge)
  await there.pass()
  assert.deepEqual(await shownFiles(there), { series: ofAll, second, third: ofAll })
  assert.deepEqual(await differences(there, landbridge), [])

  has(file('shown.txt', null), file('agenda.txt', null), file('notes.txt', null))
  assert.deepEqual(
    await differences(here, source),
    ['Its files, or of which occurrences they are, are not those of the source.'],
    'a verification looks at it',
  )
})
