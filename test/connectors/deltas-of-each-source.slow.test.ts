/** Scenarios 8, 9 and 15 of migration.md 5 over every kind of source that tells changes: one mailbox of another service, read in four ways. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { openLandbridgeSource } from '#connectors/landbridge/landbridge-source.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { changeMessage } from '#src/domain/mailbox/change-message.ts'
import { createFolder, renameFolder } from '#src/domain/mailbox/folders.ts'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type MigratedMailbox, migratedMailbox, pictureOf } from '#test/support/migrated-mailbox.ts'
import {
  certificateOf,
  type ExchangeSite,
  openExchangeSite,
  sourceOverRole,
} from './exchange/exchange-site.ts'

let there: ExchangeSite
const opened: MigratedMailbox[] = []
before(async () => {
  there = await openExchangeSite()
})
after(async () => {
  for (const each of opened) await each.remove()
  await there?.end()
})

const sources: Readonly<Record<string, (address: string) => Promise<MailboxSource>>> = {
  Exchange: async (address) => there.source(address),
  WorkMail: () => sourceOverRole(there),
  IMAP: async () => {
    const port = there.port('imaps')
    const tls = { mode: 'implicit', ca: await certificateOf(port) } as const
    const credentialsOf = async (name: string) => ({ name, password: PASSWORD })
    return openImapSource({ host: '127.0.0.1', port, tls, signIn: { kind: 'own', credentialsOf } })
  },
  'another Landbridge': async () => {
    const { organization, service } = there
    return openLandbridgeSource({ store: service.data.store, organization, place: 'there' })
  },
}

/** Cursors of before everything that is remembered; others are none at all. */
const voids: Readonly<Record<string, string>> = { 'another Landbridge': '{"since":-1}' }

const octetsOf = (subject: string, text = subject) =>
  Buffer.from(
    `Message-ID: <${subject.replaceAll(' ', '.')}@a.example>\r\nFrom: b@x.example\r\nSubject: ${subject}\r\n\r\nText of ${text}\r\n`,
  )
async function* once(octets: Uint8Array) {
  yield octets
}

/** The mailbox there, changed as its owner would. */
async function ownerOf(address: string) {
  const { store } = there.service.data
  const { organization } = there
  const at = await there.mailboxAt(address)
  const { no: inbox, parent } = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const projects = (await createFolder(store, at, { parent: parent!, name: 'Projects' })).no
  const inMailbox = <T>(work: Parameters<typeof store.transact<T>>[1]) =>
    store.transact({ organization, mailboxes: [at.mailbox] }, work)
  return {
    ...{ at, store, inbox, projects },
    add: async (folder: FolderNo, subject: string) => {
      const octets = octetsOf(subject)
      return (await addMessage(store, at, { folder, sizeBytes: octets.length, source: once(octets) })).no
    },
    /** Over IMAP a new message is in the place of what was (RFC 9051 §2.3.1.1). */
    edit: async (no: ItemNo, subject: string) => {
      const octets = octetsOf(subject, 'another one')
      await changeMessage(store, at, no, { source: { sizeBytes: octets.length, read: () => once(octets) } })
    },
    flag: (nos: readonly ItemNo[], add: number) =>
      inMailbox(({ mailboxes }) => mailboxes.changeFlags(at, nos, { add })),
    move: (items: readonly ItemNo[], to: FolderNo) =>
      inMailbox(({ mailboxes }) => mailboxes.moveItems(at, { items, to })),
    remove: (nos: readonly ItemNo[]) => inMailbox(({ mailboxes }) => mailboxes.removeItems(at, nos)),
  }
}

for (const [name, open] of Object.entries(sources)) {
  const user = name.replaceAll(' ', '').toLowerCase()
  test(`what changes is so here, what people did here stays, and void cursors double nothing: ${name}`, async () => {
    await there.user(user)
    const address = `${user}@corp.test`
    const { at, store, inbox, projects, add, edit, flag, move, remove } = await ownerOf(address)
    const source = await open(address)
    const copy = await migratedMailbox(
      Object.assign(Object.create(source) as MailboxSource, {
        open: (_: string, signal: AbortSignal) => source.open(address, signal),
      }),
      { settings: { deletesHere: true, pageItems: 20 } },
    )
    opened.push(copy)
    const nos: ItemNo[] = []
    for (let no = 0; no < 60; no++) nos.push(await add(inbox, `mail ${no}`))
    await copy.pass()
    const shown = () => pictureOf(copy.store, copy.at)
    assert.deepEqual(await shown(), await pictureOf(store, at))
    const inboxHere = (await copy.store.mailboxes.findFolder(copy.at, { distinguished: 'inbox' }))!.no
    const page = { order: 'uid', after: 0, limit: 100, parts: ['summary'] } as const
    const listHere = async () => (await copy.store.mailboxes.listItems(copy.at, inboxHere, page)).rows
    const before = await listHere()

    // 8: new, read, moved, deleted, edited, and a folder with another name.
    for (let no = 0; no < 20; no++) await add(inbox, `new ${no}`)
    await flag(nos.slice(0, 15), Flag.seen)
    await move(nos.slice(15, 25), projects)
    await remove(nos.slice(25, 30))
    for (const no of nos.slice(30, 34)) await edit(no, `edited ${no}`)
    await renameFolder(store, at, projects, 'Old Projects')
    await copy.pass()
    const changed = await pictureOf(store, at)
    assert.deepEqual(await shown(), changed)
    assert.equal(changed['/Old Projects']!.length, 10)

    // 9: one was marked here and deleted there, another one deleted here and marked there.
    const [marked, deleted] = ['mail 40', 'mail 41']
    const rows = await listHere()
    // What says the same as before is the same message to programs here (RFC 9051 §2.3.1.1).
    const uidOf = (some: typeof rows, no: number) =>
      some.find(({ summary }) => summary!.subject === `mail ${no}`)?.uid
    for (const no of [0, 14, 50]) assert.equal(uidOf(rows, no), uidOf(before, no))
    const numberOf = (title: string) => rows.find(({ summary }) => summary!.subject === title)!.no
    const scope = { organization: copy.at.organization, mailboxes: [copy.at.mailbox] }
    await copy.store.transact(scope, async ({ mailboxes }) => {
      await mailboxes.changeFlags(copy.at, [numberOf(marked!)], { add: Flag.flagged })
      await mailboxes.removeItems(copy.at, [numberOf(deleted!)])
    })
    const ours = await shown()
    await remove([nos[40]!])
    await flag([nos[41]!], Flag.flagged)
    await copy.pass()
    assert.deepEqual(await shown(), ours)

    // 15: everything is listed anew.
    for (const folder of await copy.store.migration.listLedgerFolders(copy.at, 'old'))
      await copy.store.transact(scope, ({ migration }) =>
        migration.putLedgerFolder(copy.at, { ...folder, cursor: (folder.cursor && voids[name]) || 'void' }),
      )
    await add(inbox, 'after it')
    await copy.pass({ run: { asksAll: true } })
    const found = await shown()
    assert.deepEqual(found, {
      ...ours,
      '/Inbox': [...ours['/Inbox']!, 'after it [0] Text of after it'].sort(),
    })
  })
}
