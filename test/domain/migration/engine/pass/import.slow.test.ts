import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { filesIn } from '#src/domain/mailbox/files.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import {
  BodyDigest,
  contentDigest,
  contentDigestBefore,
  contentDigestLike,
  LineDigest,
} from '#src/domain/migration/engine/items/canonical.ts'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { dryRun } from '#src/domain/migration/engine/progress/dry-run.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigratedMailbox, migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})
async function start(options: Parameters<typeof migratedMailbox>[1] = {}) {
  const source = new ScriptedSource()
  const mailbox = await migratedMailbox(source, options)
  opened.push(mailbox)
  return { source, box: source.box(ANNA), mailbox }
}
const paths = async (mailbox: MigratedMailbox) => Object.keys(await mailbox.picture()).sort()

const languages = {
  de: ['Posteingang', 'Gesendete Elemente', 'Entwürfe', 'Gelöschte Elemente'],
  fr: ['Boîte de réception', 'Éléments envoyés', 'Brouillons', 'Éléments supprimés'],
  ja: ['受信トレイ', '送信済みアイテム', '下書き', '削除済みアイテム'],
  ar: ['علبة الوارد', 'العناصر المرسلة', 'مسودات', 'العناصر المحذوفة'],
}
for (const [language, names] of Object.entries(languages)) {
  test(`folders of ${language} find theirs by role, and a user's "Sent Items" stays a folder of its own`, async () => {
    const { box, mailbox } = await start()
    for (const [at, role] of ['inbox', 'sentitems', 'drafts', 'deleteditems'].entries())
      box.addMessage(box.addFolder(names[at]!, { role }), role)
    const own = box.addFolder('Sent Items')
    box.addMessage(own, 'mine')
    box.addMessage(box.addFolder(names[0]!, { parent: own }), 'below')
    await mailbox.pass()
    assert.deepEqual(await paths(mailbox), [
      '/Deleted Items',
      '/Drafts',
      '/Inbox',
      '/Sent Items',
      '/Sent Items (2)',
      `/Sent Items (2)/${names[0]!.normalize('NFC')}`,
    ])
    assert.deepEqual((await mailbox.picture())['/Sent Items (2)']!.length, 1)
  })
}

test('a source without roles meets folders by their names, and folders of one name never two', async () => {
  const { box, mailbox } = await start()
  box.addMessage(box.addFolder('Sent Items'), 'sent')
  box.addMessage(box.addFolder('Projects'), 'one')
  box.addMessage(box.addFolder('Projects'), 'two')
  box.addMessage(box.addFolder(' odd\u0000name '), 'odd')
  await mailbox.pass()
  await mailbox.pass()
  assert.deepEqual(await paths(mailbox), ['/Projects', '/Projects (2)', '/Sent Items', '/odd name'])
  assert.equal((await mailbox.folders()).filter(({ name }) => name.startsWith('Projects')).length, 2)
})

test('what lies too deep is in the folder above it, and that is said', async () => {
  const { box, mailbox } = await start()
  let parent: string | null = null
  for (let depth = 1; depth <= 301; depth++) parent = box.addFolder(`d${depth}`, { parent })
  box.addMessage(parent!, 'deepest')
  await mailbox.pass()
  const rows = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  assert.equal(rows.length, 301)
  const told = rows.filter(({ losses }) => losses.length > 0)
  assert.ok(told.length > 0 && told.every(({ losses }) => losses[0]!.reason.includes('300 deep')))
  assert.equal(Object.values(await mailbox.picture()).flat().length, 1)
})

test('corrupt and too large items are listed, all others come', async () => {
  const { source, box, mailbox } = await start({ settings: { largestItemBytes: 1_000_000 } })
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const bad = box.addMessage(inbox, 'corrupt')
  const large = { sizeBytes: 2_000_000, open: () => filler(2_000_000) }
  box.addMessage(inbox, 'too large', { octets: large })
  const unknown = { sizeBytes: null as unknown as number, open: () => filler(2_000_000) }
  box.addMessage(inbox, 'too large, but it does not say so', { octets: unknown })
  box.addMessage(inbox, 'large enough', { octets: { sizeBytes: 900_000, open: () => filler(900_000) } })
  box.addMessage(inbox, 'unknown', { octets: { ...unknown, open: () => filler(700_000) } })
  box.addMessage(inbox, 'small')
  source.before = ({ key }) => {
    if (key === bad) throw new SourceFailure('item-permanent', 'ErrorItemCorrupt', 'It cannot be read.')
  }
  await mailbox.pass()
  const { rows } = await mailbox.store.migration.listLedgerItems(mailbox.at, { troubled: true, limit: 10 })
  assert.deepEqual(rows.map(({ title, code }) => `${title}: ${code}`).sort(), [
    'corrupt: ErrorItemCorrupt',
    'too large, but it does not say so: too-large',
    'too large: too-large',
  ])
  assert.equal((await mailbox.picture())['/Inbox']!.length, 3)
})

async function* filler(bytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('Subject: large\r\n\r\n')
  for (let left = bytes - 18; left > 0; left -= 50_000) yield Buffer.alloc(Math.min(left, 50_000), 'x')
}

test('every class comes over with its properties, and all of it verifies', async () => {
  const { box, mailbox } = await start()
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const calendar = box.addFolder('Calendar', { role: 'calendar', class: 'event' })
  const contacts = box.addFolder('Contacts', { role: 'contacts', class: 'contact' })
  const notes = box.addFolder('Notes', { role: 'notes', class: 'note' })
  for (let i = 0; i < 80; i++)
    box.addMessage(inbox, `mail ${i}`, {
      flags: i % 3 === 0 ? Flag.seen | Flag.flagged : 0,
      keywords: i % 5 === 0 ? ['Blue'] : [],
    })
  const event = {
    '@type': 'Event',
    uid: 'u1',
    title: 'weekly',
    start: '2026-12-07T10:00:00',
    timeZone: 'Europe/Berlin',
  }
  box.addContent(calendar, 'event', {
    ...event,
    recurrenceRules: [{ '@type': 'RecurrenceRule', frequency: 'weekly' }],
  })
  box.addContent(contacts, 'contact', { '@type': 'Card', name: { full: 'Carla' } })
  box.addContent(notes, 'note', { text: 'milk' })
  await mailbox.pass()
  const { store, at } = mailbox
  const found = await store.mailboxes.eventsByUid(at, 'u1')
  assert.equal(found.length, 1)
  const [item] = await store.mailboxes.getItems(at, [found[0]!.item], ['properties'])
  assert.equal(Object.keys(item!.properties!).length, 1)

  const signal = new AbortController().signal
  const verify = () =>
    verifyMailbox({ store, at, sourceId: 'old', level: 3, sampledPart: 0, random: () => 0, signal })
  const good = await verify()
  assert.deepEqual([good.grade, good.items, good.bodies, good.differences.length], ['perfect', 83, 83, 0])
  // What is not as it was read is found.
  const [row] = (await store.migration.listLedgerItems(at, { limit: 1 })).rows
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await store.transact(scope, ({ migration }) => migration.putLedgerItem(at, { ...row!, hash: '00' }))
  const bad = await verify()
  assert.deepEqual([bad.grade, bad.differences.length], ['investigate', 1])
  // Properties of all are compared from level 2 on, though no body of it is sampled.
  await store.transact(scope, ({ migration }) => migration.putLedgerItem(at, { ...row!, facts: '00' }))
  const told = async (level: 1 | 2) =>
    (
      await verifyMailbox({ store, at, sourceId: 'old', level, sampledPart: 0, random: () => 1, signal })
    ).differences.map(({ what }) => what)
  assert.deepEqual(await told(1), [])
  assert.deepEqual(await told(2), ['Its properties are not those that were read from the source.'])
  // What somebody changed here since is theirs.
  const changed = { ...row!, facts: '00', hash: '00', modseq: row!.modseq - 1 }
  await store.transact(scope, ({ migration }) => migration.putLedgerItem(at, changed))
  assert.deepEqual(await told(2), [])
})

test('what an older ledger noted of a body still proves it', async () => {
  const { box, mailbox } = await start()
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  box.addMessage(inbox, 'a')
  await mailbox.pass()
  const { store, at } = mailbox
  const [row] = (await store.migration.listLedgerItems(at, { limit: 1 })).rows
  const item = (await store.mailboxes.getItems(at, [row!.item!], []))[0]!
  const [oldest, older] = [new LineDigest(), new BodyDigest()]
  for await (const octets of store.mailboxes.readBody(at, item.body!))
    for (const each of [oldest, older]) each.push(octets)
  const digests = [oldest.finish(), older.finish()]
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const verify = async (hash: string) => {
    await store.transact(scope, ({ migration }) => migration.putLedgerItem(at, { ...row!, hash }))
    const { signal } = new AbortController()
    return (
      await verifyMailbox({ store, at, sourceId: 'old', level: 3, sampledPart: 0, random: () => 0, signal })
    ).differences.length
  }
  for (const digest of [row!.hash!, ...digests]) {
    assert.equal(await verify(digest), 0)
    assert.equal(await verify(digest.replace(/^./, (first) => (first === '0' ? '1' : '0'))), 1)
  }
  assert.equal(new Set([row!.hash, ...digests]).size, 3)
})

test('what is read once more to be verified counts for the rates too', async () => {
  const { source, box, mailbox } = await start()
  box.addMessage(box.addFolder('Inbox', { role: 'inbox' }), 'a', { octets: Buffer.alloc(5_000, 'x') })
  await mailbox.pass()
  const { store, at, clock } = mailbox
  const { signal } = new AbortController()
  const budget = new SourceBudget('server', 8, clock)
  const lane = new Lane({
    ...{ clock, budget, signal, drain: signal, random: () => 0 },
    alert: () => undefined,
  })
  const how = { level: 3, sampledPart: 0, random: () => 0, signal } as const
  const there = { source: await source.open(ANNA, signal), lane }
  assert.equal((await verifyMailbox({ ...{ store, at, sourceId: 'old' }, ...how, ...there })).items, 1)
  assert.equal(budget.bytes, 5_000)
})

test('another text of the same version and size is found by who reads everything once more', async () => {
  const { source, box, mailbox } = await start()
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const key = box.addMessage(inbox, 'a', { octets: Buffer.alloc(50, 'x') })
  await mailbox.pass()
  const { store, at, clock } = mailbox
  const { signal } = new AbortController()
  const lane = new Lane({
    ...{ clock, budget: new SourceBudget('server', 8, clock), signal, drain: signal, random: () => 0 },
    alert: () => undefined,
  })
  const verify = async () => {
    const there = { source: await source.open(ANNA, signal), lane }
    const how = { level: 3, sampledPart: 0, random: () => 0, signal } as const
    const { differences } = await verifyMailbox({ ...{ store, at, sourceId: 'old' }, ...how, ...there })
    return differences.map(({ what }) => what)
  }
  assert.deepEqual(await verify(), [])
  box.folder(inbox).items.get(key)!.octets = Buffer.alloc(50, 'y')
  assert.deepEqual(await verify(), ['It is not as it is at the source: the text (plain).'])
})

test('what lies in a folder of another kind stays in it', async () => {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const [inbox, calendar] = [
    box.addFolder('Inbox', { role: 'inbox' }),
    box.addFolder('Calendar', { role: 'calendar', class: 'event' }),
  ]
  box.addContent(inbox, 'task', { '@type': 'Task', uid: 't1', title: 'task' })
  box.addContent(inbox, 'note', { title: 'note', text: 'note' })
  box.addMessage(calendar, 'mail among events')
  const mailbox = await migratedMailbox(source)
  await mailbox.pass()
  const expected = pictureOfSource(source, ANNA, (key) => (key === inbox ? '/Inbox' : '/Calendar'))
  assert.deepEqual(await mailbox.picture(), expected)
  await mailbox.remove()
})

test('files of an event are its attachments', async () => {
  const { box, mailbox } = await start()
  const calendar = box.addFolder('Calendar', { role: 'calendar', class: 'event' })
  const key = box.addContent(calendar, 'event', {
    '@type': 'Event',
    uid: 'u1',
    title: 'with files',
    start: '2026-12-07T10:00:00',
  })
  const file = Buffer.from('octets of a file '.repeat(9_000))
  box.folder(calendar).items.get(key)!.attachments = [
    {
      name: 'Übersicht "1".pdf',
      type: 'application/pdf',
      contentId: null,
      inline: false,
      occurrence: null,
      sizeBytes: file.length,
      async *open() {
        for (let at = 0; at < file.length; at += 10_000) yield file.subarray(at, at + 10_000)
      },
    },
  ]
  await mailbox.pass()
  const { store, at } = mailbox
  const [found] = await store.mailboxes.eventsByUid(at, 'u1')
  const [item] = await store.mailboxes.getItems(at, [found!.item], ['structure', 'summary', 'content'])
  assert.equal(item!.flags & Flag.hasAttachment, Flag.hasAttachment)
  assert.deepEqual(item!.summary!.attachmentNames, ['Übersicht "1".pdf'])
  assert.equal(item!.summary!.subject, 'with files')
  const part = filesIn(item!.structure!)[0]!
  const octets: Uint8Array[] = []
  for await (const chunk of store.mailboxes.readBody(at, item!.body!, {
    start: part.bodyOffset,
    end: part.bodyEnd,
  }))
    octets.push(chunk)
  assert.deepEqual(Buffer.from(Buffer.concat(octets).toString('latin1'), 'base64'), file)
  const { signal } = new AbortController()
  const verify = async () =>
    (
      await verifyMailbox({ store, at, sourceId: 'old', level: 3, sampledPart: 0, random: () => 0, signal })
    ).differences.map(({ what }) => what)
  assert.deepEqual(await verify(), [])
  const row = (await store.migration.findLedgerItemOf(at, item!.no))!
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerItem(at, { ...row, files: '00' }),
  )
  assert.deepEqual(await verify(), ['Its files are not those that were read from the source.'])
})

test('a dry run counts what a pass would do, and writes nothing anywhere', async () => {
  const { source, box, mailbox } = await start({ settings: { largestItemBytes: 1_000 } })
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const keys = Array.from({ length: 10 }, (_, i) => box.addMessage(inbox, `mail ${i}`))
  const { store, at, organization, settings } = mailbox
  const lookAtAll = async () => {
    const member = { ...(await mailbox.member()), mailbox: at.mailbox }
    const signal = new AbortController().signal
    const opened: SourceMailbox = await source.open(ANNA, signal)
    const part = { from: null, isOver: () => false, signal }
    return (await dryRun(store, member, organization.id, opened, settings, part)).folders
  }
  const look = async () => (await lookAtAll())[0]!
  box.addFolder('May', { parent: box.addFolder('2026', { parent: inbox }) })
  assert.deepEqual([(await look()).isNew, (await look()).fresh], [true, 10])
  const names = (await lookAtAll()).map(({ name }) => name)
  assert.deepEqual(names, ['Inbox', 'Inbox/2026', 'Inbox/2026/May'])
  assert.equal((await store.migration.listLedgerFolders(at, 'old')).length, 0)
  await mailbox.pass()
  box.remove(inbox, keys[0]!)
  box.edit(inbox, keys[1]!, { title: 'other' })
  box.addMessage(inbox, 'large', { body: 'x'.repeat(5_000) })
  const { modseq } = await store.mailboxes.getMailbox(at)
  const { isNew, fresh, changed, gone, tooLarge } = await look()
  assert.deepEqual(
    { isNew, fresh, changed, gone, tooLarge },
    { isNew: false, fresh: 1, changed: 1, gone: 1, tooLarge: 1 },
  )
  assert.equal((await store.mailboxes.getMailbox(at)).modseq, modseq)
  // The pass that follows finds all of it still to do.
  assert.equal((await mailbox.pass()).items, 1)
})

test('digests of older ledgers do not mind how lines end, wherever the octets are cut', () => {
  const digestOf = (text: string, cut: number) => {
    const digest = new LineDigest()
    const octets = Buffer.from(text)
    for (let at = 0; at < octets.length; at += cut) digest.push(octets.subarray(at, at + cut))
    return digest.finish()
  }
  const one = digestOf('a\r\nb\n\nc\r', 100)
  for (const cut of [1, 2, 3, 4]) {
    assert.equal(digestOf('a\r\nb\n\nc\r', cut), one)
    assert.equal(digestOf('a\nb\r\n\r\nc\n', cut), one)
  }
  assert.notEqual(digestOf('a\nb\nc\n', 100), one)
  assert.equal(
    contentDigest({ b: 1, a: [1, { d: 1, c: 2 }], updated: 'x' }),
    contentDigest({ a: [1, { c: 2, d: 1 }], b: 1 }),
  )
  assert.notEqual(contentDigest({ a: [1, 2] }), contentDigest({ a: [2, 1] }))
  // What a model has no word for counts too, but for ledgers of older builds.
  const [plain, told] = [{ a: 1 }, { a: 1, iCalendar: { properties: [['X-A', {}, 'TRUE']] } }]
  assert.notEqual(contentDigest(told), contentDigest(plain))
  for (const older of [contentDigestBefore(plain), contentDigestBefore(told)])
    assert.equal(contentDigestLike(older, told), older)
  assert.equal(contentDigestLike(contentDigest(told), told), contentDigest(told))
})
