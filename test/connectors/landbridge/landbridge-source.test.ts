/** A mailbox of another Landbridge, read from its store. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openLandbridgeSource } from '#connectors/landbridge/landbridge-source.ts'
import { storedReturns } from '#connectors/landbridge/returns.ts'
import { storedMailbox } from '#connectors/landbridge/stored-mailbox.ts'
import { newEntryId, newMailboxId } from '#src/base/ids.ts'
import { addDelegate, setMeetingDelivery } from '#src/domain/calendar/delegates.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import { FolderRight, rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { NewItem } from '#src/domain/mailbox/store.ts'
import type { SourceItem, SourceOutOfOffice } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { CopiedMailbox } from '#test/support/copied-mailbox.ts'
import { readAll, stageBytes, type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const { signal } = new AbortController()
let from: TemporaryStore
let to: TemporaryStore
before(async () => {
  from = await temporaryStore()
  to = await temporaryStore()
})
after(async () => {
  await from?.remove()
  await to?.remove()
})

const structureOf = (octets: Uint8Array) => {
  const indexer = new MimeIndexer()
  indexer.push(octets)
  return indexer.finish().root
}

async function add(item: Omit<NewItem, 'folder' | 'body'>, octets?: Buffer): Promise<ItemNo> {
  const [at] = from.mailboxes
  const body = octets && { body: await stageBytes(from.store, at!, octets), structure: structureOf(octets) }
  return from.store.transact(
    { organization: at!.organization, mailboxes: [at!.mailbox] },
    async ({ mailboxes }) => {
      const { no } = await mailboxes.appendItem(at!, { folder: at!.inbox, ...item, ...body })
      return no
    },
  )
}

const freshUser = (name: string): NewEntry => ({
  ...{ id: newEntryId(), kind: 'user', role: 'USER', identityProviderUserId: null, name, displayName: name },
  ...{ state: 'ENABLED', home: 'local', hidden: false, target: null, details: {}, photo: null },
  ...{ certificate: null, mailbox: null, createdAt: 1, enabledAt: 1, disabledAt: null, deletedAt: null },
  addresses: [{ kind: 'primary', address: `${name}@a.example` }],
  purgeAt: null,
})

const change = (work: Parameters<TemporaryStore['store']['transact']>[1]) => {
  const [at] = from.mailboxes
  return from.store.transact({ organization: at!.organization, mailboxes: [at!.mailbox] }, work)
}

test('everything of an item comes as it is', async () => {
  const [at] = from.mailboxes
  const message = Buffer.from('Subject: one\r\n\r\nText with \0 and \x80\r\n', 'latin1')
  const properties = { 'PropertyTag:0x1234:Binary': 'AAEC', __proto__x: ['a', 'b'] }
  await add(
    {
      class: 'message',
      flags: Flag.seen | Flag.flagged | Flag.forwarded,
      keywords: ['Rote Kategorie', 'Work'],
      receivedAt: 1_600_000_000_123,
      summary: { subject: 'one' },
      properties,
    },
    message,
  )
  const files = Buffer.from(
    [
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: application/pdf; x-landbridge-occurrence="2026-01-02T10:00:00"',
      'Content-Transfer-Encoding: base64',
      "Content-Disposition: attachment; filename*=utf-8''Plan%20f%C3%BCr.pdf",
      '',
      Buffer.from('a file').toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
  )
  const event = {
    '@type': 'Event',
    uid: 'u1',
    title: 'Meeting',
    start: '2026-01-01T10:00:00',
    recurrenceRules: [{ frequency: 'daily' }],
  }
  await add({ class: 'event', receivedAt: 5, summary: { subject: 'Meeting' }, content: event }, files)
  await add({ class: 'note', receivedAt: 6, summary: { subject: 'n' }, content: { text: 'note' } })
  const copied = new CopiedMailbox()
  const mailbox = storedMailbox(from.store, at!, false)
  await copied.pass(mailbox, signal)
  const [one, two, three] = copied.in('Inbox').map(({ item }) => item)
  assert.deepEqual(
    [one!.flags, one!.keywords, one!.receivedAt, one!.properties, one!.losses],
    [
      Flag.seen | Flag.flagged | Flag.forwarded,
      ['Rote Kategorie', 'Work'],
      1_600_000_000_123,
      properties,
      [],
    ],
  )
  assert.deepEqual(Buffer.concat(await Array.fromAsync(one!.message!.open(signal))), message)
  assert.deepEqual(two!.content, event)
  const [file] = two!.attachments
  assert.deepEqual(
    [file!.name, file!.type, file!.occurrence],
    ['Plan für.pdf', 'application/pdf', '2026-01-02T10:00:00'],
  )
  assert.equal(Buffer.concat(await Array.fromAsync(file!.open(signal))).toString(), 'a file')
  assert.deepEqual([three!.class, three!.content], ['note', { text: 'note' }])
  assert.deepEqual(copied.folders.map(({ name, role, parent }) => [name, role, parent]).sort(), [
    ['Archive', 'archive', null],
    ['Deleted Items', 'deleteditems', null],
    ['Inbox', 'inbox', null],
  ])
})

test('passes tell what changed, moved and is gone, and a second one nothing', async () => {
  const [at] = from.mailboxes
  const mailbox = storedMailbox(from.store, at!, false)
  const copied = new CopiedMailbox()
  const items: ItemNo[] = []
  for (let no = 0; no < 20; no++)
    items.push(
      await add(
        { class: 'message', receivedAt: no, summary: { subject: `m${no}` } },
        Buffer.from(`Subject: m${no}\r\n\r\n`),
      ),
    )
  await copied.pass(mailbox, signal, 2)
  // Something changes while everything is listed.
  await change(({ mailboxes }) => mailboxes.changeFlags(at!, [items[0]!], { add: Flag.seen }))
  await copied.pass(mailbox, signal)
  assert.equal(copied.in('Inbox').length, 23)
  await copied.pass(mailbox, signal)
  await copied.pass(mailbox, signal)
  assert.deepEqual([copied.read, copied.pages], [[], copied.folders.length])
  await change(async ({ mailboxes }) => {
    await mailboxes.changeFlags(at!, [items[1]!, items[2]!], { add: Flag.flagged, addKeywords: ['New'] })
    await mailboxes.moveItems(at!, { items: [items[3]!], to: at!.archive })
    await mailboxes.removeItems(at!, [items[4]!])
  })
  await copied.pass(mailbox, signal)
  assert.deepEqual(
    copied.in('Archive').map(({ item }) => item.title),
    ['m3'],
  )
  assert.equal(copied.in('Inbox').length, 21)
  assert.deepEqual(
    copied
      .in('Inbox')
      .filter(({ item }) => item.keywords.includes('New'))
      .map(({ item }) => item.title),
    ['m1', 'm2'],
  )
})

test('a change log that was forgotten makes the list begin anew', async () => {
  const [at] = from.mailboxes
  const mailbox = storedMailbox(from.store, at!, false)
  const copied = new CopiedMailbox(100)
  await copied.pass(mailbox, signal)
  const before = copied.in('Inbox')
  const victim = Number(before.at(-1)!.item.key) as ItemNo
  await change(({ mailboxes }) => mailboxes.removeItems(at!, [victim]))
  const { modseq } = await from.store.mailboxes.getMailbox(at!)
  await change(({ mailboxes }) => mailboxes.forgetChanges(at!, modseq, 1_000))
  await copied.pass(mailbox, signal)
  assert.ok(copied.restarted > 0)
  assert.deepEqual(copied.read, [])
  assert.equal(copied.in('Inbox').length, before.length - 1)
})

test('what is imported elsewhere is equal to what there was', async () => {
  const [at] = from.mailboxes
  const [there] = to.mailboxes
  const mailbox = storedMailbox(from.store, at!, false)
  const scope = { organization: there!.organization, mailboxes: [there!.mailbox] }
  const copied = new CopiedMailbox()
  await copied.pass(mailbox, signal)
  for (const { item } of copied.in('Inbox')) {
    const octets = item.message && Buffer.concat(await Array.fromAsync(item.message.open(signal)))
    const body = octets && {
      body: await stageBytes(to.store, there!, octets),
      structure: structureOf(octets),
    }
    const { class: kind, flags, keywords, receivedAt, title, properties, content } = item
    const kept = { properties, ...(content && { content }), ...body }
    await to.store.transact(scope, ({ mailboxes }) =>
      mailboxes.appendItem(there!, {
        folder: there!.inbox,
        class: kind,
        flags,
        keywords,
        receivedAt,
        summary: { subject: title },
        ...kept,
      }),
    )
  }
  const all = async (site: TemporaryStore, ref: typeof at) => {
    const { rows } = await site.store.mailboxes.listItems(ref!, ref!.inbox, {
      order: 'uid',
      limit: 100,
      parts: ['content', 'properties'],
    })
    return Promise.all(
      rows.map(async ({ class: kind, flags, keywords, receivedAt, content, properties, body }) => ({
        ...{ kind, flags, keywords, receivedAt, content, properties: properties ?? {} },
        octets:
          kind === 'message' && body !== null
            ? (await readAll(site.store, ref!, body)).toString('latin1')
            : '',
      })),
    )
  }
  const [mine, theirs] = [await all(from, at), await all(to, there)]
  assert.ok(mine.length > 10)
  assert.deepEqual(theirs, mine)
})

test('what goes back is put there as it is, once, and only where that is wanted', async () => {
  const [at] = from.mailboxes
  const folders = await Array.fromAsync(storedMailbox(from.store, at!, false).folders(signal))
  const inbox = folders.find(({ role }) => role === 'inbox')!
  const spool = { create: () => assert.fail('nothing is spooled') } as never
  const returns = storedReturns({ store: from.store, spool }, at!)
  const octets = Buffer.from('Subject: back\r\n\r\nText\r\n')
  const item: SourceItem = {
    ...{ key: 'there', version: '1', match: null, class: 'message', title: 'back', receivedAt: 5_000 },
    ...{ flags: Flag.seen, keywords: ['Work'], properties: { a: 'b' }, content: null },
    ...{ attachments: [], losses: [] },
    message: {
      sizeBytes: octets.length,
      open: async function* () {
        yield octets
      },
    },
  }
  const mark = await returns.mark(inbox, signal)
  const put = await returns.put(inbox, item, { token: 't', mark, again: false }, signal)
  const again = await returns.put(inbox, item, { token: 't', mark, again: true }, signal)
  assert.deepEqual(again, put)
  const [found] = await from.store.mailboxes.getItems(at!, [Number(put.key) as ItemNo], ['properties'])
  assert.deepEqual(
    [found!.flags, found!.keywords, found!.receivedAt, found!.properties],
    [Flag.seen, ['Work'], 5_000, { a: 'b' }],
  )
  assert.ok((await readAll(from.store, at!, found!.body!)).equals(octets))
  const later = await returns.mark(inbox, signal)
  const another = await returns.put(inbox, item, { token: 'u', mark: later, again: true }, signal)
  assert.notEqual(another.key, put.key)
})

test('a folder gets its name and place there, and the mailbox its absence', async () => {
  const { store } = from
  const at = { organization: from.organization.id, mailbox: newMailboxId() }
  await store.transact({ organization: at.organization, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(at, { quotaBytes: 2 ** 30, folders: distinguishedFolders }),
  )
  const stored = storedMailbox(store, at, false)
  const listed = async () => Array.fromAsync(stored.folders(signal))
  const returns = storedReturns({ store, spool: undefined as never }, at)
  const made = await returns.makeFolder!({ name: 'First', class: 'message' }, null, signal)
  const inbox = (await listed()).find(({ role }) => role === 'inbox')!
  const now = await returns.placeFolder!(made, { name: 'Second', parent: inbox }, signal)
  const there = (await listed()).find(({ key }) => key === made.key)!
  assert.deepEqual([there.name, there.parent, now.key], ['Second', inbox.key, made.key])
  for (const subscribed of [true, false]) {
    await returns.subscribe!(there, subscribed, signal)
    assert.equal((await listed()).find(({ key }) => key === made.key)!.subscribed, subscribed)
  }
  const absence: SourceOutOfOffice = {
    ...{ state: 'enabled', audience: 'all', from: 1_000, to: 2_000, inside: 'in', outside: 'out' },
  }
  await returns.setOutOfOffice!(absence, signal)
  assert.deepEqual((await stored.settings(signal)).outOfOffice, absence)
})

test('what was changed here is changed there: marks and folder, under the same number', async () => {
  const [at] = from.mailboxes
  const folders = await Array.fromAsync(storedMailbox(from.store, at!, false).folders(signal))
  const [folder, to] = ['inbox', 'deleteditems'].map((name) => folders.find(({ role }) => role === name)!)
  const returns = storedReturns({ store: from.store, spool: undefined as never }, at!)
  const no = await add({ class: 'message', receivedAt: 1, summary: { subject: 'changed' } }, Buffer.from('a'))
  const known = { key: String(no), match: null, title: 'changed', folder: folder!, class: 'message' } as const
  const marks = { flags: Flag.seen, keywords: ['Work'] }
  const how = { token: 't', mark: '', again: false }
  const told = await returns.change(known, { marks, to: to! }, how, signal)
  const [found] = await from.store.mailboxes.getItems(at!, [no])
  assert.deepEqual(
    [told.key, told.version, String(found!.folder), found!.flags, found!.keywords],
    [String(no), String(found!.modseq), to!.key, Flag.seen, ['Work']],
  )
  const bin = await from.store.transact(
    { organization: at!.organization, mailboxes: [at!.mailbox] },
    async ({ mailboxes }) => {
      const distinguished = 'recoverableitemsroot'
      const made = await mailboxes.createFolder(at!, {
        ...{ parent: null, name: 'Deletions', class: 'message', distinguished },
      })
      await mailboxes.moveItems(at!, { items: [no], to: made.no })
      return made
    },
  )
  // Whoever deleted it there does not get it back.
  for (const gone of [known, { ...known, key: '999999' }])
    await assert.rejects(
      returns.change(gone, { marks, to: to! }, how, signal),
      (error: unknown) => error instanceof SourceFailure && error.code === 'gone',
    )
  assert.equal((await from.store.mailboxes.getItems(at!, [no]))[0]!.folder, bin.no)
  // What came over as deleted was brought back here.
  const buried = { ...known, folder: { ...known.folder, key: String(bin.no) } }
  await returns.change(buried, { marks, to: to! }, how, signal)
  assert.equal(String((await from.store.mailboxes.getItems(at!, [no]))[0]!.folder), to!.key)
})

test('a mailbox that is full is waited for; what else is refused is a reason of the item', async () => {
  const [at] = from.mailboxes
  const folders = await Array.fromAsync(storedMailbox(from.store, at!, false).folders(signal))
  const inbox = folders.find(({ role }) => role === 'inbox')!
  const note: SourceItem = {
    ...{ key: 'there', version: '1', match: null, class: 'note', title: 'note', receivedAt: 5_000 },
    ...{ flags: 0, keywords: [], properties: {}, content: { title: 'note', text: 'Text' } },
    ...{ attachments: [], losses: [], message: null },
  }
  for (const [reason, kind] of [
    ['over-quota', 'no-room'],
    ['try-later', 'transient'],
    ['limit-exceeded', 'item-permanent'],
  ] as const) {
    const transact = () => Promise.reject(new Refusal(reason, 'It says no.'))
    const store = { mailboxes: from.store.mailboxes, stageBody: from.store.stageBody, transact }
    const returns = storedReturns({ store, spool: undefined as never }, at!)
    await assert.rejects(
      returns.put(inbox, note, { token: 't', mark: '1', again: false }, signal),
      (error: unknown) => error instanceof SourceFailure && error.kind === kind && error.code === reason,
    )
  }
})

test('rights on the mailbox and its folders, delegates and what they get come along', async () => {
  const { store, organization } = from
  const id = organization.id
  const at = { organization: id, mailbox: newMailboxId() }
  await store.transact({ organization: id, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(at, { quotaBytes: 2 ** 30, folders: distinguishedFolders }),
  )
  const [inbox, archive] = await Promise.all(
    ['inbox', 'archive'].map(
      async (distinguished) => (await store.mailboxes.findFolder(at, { distinguished }))!.no,
    ),
  )
  const [anna, ben] = await store.transact({ organization: id }, async ({ directory }) => [
    await directory.createEntry(id, { ...freshUser('anna'), home: 'local', mailbox: at.mailbox }),
    await directory.createEntry(id, freshUser('ben')),
  ])
  const custom = FolderRight.visible | FolderRight.create | FolderRight.editAny
  await store.transact({ organization: id, mailboxes: [at.mailbox] }, async ({ directory }) => {
    await directory.putPermission(id, {
      ...{ owner: anna!.id, grantee: ben!.id },
      rights: MailboxRight.fullAccess | MailboxRight.sendAs,
    })
    await directory.putFolderPermission(id, at.mailbox, inbox!, ben!.id, custom)
    await directory.putFolderPermission(id, at.mailbox, archive!, 'default', rightsOfProfile('Reviewer'))
  })
  const mailbox = { owner: anna!.id, at }
  await addDelegate(store, mailbox, ben!.id, { receiveCopies: true, viewPrivate: true })
  await setMeetingDelivery(store, mailbox, 'DelegatesOnly')
  const { grants, folderGrants, delegates, losses } = await storedMailbox(store, at, false).settings(signal)
  assert.deepEqual(grants.map(({ grantee, right }) => `${grantee} ${right}`).sort(), [
    'ben@a.example full-access',
    'ben@a.example send-as',
    'ben@a.example send-on-behalf',
  ])
  assert.deepEqual(folderGrants, [
    { folder: String(inbox), grantee: 'ben@a.example', role: 'Custom', rights: custom },
    { folder: String(archive), grantee: 'Default', role: 'Reviewer', rights: null },
  ])
  assert.deepEqual(delegates, {
    named: [{ grantee: 'ben@a.example', receiveCopies: true, viewPrivate: true }],
    delivery: 'DelegatesOnly',
  })
  assert.deepEqual(losses, [])
})

test('an address that has no mailbox is named', async () => {
  const source = openLandbridgeSource({
    store: from.store,
    organization: from.organization.id,
    place: '/backup',
  })
  await assert.rejects(source.open('nobody@a.example', signal), (error) => {
    assert.ok(error instanceof SourceFailure)
    return error.kind === 'mailbox-permanent'
  })
  const [directory, read] = await source.check('nobody@a.example', signal)
  assert.deepEqual([directory!.state, read!.state], ['ok', 'failed'])
})

test('what lies beside an item that was changed here lies beside it there', async () => {
  const [at] = from.mailboxes
  const no = await add(
    { ...{ class: 'message', receivedAt: 0, summary: { subject: 'beside' } } },
    Buffer.from('Subject: beside\r\n\r\n'),
  )
  const source = storedMailbox(from.store, at!, false)
  const folders = await Array.fromAsync(source.folders(signal))
  const folder = folders.find(({ role }) => role === 'inbox')!
  const known = { key: String(no), match: null, title: 'beside', folder, class: 'message' } as const
  const properties = { '0x0017:Integer': '2' }
  const returns = storedReturns({ store: from.store, spool: {} as never }, at!)
  await returns.change(
    known,
    { marks: null, to: null, properties },
    { token: '', mark: '0', again: false },
    signal,
  )
  const [there] = await from.store.mailboxes.getItems(at!, [no], ['properties'])
  assert.deepEqual(there!.properties, properties)
})
