/** From Active Directory (Samba) to the address book: after every step it is what a fresh full read gives. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { activeDirectorySource } from '#connectors/active-directory/active-directory-source.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { GUARDS } from '#src/domain/directory-sync/guards.ts'
import type { RunReport } from '#src/domain/directory-sync/report.ts'
import { approveRun, type SyncDeps, syncDirectory } from '#src/domain/directory-sync/run.ts'
import {
  type DirectorySource,
  SourceFailure,
  type SourceGuid,
  type SourceLink,
} from '#src/domain/directory-sync/source.ts'
import type { KnownObject } from '#src/domain/directory-sync/store.ts'
import { explain } from '#src/domain/directory-sync/why.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type { Store } from '#src/domain/store.ts'
import { freshFolder, landbridge } from '#test/stories/service-process.ts'
import {
  activeDirectory,
  type RunningDirectory,
  startActiveDirectory,
} from '#test/support/active-directory.ts'
import { addressBookOf } from '#test/support/address-book.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import { openTestStore, temporaryStore } from '#test/support/store.ts'

const skip = activeDirectory.skip
const PEOPLE = Number(process.env.LANDBRIDGE_AD_PEOPLE ?? 60)
const FOUR_HOURS_MS = 4 * 3_600_000
const never = new AbortController().signal

const data = freshFolder('gal-samba', after)
let directory: RunningDirectory
let source: DirectorySource
let store: Store
let organization: OrganizationId
/** Mailboxes that are the same each time. Those that `change` adds have keys by chance, and now and then no mailbox server. */
let settled: ReadonlySet<SourceGuid>
let laterMs = 0

before(async () => {
  if (skip === false) directory = await startActiveDirectory(PEOPLE, 1_540)
})
after(async () => {
  await store?.close()
  await directory?.remove()
})

const command = (...args: string[]) => landbridge([...args, '--data', data]).ended

async function open(): Promise<void> {
  store = (await openTestStore(data)).store
}

const depsOf = (of: Store, from: DirectorySource): SyncDeps => ({
  store: of,
  openSource: () => from,
  everyMs: FOUR_HOURS_MS,
  now: () => Date.now() + laterMs,
  random: () => 0,
})

/** One run, and somebody who says yes to whatever it asks. */
async function synchronize(options: { full?: boolean; from?: DirectorySource } = {}): Promise<RunReport> {
  const deps = depsOf(store, options.from ?? source)
  const report = await syncDirectory(deps, organization, { full: options.full ?? false, signal: never })
  return report.outcome === 'waiting' ? approveRun(deps, organization, report.run, { signal: never }) : report
}

/** The one comparison: what is kept up is what a fresh organisation reads. */
async function assertAsFresh(): Promise<void> {
  const temporary = await temporaryStore({ mailboxes: 0 })
  try {
    const { id } = temporary.organization
    await temporary.store.organizations.changeSettings(id, { interoperability: true })
    await temporary.store.transact({ organization: id }, ({ directorySync }) =>
      directorySync.putConnection(id, { kind: 'ldif', file: '/nowhere' }, 0),
    )
    // Who may send as whom is for migration, and no part of the book.
    const from = activeDirectorySource({ ...directory.options, rights: false }, { dns: fixedDns({}) })
    await syncDirectory(depsOf(temporary.store, from), id, { signal: never })
    const [kept, fresh] = [await addressBookOf(store, organization), await addressBookOf(temporary.store, id)]
    const differs = (guid: SourceGuid) => !isDeepStrictEqual(kept.get(guid), fresh.get(guid))
    const different = [...new Set([...kept.keys(), ...fresh.keys()])].filter(differs)
    assert.deepEqual(
      different.map((guid) => [guid, kept.get(guid)]),
      different.map((guid) => [guid, fresh.get(guid)]),
    )
  } finally {
    await temporary.remove()
  }
}

/** Runs, compares, and says how the run went. */
async function step(): Promise<RunReport> {
  const report = await synchronize()
  await assertAsFresh()
  return report
}

/** The last number of the SID of everybody's primary group. */
const DOMAIN_USERS = 513

type Known = KnownObject & { object: NonNullable<KnownObject['object']> }

/** Of one type, in the order of their keys. */
async function known(type: string): Promise<Known[]> {
  const found: Known[] = []
  const rows = rowsOf((from: SourceGuid | null) =>
    store.directorySync.listKnown(organization, { state: 'imported', after: from, limit: 200 }),
  )
  for await (const row of rows) if (row.object?.type === type) found.push(row as Known)
  return found
}

const somebody = async (at: number): Promise<Known> =>
  (await known('mailbox')).filter(({ guid }) => settled.has(guid))[at]!
const group = async (alias: string): Promise<Known> =>
  (await known('group')).find(({ object }) => object.alias === alias)!
const seen = async (guid: SourceGuid) => (await addressBookOf(store, organization)).get(guid)
const names = (links: readonly SourceLink[] | null, guid: SourceGuid): boolean =>
  links?.some((link) => 'guid' in link && link.guid === guid) ?? false

test('the first run, as an administrator starts it', { skip }, async () => {
  const { syncBindDn, bindPassword, ldapsUrl, caFile } = directory.connection
  assert.equal((await command('init', '--org', 'acme')).exitCode, 0)
  assert.equal((await command('org', 'interop', 'on')).exitCode, 0)
  const controller = `localhost:${new URL(ldapsUrl).port}`
  const connect = landbridge(
    // prettier-ignore
    [
      'gal',
      'connect',
      'corp.example.com',
      '--controller',
      controller,
      '--bind',
      syncBindDn,
      '--ca',
      caFile,
      '--data',
      data,
    ],
    { stdin: bindPassword },
  )
  assert.equal((await connect.ended).exitCode, 0, (await connect.ended).stderr)
  const check = await command('interop', 'check', 'directory')
  assert.equal(check.exitCode, 0, check.stdout)
  assert.doesNotMatch(check.stdout, /failed/)
  const sync = await command('gal', 'sync')
  assert.equal(sync.exitCode, 0, sync.stderr)
  assert.match(sync.stdout, /The address book is up to date: [\d,]+ new/)
  source = activeDirectorySource(directory.options, { dns: fixedDns({}) })
  await open()
  organization = (await store.organizations.find({ alias: 'acme' }))!.id
  settled = new Set((await known('mailbox')).map(({ guid }) => guid))
  await assertAsFresh()
  assert.ok(((await seen((await group('everybody')).guid))!.members as unknown[]).length > 1_500)
})

test('nothing happened', { skip }, async () => {
  const report = await step()
  assert.equal(report.outcome, 'unchanged')
  assert.equal(report.full, null)
  assert.equal(report.read, 0)
})

test('edits, renames, moves, hiding, groups, deletions and additions', { skip }, async () => {
  await directory.change(40, 7)
  const report = await step()
  assert.equal(report.full, null)
  assert.equal(report.outcome, 'applied')
})

test('a rename, a move between units, and a unit renamed above people', { skip }, async () => {
  const { guid, object } = await somebody(3)
  const people = `OU=People,OU=Landbridge,${directory.connection.baseDn}`
  await directory.move(object.place, `CN=Renamed Person,OU=Legal,${people}`)
  await directory.move(`OU=Legal,${people}`, `OU=Law,${people}`)
  await directory.modify(`CN=Renamed Person,OU=Law,${people}`, ['title', 'Counsel'])
  assert.equal((await step()).full, null)
  assert.equal((await seen(guid))!.details!['jobTitle' as never], 'Counsel')
  await directory.move(`OU=Law,${people}`, `OU=Legal,${people}`)
})

test('somebody is hidden, and shown again', { skip }, async () => {
  const { guid, object } = await somebody(4)
  for (const isHidden of [true, false]) {
    await directory.modify(object.place, ['msExchHideFromAddressLists', isHidden ? 'TRUE' : ''])
    await step()
    assert.equal((await seen(guid))!.hidden, isHidden)
  }
})

test('somebody is deleted and undeleted, without the groups they were in', { skip }, async () => {
  const everybody = await group('everybody')
  const { guid, object } = (await known('mailbox')).find(({ guid }) => names(everybody.object.members, guid))!
  const entry = (await store.directorySync.findLinked(organization, { guid }))!.entry
  await directory.delete(object.place)
  await step()
  assert.equal(await seen(guid), undefined)
  await directory.undelete(guid, object.place)
  await directory.modify(
    object.place,
    ['mailNickname', object.alias],
    ['proxyAddresses', [...object.proxyAddresses]],
  )
  const report = await step()
  assert.equal(report.full, 'returned')
  assert.equal((await store.directorySync.findLinked(organization, { guid }))!.entry, entry)
  assert.ok(!((await seen(everybody.guid))!.members as string[]).includes(guid))
})

test('a group stays that of its member for whom it becomes the primary group, and is no more', {
  skip,
}, async () => {
  const people = await known('mailbox')
  const found = (await known('security-group')).flatMap(({ guid, object }) => {
    const member = people.find((each) => names(object.members, each.guid))
    return member === undefined ? [] : [{ guid, place: object.place, member }]
  })
  const { guid, place, member } = found[0]!
  const before = (await seen(guid))!.members
  const admin = await directory.admin()
  const { searchEntries } = await admin.search(place, {
    scope: 'base',
    attributes: ['objectSid'],
    explicitBufferAttributes: ['objectSid'],
  })
  await admin.unbind()
  // The last number of a SID S-1-5-21-a-b-c-d.
  const rid = (searchEntries[0]!.objectSid as Buffer).readUInt32LE(24)
  for (const primary of [rid, DOMAIN_USERS]) {
    await directory.modify(member.object.place, ['primaryGroupID', String(primary)])
    await step()
    assert.deepEqual((await seen(guid))!.members, before)
  }
})

test('somebody loses the alias and gets it back, still a member', { skip }, async () => {
  const { guid, object } = await somebody(6)
  const everybody = await group('everybody')
  await directory.modify(object.place, ['mailNickname', ''])
  await step()
  assert.equal(await seen(guid), undefined)
  await directory.modify(object.place, ['mailNickname', object.alias])
  await step()
  assert.ok(((await seen(everybody.guid))!.members as string[]).includes(guid))
})

test('a deletion that is undone between two runs shows with the next one', { skip }, async () => {
  const { guid, object } = await somebody(8)
  await directory.delete(object.place)
  await directory.undelete(guid, object.place)
  await directory.modify(
    object.place,
    ['mailNickname', object.alias],
    ['proxyAddresses', [...object.proxyAddresses]],
  )
  assert.equal((await step()).full, 'returned')
  assert.ok(await seen(guid))
  // That it once was deleted makes no later change of it anything else than others.
  await directory.modify(object.place, ['title', 'Back'])
  assert.equal((await step()).full, null)
})

test('a group of more than 1,500 loses and gains members', { skip }, async () => {
  const { guid, object } = await group('everybody')
  const leavers = (await known('contact')).slice(0, 30).map((contact) => contact.object.place)
  const { Attribute, Change } = await import('ldapts')
  const modification = new Attribute({ type: 'member', values: leavers })
  const before = ((await seen(guid))!.members as string[]).length
  for (const operation of ['delete', 'add'] as const) {
    const admin = await directory.admin()
    await admin.modify(object.place, new Change({ operation, modification }))
    await admin.unbind()
    await step()
    const now = ((await seen(guid))!.members as string[]).length
    assert.equal(now, operation === 'delete' ? before - 30 : before)
  }
})

test('groups hold each other, and themselves', { skip }, async () => {
  const [one, two, three] = (await known('group')).filter(({ object }) => object.alias.startsWith('team-'))
  await directory.modify(one!.object.place, ['member', [two!.object.place]])
  await directory.modify(two!.object.place, ['member', [three!.object.place]])
  await directory.modify(three!.object.place, ['member', [one!.object.place]])
  // One that lost most of its members is believed at the second look.
  await synchronize()
  await step()
  assert.deepEqual((await seen(three!.guid))!.members, [one!.guid])
})

test('a contact gets another address, and a manager another manager', { skip }, async () => {
  const [contact] = await known('contact')
  const [boss, clerk] = [await somebody(9), await somebody(10)]
  await directory.modify(
    contact!.object.place,
    ['targetAddress', 'SMTP:new@elsewhere.example'],
    ['proxyAddresses', ['SMTP:new@elsewhere.example']],
  )
  await directory.modify(clerk.object.place, ['manager', boss.object.place])
  await step()
  assert.equal((await seen(contact!.guid))!.target, 'new@elsewhere.example')
  assert.equal((await seen(clerk.guid))!.manager, boss.guid)
})

test('a second primary address: the entry stays for some days, then it is as a fresh reading has it', {
  skip,
}, async () => {
  const { guid, object } = await somebody(12)
  const entry = (await store.directorySync.findLinked(organization, { guid }))!.entry
  const before = await seen(guid)
  const bad = [...object.proxyAddresses, 'SMTP:second@corp.example.com']
  await directory.modify(object.place, ['proxyAddresses', bad])
  await synchronize()
  assert.deepEqual(await seen(guid), before)
  const [about] = await explain(store, organization, guid)
  assert.match(about!.sentences.join(' '), /2 primary addresses.*leaves the address book on/)
  laterMs = GUARDS.unusableDays * DAY_MS
  await step()
  assert.equal(await seen(guid), undefined)
  await directory.modify(object.place, ['proxyAddresses', [...object.proxyAddresses]])
  await step()
  assert.equal((await store.directorySync.findLinked(organization, { guid }))!.entry, entry)
  laterMs = 0
})

test('an address goes from one to the other, and back', { skip }, async () => {
  const [one, two] = [await somebody(13), await somebody(14)]
  const address = 'smtp:wanted@corp.example.com'
  const owner = async () =>
    (await store.directory.findEntry(organization, { address: address.slice(5) }))?.source?.guid
  await directory.modify(two.object.place, ['proxyAddresses', [...two.object.proxyAddresses, address]])
  await step()
  assert.equal(await owner(), two.guid)
  // Whose own it is comes before who has it beside that.
  const own = one.object.proxyAddresses.map((proxy) => proxy.replace(/^SMTP:/, 'smtp:'))
  await directory.modify(one.object.place, ['proxyAddresses', [...own, address.replace('smtp', 'SMTP')]])
  await step()
  assert.equal(await owner(), one.guid)
  await directory.modify(one.object.place, ['proxyAddresses', [...one.object.proxyAddresses]])
  await step()
  assert.equal(await owner(), two.guid)
})

test('the password of the account that reads expires: nothing changes, and it says so', {
  skip,
}, async () => {
  const { syncBindDn } = directory.connection
  const { object } = await somebody(11)
  await directory.modify(object.place, ['title', 'Unread'])
  const before = await addressBookOf(store, organization)
  for (const [attribute, lost, found] of [
    ['pwdLastSet', '0', '-1'],
    ['accountExpires', '130000000000000000', '0'],
  ] as const) {
    await directory.modify(syncBindDn, [attribute, lost])
    await assert.rejects(
      synchronize(),
      (error: unknown) =>
        error instanceof SourceFailure &&
        error.kind === 'credentials' &&
        /expired|must be changed/.test(error.message),
    )
    assert.deepEqual(await addressBookOf(store, organization), before)
    await directory.modify(syncBindDn, [attribute, found])
  }
  await step()
})

test('we are killed in mid-run, again and again', { skip }, async () => {
  await directory.change(30, 8)
  for (const delayMs of [500, 900, 1_300, 1_800]) {
    await store.close()
    const run = landbridge(['gal', 'sync', '--full', '--data', data])
    await pause(delayMs)
    run.child.kill('SIGKILL')
    await run.ended
    await open()
  }
  await step()
})

test('the domain controller is stopped in mid-run', { skip }, async () => {
  await directory.change(10, 9)
  const careful = activeDirectorySource({ ...directory.options, pageSize: 50 }, { dns: fixedDns({}) })
  const before = await addressBookOf(store, organization)
  const stopping: DirectorySource = {
    name: careful.name,
    async read(options) {
      const reading = await careful.read(options)
      return {
        positions: reading.positions,
        full: reading.full,
        keys: () => reading.keys(),
        photos: (of) => reading.photos(of),
        close: () => reading.close(),
        async *changes() {
          let batches = 0
          for await (const batch of reading.changes()) {
            yield batch
            if (++batches === 1) await directory.stop()
          }
        },
      }
    },
  }
  await assert.rejects(
    synchronize({ full: true, from: stopping }),
    (error: unknown) => error instanceof SourceFailure && error.kind === 'interrupted',
  )
  await assert.rejects(
    synchronize(),
    (error: unknown) => error instanceof SourceFailure && error.kind === 'unreachable',
  )
  assert.deepEqual(await addressBookOf(store, organization), before)
  // What an administrator is told meanwhile.
  await store.close()
  const check = await command('interop', 'check', 'directory')
  assert.equal(check.exitCode, 1)
  assert.match(check.stdout, /failed +connection: .*cannot be reached/)
  await directory.start()
  await open()
  assert.equal((await step()).full, null)
})
