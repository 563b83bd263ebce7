import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addCalendarObject, changeCalendarObject } from '#src/domain/calendar/events.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { changeFiles, filesOf, messageOfFiles, shareFiles } from '#src/domain/mailbox/files.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { fileNameOf } from '#src/formats/mime/part.ts'
import { type TemporaryStore, type TestMailbox, temporaryStore } from '#test/support/store.ts'

let temporary: TemporaryStore
let at: TestMailbox
before(async () => {
  temporary = await temporaryStore({ mailboxes: 1 })
  at = temporary.mailboxes[0]!
})
after(async () => {
  const { findings } = await temporary.care.check({ bodies: true })
  await temporary.remove()
  assert.deepEqual(findings, [], 'sizes, counts and bodies are as they say')
})

const files = (...names: string[]) =>
  messageOfFiles(
    names.map((fileName) => ({
      fileName,
      contentType: 'text/plain',
      octets: {
        sizeBytes: fileName.length,
        async *read() {
          yield Buffer.from(fileName)
        },
      },
    })),
  )
const event: CalendarObject = { '@type': 'Event', uid: 'U', title: 'Talk', start: '2031-01-06T09:00:00' }

async function look(no: ItemNo) {
  const [item] = await temporary.store.mailboxes.getItems(at, [no], ['summary', 'structure', 'content'])
  return {
    names: filesOf(item!).map(fileNameOf),
    listed: item!.summary!.attachmentNames,
    title: item!.summary!.subject,
    sizeBytes: item!.sizeBytes,
    body: item!.body,
  }
}

test('files come with an event, stay when it changes, and are taken away with their octets', async () => {
  const { store } = temporary
  const { no } = await addCalendarObject(store, at, at.inbox, event, { files: files('a.txt', 'b.txt') })
  await changeCalendarObject(store, at, no, { ...event, title: 'Walk' })
  const changed = await look(no)
  assert.deepEqual(
    [changed.names, changed.listed, changed.title],
    [['a.txt', 'b.txt'], ['a.txt', 'b.txt'], 'Walk'],
  )
  await changeFiles(store, at, no, files('c.txt'))
  assert.deepEqual((await look(no)).names, ['c.txt'])
  await changeFiles(store, at, no, null)
  const { sizeBytes, ...bare } = await look(no)
  assert.deepEqual(bare, { names: [], listed: undefined, title: 'Walk', body: null })
  assert.ok(sizeBytes < 200, 'it counts for its content alone')
})

test('an event shares the files of the message that brought it, until one of them goes', async () => {
  const { store } = temporary
  const message = [
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: multipart/alternative; boundary=y',
    '',
    '--y',
    'Content-Type: text/plain',
    '',
    'You are invited.',
    '--y',
    'Content-Type: text/calendar; method=REQUEST',
    '',
    'BEGIN:VCALENDAR',
    '--y--',
    '--x',
    'Content-Type: application/pdf; name=agenda.pdf',
    'Content-Disposition: attachment',
    '',
    'octets',
    '--x--',
    '',
  ].join('\r\n')
  const source = (async function* () {
    yield Buffer.from(message)
  })()
  const stored = await addMessage(store, at, { folder: at.inbox, sizeBytes: message.length, source })
  const [copy] = await store.mailboxes.getItems(at, [stored.no], ['summary', 'structure'])
  const { no } = await addCalendarObject(store, at, at.inbox, { ...event, uid: 'V' })
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await store.transact(scope, ({ mailboxes }) =>
    shareFiles(mailboxes, at, { no: stored.no, structure: copy!.structure!, summary: copy!.summary! }, no),
  )
  const shared = await look(no)
  assert.deepEqual([shared.names, shared.body], [['agenda.pdf'], stored.body])
  await store.transact(scope, ({ mailboxes }) => mailboxes.removeItems(at, [stored.no]))
  let text = ''
  for await (const piece of store.mailboxes.readBody(at, shared.body!)) text += Buffer.from(piece).toString()
  assert.equal(text, message)
})
