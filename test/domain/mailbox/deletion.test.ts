import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import {
  deleteFolder,
  deleteItems,
  emptyFolder,
  expireRecoverable,
  recoverItems,
} from '#src/domain/mailbox/deletion.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { createFolder, moveFolder } from '#src/domain/mailbox/folders.ts'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { store, reader, clock } = memory
after(() => memory.close())

type Place = { at: MailboxRef; of: (distinguished: string) => Promise<FolderNo> }

async function aMailbox(quotaBytes = 1_000_000): Promise<Place> {
  const at = memory.newRef()
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes, folders: distinguishedFolders }))
  return { at, of: async (distinguished) => (await reader.findFolder(at, { distinguished }))!.no }
}

async function* sourceOf(text: string): AsyncGenerator<Uint8Array> {
  const octets = Buffer.from(text)
  for (let at = 0; at < octets.length; at += 100) yield octets.subarray(at, at + 100)
}

const message = (subject: string, body = 'text') =>
  `From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: ${subject}\r\nDate: Tue, 03 Mar 2026 09:05:00 +0100\r\n\r\n${body}\r\n`

async function add(at: MailboxRef, folder: FolderNo, text = message('hello')): Promise<ItemNo> {
  const sizeBytes = Buffer.byteLength(text)
  return (await addMessage(store, at, { folder, source: sourceOf(text), sizeBytes, receivedAt: clock.now }))
    .no
}

const where = async (at: MailboxRef, no: ItemNo) => (await reader.getItems(at, [no]))[0]?.folder
const refusal = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

test('a message is read once into summary, structure, flags and its exact octets', async () => {
  const { at, of } = await aMailbox()
  const text = `From: =?utf-8?q?J=C3=BCrgen?= <j@example.com>\r\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDear all,\r\nsee the plan.\r\n--b\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n`
  const no = await add(at, await of('inbox'), text)
  const [item] = await reader.getItems(at, [no], ['summary', 'structure'])
  assert.equal(item!.summary!.subject, 'Grüße')
  assert.equal(item!.summary!.preview, 'Dear all, see the plan.')
  assert.deepEqual(item!.summary!.attachmentNames, ['plan.pdf'])
  assert.equal(item!.structure!.parts.length, 2)
  assert.equal(item!.flags, Flag.hasAttachment)
  const octets: Uint8Array[] = []
  for await (const chunk of reader.readBody(at, item!.body!)) octets.push(chunk)
  assert.equal(Buffer.concat(octets).toString(), text)
})

test('a message over the limit is refused before it is read', async () => {
  const { at, of } = await aMailbox()
  const source = (async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.reject(new Error('must not be read'))
  })()
  const adding = addMessage(store, at, { folder: await of('inbox'), source, sizeBytes: 40 * 1024 * 1024 + 1 })
  await assert.rejects(adding, refusal('too-large'))
})

test('items go to the trash, to the recoverable area or for ever', async () => {
  const { at, of } = await aMailbox()
  const inbox = await of('inbox')
  const [one, two, three] = [await add(at, inbox), await add(at, inbox), await add(at, inbox)]
  await deleteItems(store, at, [one], 'trash')
  await deleteItems(store, at, [two], 'soft')
  await deleteItems(store, at, [three], 'hard')
  assert.deepEqual(
    [await where(at, one), await where(at, two), await where(at, three)],
    [await of('deleteditems'), await of('recoverableitemsdeletions'), undefined],
  )
  const before = (await reader.getMailbox(at)).modseq
  await deleteItems(store, at, [one, 99_999 as ItemNo], 'trash')
  assert.equal((await reader.getMailbox(at)).modseq, before, 'what is in the trash is left there')
})

test('a deleted item comes back to where it was, or to the folder of its class', async () => {
  const { at, of } = await aMailbox()
  const folder = await createFolder(store, at, { parent: await of('inbox'), name: 'Projects' })
  const dates = await createFolder(store, at, { parent: await of('calendar'), name: 'Team' })
  const [mail, lost] = [await add(at, folder.no), await add(at, folder.no)]
  const event = (
    await addItem(store, at, { folder: dates.no, class: 'event', content: { title: 'Meeting' } })
  ).no
  await deleteItems(store, at, [mail, lost, event], 'soft')
  assert.equal((await reader.getMailbox(at)).items, 0)
  await recoverItems(store, at, [mail])
  assert.equal(await where(at, mail), folder.no)
  await deleteItems(store, at, [mail], 'hard')
  await deleteFolder(store, at, folder.no, 'hard')
  await deleteFolder(store, at, dates.no, 'hard')
  await recoverItems(store, at, [lost, event])
  assert.deepEqual([await where(at, lost), await where(at, event)], [await of('inbox'), await of('calendar')])
  assert.equal((await reader.getItems(at, [lost]))[0]!.deletedFrom, null)
})

test('a folder goes to the trash under a free name, and from there with its items recoverable', async () => {
  const { at, of } = await aMailbox()
  const trash = await of('deleteditems')
  const inbox = await of('inbox')
  for (const _ of [1, 2]) {
    const folder = await createFolder(store, at, { parent: inbox, name: 'Old' })
    const inner = await createFolder(store, at, { parent: folder.no, name: 'Older' })
    await add(at, inner.no)
    await deleteFolder(store, at, folder.no, 'trash')
  }
  const names = (await reader.listFolders(at))
    .filter((folder) => folder.parent === trash)
    .map((folder) => folder.name)
  assert.deepEqual(names, ['Old', 'Old (2)'])
  await emptyFolder(store, at, trash, { mode: 'soft', folders: true })
  assert.equal((await reader.listFolders(at)).filter((folder) => folder.parent === trash).length, 0)
  assert.equal((await reader.getFolder(at, await of('recoverableitemsdeletions'))).items, 2)
  await assert.rejects(deleteFolder(store, at, inbox, 'trash'), refusal('folder-is-distinguished'))
})

test('what was deleted 14 days ago goes for ever, page by page, and nothing younger', async () => {
  const { at, of } = await aMailbox()
  const inbox = await of('inbox')
  const old: ItemNo[] = []
  for (let i = 0; i < 520; i++)
    old.push(
      (
        await memory.write((writer) =>
          writer.appendItem(at, { folder: inbox, class: 'note', receivedAt: 0, summary: { subject: '' } }),
        )
      ).no,
    )
  await deleteItems(store, at, old, 'soft')
  clock.now += 86_400_000
  const young = await add(at, inbox)
  await deleteItems(store, at, [young], 'soft')
  const due = clock.now + 13 * 86_400_000
  assert.equal(await expireRecoverable(store, at, due), 0)
  assert.equal(await expireRecoverable(store, at, due + 1), 520)
  assert.equal(await where(at, young), await of('recoverableitemsdeletions'))
  assert.equal((await reader.getMailbox(at)).recoverableBytes, Buffer.byteLength(message('hello')))
})

test('the notice comes once at 90 % of the quota and again only after it fell below 85 %', async () => {
  const { at, of } = await aMailbox(100_000)
  const inbox = await of('inbox')
  const notices = async () => {
    const page = await reader.listItems(at, inbox, { order: 'uid', limit: 100, parts: ['summary'] })
    return page.rows.filter((item) => item.summary!.subject === 'Your mailbox is almost full').length
  }
  const large = await add(at, inbox, message('large', 'x'.repeat(85_000)))
  assert.equal(await notices(), 0)
  await add(at, inbox, message('more', 'x'.repeat(5_000)))
  assert.equal(await notices(), 1)
  await add(at, inbox)
  assert.equal(await notices(), 1)
  await deleteItems(store, at, [large], 'soft')
  assert.equal((await reader.getMailbox(at)).quotaNoticeGiven, false)
  await add(at, inbox, message('large', 'x'.repeat(85_000)))
  assert.equal(await notices(), 2)
})

test('what says no time of its own, and the notice, have that of the clock of the store', async () => {
  const { at, of } = await aMailbox(10_000)
  const inbox = await of('inbox')
  const text = message('large', 'x'.repeat(9_000))
  await addMessage(store, at, { folder: inbox, source: sourceOf(text), sizeBytes: text.length })
  await addItem(store, at, { folder: inbox, class: 'note', content: {} })
  const { rows } = await reader.listItems(at, inbox, { order: 'uid', limit: 10, parts: ['summary'] })
  assert.deepEqual(
    rows.map(({ receivedAt, summary }) => [receivedAt, summary!.subject]),
    [
      [clock.now, 'large'],
      [clock.now, 'Your mailbox is almost full'],
      [clock.now, ''],
    ],
  )
})

test('a notice that fails is told, and what was stored or deleted before it is answered as done', async () => {
  const { at, of } = await aMailbox(1_000)
  const inbox = await of('inbox')
  const troubles: unknown[] = []
  const troubled = (error: unknown) => void troubles.push(error)
  // The notice looks at the mailbox's row outside of transactions; nothing else here does.
  const failing: Store = {
    ...store,
    mailboxes: { ...store.mailboxes, getMailbox: () => Promise.reject(new Error('the notice failed')) },
  }
  const text = message('kept')
  const source = sourceOf(text)
  const kept = await addMessage(failing, at, { folder: inbox, source, sizeBytes: text.length }, { troubled })
  const note = await addItem(failing, at, { folder: inbox, class: 'note', content: {} }, { troubled })
  await deleteItems(failing, at, [note.no], 'soft', { troubled })
  await recoverItems(failing, at, [note.no], { troubled })
  await emptyFolder(failing, at, await of('drafts'), { mode: 'soft', troubled })
  assert.deepEqual([await where(at, kept.no), await where(at, note.no)], [inbox, inbox])
  assert.deepEqual(
    troubles.map((error) => (error as Error).message),
    Array(5).fill('the notice failed'),
  )
  assert.ok(await addItem(failing, at, { folder: inbox, class: 'note', content: {} }), 'told to nobody')
})

for (const mode of ['trash', 'soft', 'hard'] as const) {
  test(`emptying a folder of many folders (${mode}) lists the folders once`, async () => {
    const { at, of } = await aMailbox()
    const inbox = await of('inbox')
    for (let i = 0; i < 12; i++) {
      const { no } = await createFolder(store, at, { parent: inbox, name: `folder ${i}` })
      await createFolder(store, at, { parent: no, name: 'inner' })
      await add(at, no)
    }
    let lists = 0
    const listFolders: typeof reader.listFolders = (ref) => {
      lists++
      return reader.listFolders(ref)
    }
    const counting: Store = {
      ...store,
      mailboxes: { ...reader, listFolders },
      transact: (scope, work) =>
        store.transact(scope, (writer) =>
          work({ ...writer, mailboxes: { ...writer.mailboxes, listFolders } }),
        ),
    }
    await emptyFolder(counting, at, inbox, { mode, folders: true })
    assert.equal(lists, 1)
    const left = await reader.listFolders(at)
    assert.equal(left.filter((folder) => folder.parent === inbox).length, 0)
    const trash = await of('deleteditems')
    assert.equal(left.filter((folder) => folder.parent === trash).length, mode === 'trash' ? 12 : 0)
  })
}

test('a folder that is moved out of the trash while that is emptied is left alone with its items', async () => {
  const { at, of } = await aMailbox()
  const trash = await of('deleteditems')
  const inbox = await of('inbox')
  for (const name of ['first', 'second']) {
    const { no } = await createFolder(store, at, { parent: trash, name })
    await createFolder(store, at, { parent: no, name: 'inner' })
  }
  const second = (await reader.findFolder(at, { parent: trash, name: 'second' }))!
  const saved = await add(at, second.no)
  let moved = false
  const racing: Store = {
    ...store,
    transact: async (scope, work) => {
      if (!moved) {
        moved = true
        await moveFolder(store, at, second.no, { parent: inbox })
      }
      return store.transact(scope, work)
    },
  }
  await emptyFolder(racing, at, trash, { mode: 'soft', folders: true })
  assert.equal(await where(at, saved), second.no)
  assert.deepEqual(
    (await reader.listFolders(at)).filter((folder) => folder.parent === second.no).map(({ name }) => name),
    ['inner'],
  )
})
