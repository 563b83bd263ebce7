import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { addressBookOf } from '#test/support/address-book.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

describe('the address book follows its directory', () => {
  let world: Synced
  before(async () => {
    world = await synced()
  })
  after(() => world.temporary.remove())
  const seen = () => addressBookOf(world.store, world.organization)
  const find = (address: string) => world.store.directory.findEntry(world.organization, { address })

  it('brings in everybody, with members and managers, and is stamped with the start of the run', async () => {
    const { directory } = world
    directory.put(
      mailboxObject(1, 'anna', { details: { department: 'Sales' } }),
      mailboxObject(2, 'bert', { manager: { guid: guidOf(1) }, hidden: true }),
      mailboxObject(3, 'room', { type: 'room', capacity: 8 }),
      mailboxObject(4, 'paul', {
        type: 'contact',
        hasMailbox: false,
        targetAddress: 'SMTP:paul@else.example',
      }),
      groupObject(5, 'all', [guidOf(1), guidOf(2), guidOf(3), guidOf(4), guidOf(6)]),
      groupObject(6, 'inner', [guidOf(5), guidOf(1)]),
      mailboxObject(7, 'everyone', { type: 'dynamic-group', hasMailbox: false, members: null }),
    )
    const report = await world.sync()
    assert.equal(report.outcome, 'applied')
    assert.deepEqual(report.decisions, { create: 7 })
    assert.equal(await world.store.directorySync.synchronizedAt(world.organization), report.startedAt)
    const book = await seen()
    assert.equal(book.size, 7)
    assert.deepEqual(book.get(guidOf(5))?.members, [1, 2, 3, 4, 6].map(guidOf))
    assert.deepEqual(book.get(guidOf(6))?.members, [5, 1].map(guidOf).toSorted())
    assert.equal(book.get(guidOf(2))?.manager, guidOf(1))
    const anna = await find('anna@corp.example')
    assert.equal(anna?.home, 'exchange')
    assert.equal(anna?.kind === 'user' && anna.role, 'REMOTE_USER')
    const byX500 = await world.store.directory.findEntry(world.organization, {
      x500: '/O=CORP/ou=Exchange/cn=Recipients/cn=anna',
    })
    assert.equal(byX500?.id, anna?.id)
    const room = await find('room@corp.example')
    assert.ok(room?.kind === 'resource' && room.type === 'ROOM' && room.capacity === 8)
    assert.equal((await find('paul@corp.example'))?.target, 'paul@else.example')
  })

  it('reads only what changed from then on, and nothing when nothing did', async () => {
    const report = await world.sync()
    assert.equal(report.outcome, 'unchanged')
    assert.equal(report.read, 0)
    assert.equal(world.directory.readings.at(-1), null)
  })

  it('keeps the entry of one who is renamed, moved, unhidden', async () => {
    const before = await find('bert@corp.example')
    world.directory.change(guidOf(2), {
      displayName: 'Bert Baum',
      place: 'CN=bert,OU=Other,DC=corp,DC=example',
      hidden: false,
      proxyAddresses: ['SMTP:bert.baum@corp.example', 'smtp:bert@corp.example'],
    })
    const report = await world.sync()
    assert.deepEqual(report.decisions, { change: 1 })
    const after = await find('bert.baum@corp.example')
    assert.equal(after?.id, before?.id)
    assert.equal(after?.displayName, 'Bert Baum')
    assert.equal(after?.hidden, false)
  })

  it('hides who is gone at once, from groups too, and brings them back with all links', async () => {
    const anna = await find('anna@corp.example')
    const gone = world.directory.objects.get(guidOf(1))!
    world.directory.remove(guidOf(1))
    assert.deepEqual((await world.sync()).decisions, { delete: 1 })
    assert.equal(await find('anna@corp.example'), undefined)
    let book = await seen()
    assert.equal(book.has(guidOf(1)), false)
    assert.deepEqual(book.get(guidOf(6))?.members, [guidOf(5)])
    assert.equal(book.get(guidOf(2))?.manager, null)
    world.directory.put(gone)
    world.directory.change(guidOf(6), { members: [{ guid: guidOf(5) }, { guid: guidOf(1) }] })
    world.directory.change(guidOf(5), {
      members: [1, 2, 3, 4, 6].map((no) => ({ guid: guidOf(no) })),
    })
    await world.sync()
    assert.equal((await find('anna@corp.example'))?.id, anna?.id)
    book = await seen()
    assert.deepEqual(book.get(guidOf(5))?.members, [1, 2, 3, 4, 6].map(guidOf))
    assert.equal(book.get(guidOf(2))?.manager, guidOf(1))
  })

  it('believes nothing but everything read again of the groups of one who returns', async () => {
    const { directory } = world
    const bert = directory.objects.get(guidOf(2))!
    directory.remove(guidOf(2))
    await world.sync()
    // As without a recycle bin: back without its groups, whose change numbers do not move.
    directory.put(bert)
    const back = await world.sync()
    assert.equal(back.full, 'returned')
    assert.equal(back.decisions.return, 1)
    assert.deepEqual((await seen()).get(guidOf(5))?.members, [1, 3, 4, 6].map(guidOf))
    // As with one, or when it had only lost its alias: the groups still name it.
    directory.objects.delete(guidOf(1))
    await world.sync()
    directory.put({ ...mailboxObject(1, 'anna', { details: { department: 'Sales' } }) })
    assert.equal((await world.sync()).full, 'returned')
    const book = await seen()
    assert.deepEqual(book.get(guidOf(5))?.members, [1, 3, 4, 6].map(guidOf))
    assert.equal(book.get(guidOf(2))?.manager, guidOf(1))
    directory.change(guidOf(5), { members: [1, 2, 3, 4, 6].map((no) => ({ guid: guidOf(no) })) })
    await world.sync()
  })

  it('knows one who was deleted and undeleted in between, and reads everything just once for it', async () => {
    const { directory } = world
    directory.put(mailboxObject(95, 'short'), groupObject(96, 'few', [guidOf(95)]))
    await world.sync()
    const { changeNumber: _, ...short } = directory.objects.get(guidOf(95))!
    directory.remove(guidOf(95))
    directory.put(short)
    assert.equal((await world.sync()).full, 'returned')
    assert.deepEqual((await seen()).get(guidOf(96))?.members, [])
    directory.put({ ...short, displayName: 'Shorter' })
    const { full, decisions } = await world.sync()
    assert.deepEqual([full, decisions], [null, { change: 1 }])
    for (const no of [95, 96]) directory.remove(guidOf(no))
    await world.sync()
  })

  it('keeps who is gone in mind until nobody names them any more', async () => {
    const { directory, store, organization, clock } = world
    directory.put(mailboxObject(40, 'lena'), groupObject(41, 'crew', [guidOf(40)]))
    await world.sync()
    directory.objects.delete(guidOf(40))
    await world.sync()
    clock.now += 40 * 86_400_000
    await world.sync()
    assert.equal((await store.directorySync.findKnown(organization, { guid: guidOf(40) }))?.state, 'gone')
    directory.change(guidOf(41), { members: [] })
    await world.sync()
    assert.equal(await store.directorySync.findKnown(organization, { guid: guidOf(40) }), undefined)
    directory.remove(guidOf(41))
    await world.sync()
  })

  it('takes over the entry of one who was made anew over there', async () => {
    const anna = await find('anna@corp.example')
    const { guid: _guid, ...old } = world.directory.objects.get(guidOf(1))!
    world.directory.remove(guidOf(1))
    world.directory.put({ ...old, guid: guidOf(21) })
    const report = await world.sync()
    assert.equal(report.decisions.replace, 1)
    assert.equal(report.decisions.delete, undefined)
    assert.equal((await find('anna@corp.example'))?.id, anna?.id)
    assert.equal((await find('anna@corp.example'))?.source?.guid, guidOf(21))
    // The groups of the old one are not the groups of the new one, and their change numbers did not move.
    assert.equal(report.full, 'returned')
    assert.deepEqual((await seen()).get(guidOf(6))?.members, [guidOf(5)])
  })

  it('leads nobody who named the one before to the one made anew', async () => {
    const { directory } = world
    directory.put(mailboxObject(80, 'boss'))
    directory.put(mailboxObject(81, 'clerk', { manager: { guid: guidOf(80) } }))
    directory.put(groupObject(82, 'team', [guidOf(80), guidOf(81)]))
    await world.sync()
    const { guid: _guid, ...old } = directory.objects.get(guidOf(80))!
    const team = directory.objects.get(guidOf(82))!
    directory.remove(guidOf(80))
    directory.put({ ...old, guid: guidOf(83) })
    // A link across domains outlives whom it leads to.
    directory.objects.set(guidOf(82), team)
    assert.equal((await world.sync()).decisions.replace, 1)
    assert.equal((await seen()).get(guidOf(81))?.manager, null)
    assert.deepEqual((await seen()).get(guidOf(82))?.members, [guidOf(81)])
    for (const no of [81, 82, 83]) directory.remove(guidOf(no))
    await world.sync()
  })

  it('empties a group that becomes a dynamic one', async () => {
    const { directory } = world
    directory.put(mailboxObject(90, 'someone'), groupObject(91, 'some', [guidOf(90)]))
    await world.sync()
    assert.deepEqual((await seen()).get(guidOf(91))?.members, [guidOf(90)])
    directory.change(guidOf(91), { type: 'dynamic-group', members: null })
    await world.sync()
    assert.deepEqual((await seen()).get(guidOf(91))?.members, [])
    for (const no of [90, 91]) directory.remove(guidOf(no))
    await world.sync()
  })

  it('counts one who took over an entry among those who go, like anybody else', async () => {
    const { directory } = world
    directory.put(mailboxObject(70, 'twice'))
    await world.sync()
    const { guid: _guid, ...old } = directory.objects.get(guidOf(70))!
    directory.remove(guidOf(70))
    directory.put({ ...old, guid: guidOf(71) })
    assert.equal((await world.sync()).decisions.replace, 1)
    directory.remove(guidOf(71))
    assert.equal((await world.sync()).decisions.delete, 1)
    assert.equal(await find('twice@corp.example'), undefined)
  })

  it('quarantines what has no, or two, primary addresses, and takes one without an address that an older one has', async () => {
    world.directory.put(
      mailboxObject(30, 'nobody', { proxyAddresses: ['smtp:nobody@corp.example'] }),
      mailboxObject(31, 'two', { proxyAddresses: ['SMTP:a2@corp.example', 'SMTP:b2@corp.example'] }),
      mailboxObject(32, 'thief', {
        proxyAddresses: ['SMTP:thief@corp.example', 'smtp:ANNA@corp.example'],
        hasPhoto: true,
      }),
    )
    world.directory.photosOf.set(guidOf(32), Buffer.from('ffd8ffe000104a464946', 'hex'))
    assert.deepEqual((await world.sync()).decisions, { create: 1, quarantine: 2 })
    const known = await world.store.directorySync.findKnown(world.organization, { guid: guidOf(32) })
    assert.equal(known?.state, 'partial')
    assert.match(
      known?.note.remarks?.join() ?? '',
      /ANNA@corp\.example belongs to anna, whose own address it is/,
    )
    assert.equal((await find('anna@corp.example'))?.source?.guid, guidOf(21))
    // The owner gives it up: the other may have it, though nobody touched it.
    world.directory.change(guidOf(21), { proxyAddresses: ['SMTP:anna.a@corp.example'] })
    await world.sync()
    const newcomer = await find('anna@corp.example')
    assert.equal(newcomer?.source?.guid, guidOf(32))
    assert.ok(newcomer?.photo)
    assert.equal((await find('anna.a@corp.example'))?.source?.guid, guidOf(21))
  })

  it('lets two swap their addresses in one run', async () => {
    const [a, b] = [guidOf(21), guidOf(32)]
    const [of, other] = [a, b].map((guid) => world.directory.objects.get(guid)!.proxyAddresses)
    world.directory.change(a, { proxyAddresses: other! })
    world.directory.change(b, { proxyAddresses: of! })
    await world.sync()
    assert.equal((await find('anna@corp.example'))?.source?.guid, a)
    assert.equal((await find('anna.a@corp.example'))?.source?.guid, b)
  })

  it('makes another kind of entry of one who becomes a room', async () => {
    world.directory.change(guidOf(2), { type: 'room' })
    await world.sync()
    const entry = await find('bert.baum@corp.example')
    assert.equal(entry?.kind, 'resource')
    assert.ok([(await seen()).get(guidOf(5))?.members].flat().includes(guidOf(2)))
  })

  it('reads everything when the changes did not bring what the sweep sees', async () => {
    const object = world.directory.objects.get(guidOf(4))!
    world.directory.change(guidOf(4), { displayName: 'Lost change' })
    const lost = world.directory.objects.get(guidOf(4))!
    world.directory.put(mailboxObject(40, 'later'))
    // The change number of the lost one lies before what is known of the position, yet after what is known of it.
    await world.sync()
    world.directory.objects.set(guidOf(4), {
      ...object,
      displayName: 'Missed',
      changeNumber: String(Number(lost.changeNumber) + 1),
    })
    world.directory.readings.length = 0
    const report = await world.sync()
    assert.deepEqual(world.directory.readings, [null, 'missed'])
    assert.equal(report.full, 'missed')
    assert.equal((await find('paul@corp.example'))?.displayName, 'Missed')
  })

  it('does not delete at once what only another server lacks', async () => {
    const gone = world.directory.objects.get(guidOf(40))!
    world.directory.server = 'dc2'
    world.directory.remove(guidOf(40))
    const first = await world.sync()
    assert.equal(first.full, 'server-changed')
    assert.equal(first.decisions.missing, 1)
    assert.notEqual(await find('later@corp.example'), undefined)
    assert.equal((await world.sync()).decisions.delete, 1)
    assert.equal(await find('later@corp.example'), undefined)
    world.directory.put(gone)
    assert.equal((await world.sync()).decisions.return, 1)
  })

  it('reads photos in a second pass, leaves out what is none, and takes them away again', async () => {
    const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
    world.directory.photosOf.set(guidOf(3), jpeg)
    world.directory.photosOf.set(guidOf(7), Buffer.from('no picture'))
    world.directory.change(guidOf(3), { hasPhoto: true })
    world.directory.change(guidOf(7), { hasPhoto: true })
    await world.sync()
    const room = (await find('room@corp.example'))!
    assert.equal(room.photo?.type, 'image/jpeg')
    const kept = await world.store.directory.findAttachment(world.organization, room.id, 'photo')
    assert.deepEqual(Buffer.from(kept!.octets), jpeg)
    assert.equal((await find('everyone@corp.example'))?.photo, null)
    world.directory.photosOf.set(guidOf(3), Buffer.from('no picture any more'))
    world.directory.change(guidOf(3), { hasPhoto: true })
    await world.sync()
    assert.equal((await find('room@corp.example'))?.photo, null)
    world.directory.photosOf.set(guidOf(3), jpeg)
    world.directory.change(guidOf(3), { hasPhoto: true })
    await world.sync()
    assert.equal((await find('room@corp.example'))?.photo?.type, 'image/jpeg')
    world.directory.change(guidOf(3), { hasPhoto: false })
    await world.sync()
    assert.equal((await find('room@corp.example'))?.photo, null)
    assert.equal(await world.store.directory.findAttachment(world.organization, room.id, 'photo'), undefined)
  })

  it('has photos with the next run that the last one could not read', async () => {
    const { directory, deps } = world
    directory.photosOf.set(guidOf(3), Buffer.from('ffd8ffe000104a464947', 'hex'))
    directory.change(guidOf(3), { hasPhoto: true })
    deps.openSource = () => ({
      name: directory.name,
      read: async (options) => ({
        ...(await directory.read(options)),
        photos: () => {
          throw new SourceFailure('interrupted', 'The connection was lost.')
        },
      }),
    })
    await assert.rejects(world.sync(), SourceFailure)
    deps.openSource = () => directory
    assert.equal((await world.sync()).full, null, 'for one photo nobody reads everything')
    assert.ok((await find('room@corp.example'))?.photo)
    assert.equal((await world.sync()).full, null)
    directory.change(guidOf(3), { hasPhoto: false })
    await world.sync()
  })

  it('leaves everything as it was when the reading breaks off', async () => {
    const before = await seen()
    world.directory.put(mailboxObject(50, 'new1'), mailboxObject(51, 'new2'))
    world.directory.batch = 1
    world.directory.failAfter = 1
    await assert.rejects(world.sync(), SourceFailure)
    assert.deepEqual(await seen(), before)
    const record = await world.store.directorySync.findSync(world.organization)
    assert.equal(record?.state.runs[0]?.outcome, 'failed')
    assert.equal(record?.leasedUntil, null)
    world.directory.failAfter = Number.POSITIVE_INFINITY
    assert.deepEqual((await world.sync()).decisions.create, 2)
    world.directory.batch = 100
  })
})
