/** Samba as an Active Directory: after every change the delta and the keys give what a fresh reading of everything gives. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Attribute, Change } from 'ldapts'
import {
  type ActiveDirectoryOptions,
  activeDirectorySource,
} from '#connectors/active-directory/active-directory-source.ts'
import { ATTRIBUTES, IN_SCOPE } from '#connectors/active-directory/attributes.ts'
import { BindSignIn } from '#connectors/active-directory/bind-sign-in.ts'
import { checkDirectory } from '#connectors/active-directory/check-directory.ts'
import { ldifSource } from '#connectors/active-directory/ldif-source.ts'
import { type DirectorySource, SourceFailure, type SourceObject } from '#src/domain/directory-sync/source.ts'
import {
  activeDirectory,
  type RunningDirectory,
  startActiveDirectory,
} from '#test/support/active-directory.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import { Book } from './source-book.ts'

const skip = activeDirectory.skip
const run = promisify(execFile)
const dns = fixedDns({})
const PEOPLE = Number(process.env.LANDBRIDGE_AD_PEOPLE ?? 200)

let directory: RunningDirectory
let source: DirectorySource
let book: Book
/** Kept up by what the domain controller itself says has changed, with an account that has no right to replicate. */
let told: Book
let telling: DirectorySource

before(async () => {
  if (skip !== false) return
  directory = await startActiveDirectory(PEOPLE)
  source = activeDirectorySource(directory.options, { dns })
  book = new Book()
  told = new Book()
  const { readerBindDn: name, bindPassword: password } = directory.connection
  const options = { ...directory.options, account: { name, password }, changes: 'dirsync' as const }
  telling = activeDirectorySource(options, { dns })
})
after(() => directory?.remove())

/** The comparison after every step: what the keeper has is what a fresh reading gives. */
async function assertUpToDate(): Promise<void> {
  await book.bringUpToDate(source)
  const fresh = new Book()
  await fresh.bringUpToDate(activeDirectorySource(directory.options, { dns }))
  assert.deepEqual(book.content, fresh.content)
  const isFirst = told.since.length === 0
  await told.bringUpToDate(telling)
  assert.equal(told.full, isFirst ? 'first-run' : null)
  // A newer number alone is not told.
  const plain = (content: unknown[]) => content.map((each) => ({ ...(each as object), changeNumber: '' }))
  assert.deepEqual(plain(told.content), plain(fresh.content))
}

/** A mailbox user, by its position in the order of GUIDs. */
const somebody = (at: number): SourceObject =>
  [...book.objects.values()]
    .filter(({ type }) => type === 'mailbox')
    .sort((a, b) => (a.guid < b.guid ? -1 : 1))[at]!

test('the first run reads everything, as another client sees it', { skip }, async () => {
  await book.bringUpToDate(source)
  assert.equal(book.full, 'first-run')
  const admin = await directory.admin()
  const { searchEntries } = await admin.search(directory.connection.baseDn, {
    scope: 'sub',
    timeLimit: 120,
    filter: IN_SCOPE,
    attributes: ['mailNickname', 'displayName', 'proxyAddresses'],
    paged: { pageSize: 100 },
  })
  await admin.unbind()
  const theirs = searchEntries.map((entry) => [
    entry.dn,
    entry.mailNickname,
    entry.displayName,
    [entry.proxyAddresses].flat().sort(),
  ])
  const ours = [...book.objects.values()].map(({ place, alias, displayName, proxyAddresses }) => [
    place,
    alias,
    displayName,
    [...proxyAddresses].sort(),
  ])
  const byName = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1)
  assert.deepEqual(ours.sort(byName), theirs.sort(byName))
  assert.ok(book.byAlias('everybody')!.members!.length > 1_500)
  const types = new Set([...book.objects.values()].map(({ type }) => type))
  for (const type of [
    'mailbox',
    'shared-mailbox',
    'room',
    'equipment',
    'contact',
    'mail-user',
    'group',
    'security-group',
    'room-list',
    'dynamic-group',
  ] as const)
    assert.ok(types.has(type), type)
})

test('a run without changes reads nothing again', { skip }, async () => {
  await book.bringUpToDate(source)
  assert.equal(book.full, null)
  assert.equal(book.changed, 0)
})

for (const seed of [7, 8]) {
  test(`edits, renames, moves, hiding, disabling, groups, deletions and additions (${seed})`, {
    skip,
  }, async () => {
    const done = await directory.change(40, seed)
    const steps = Object.values(done).flat().length
    await assertUpToDate()
    assert.equal(book.full, null)
    assert.ok(book.changed > 0 && book.changed <= steps + 10, `${book.changed} objects for ${steps} changes`)
  })
}

test('a rename and a move keep the key', { skip }, async () => {
  const { guid, place } = somebody(3)
  const moved = `CN=Renamed Person,OU=Legal,OU=People,OU=Landbridge,${directory.connection.baseDn}`
  await directory.move(place, moved)
  await assertUpToDate()
  assert.equal(book.objects.get(guid)!.place, moved)
})

test('who is hidden stays, and is told as hidden; shown again, too', { skip }, async () => {
  const { guid, place } = somebody(4)
  await directory.modify(place, ['msExchHideFromAddressLists', 'TRUE'])
  await assertUpToDate()
  assert.equal(book.objects.get(guid)!.hidden, true)
  await directory.modify(place, ['msExchHideFromAddressLists', ''])
  await assertUpToDate()
  assert.equal(book.objects.get(guid)!.hidden, false)
})

test('who is deleted is gone; undeleted, the same one is back', { skip }, async () => {
  const { guid, place } = somebody(5)
  await directory.delete(place)
  await assertUpToDate()
  assert.equal(book.objects.has(guid), false)
  await directory.undelete(guid, place)
  await directory.modify(
    place,
    ['mailNickname', 'undeleted'],
    ['proxyAddresses', ['SMTP:undeleted@corp.example.com']],
  )
  await assertUpToDate()
  assert.equal(book.objects.get(guid)!.alias, 'undeleted')
})

test('who loses the alias is out of scope', { skip }, async () => {
  const { guid, place } = somebody(6)
  await directory.modify(place, ['mailNickname', ''])
  await assertUpToDate()
  assert.equal(book.objects.has(guid), false)
})

test('a group of more than 1,500 gains and loses members', { skip }, async () => {
  // Who was deleted lately is still in the book's group, but not in the directory's.
  const present = () =>
    book.byAlias('everybody')!.members!.filter((link) => 'guid' in link && book.objects.has(link.guid))
  const { place } = book.byAlias('everybody')!
  const before = present().length
  const admin = await directory.admin()
  const gone = [...book.objects.values()].filter(({ type }) => type === 'contact').slice(0, 20)
  const modification = new Attribute({ type: 'member', values: gone.map(({ place }) => place) })
  await admin.modify(place, new Change({ operation: 'delete', modification }))
  await assertUpToDate()
  assert.equal(present().length, before - 20)
  await admin.modify(place, new Change({ operation: 'add', modification }))
  await admin.unbind()
  await assertUpToDate()
  assert.equal(present().length, before)
})

test('groups that hold each other are read', { skip }, async () => {
  const [one, two] = [...book.objects.values()].filter(({ alias }) => alias.startsWith('team-'))
  await directory.modify(one!.place, ['member', [two!.place]])
  await directory.modify(two!.place, ['member', [one!.place]])
  await assertUpToDate()
  assert.deepEqual(book.objects.get(one!.guid)!.members, [{ guid: two!.guid }])
  assert.deepEqual(book.objects.get(two!.guid)!.members, [{ guid: one!.guid }])
})

test('a contact gets another address', { skip }, async () => {
  const contact = [...book.objects.values()].find(({ type }) => type === 'contact')!
  await directory.modify(
    contact.place,
    ['targetAddress', 'SMTP:new@elsewhere.example'],
    ['proxyAddresses', ['SMTP:new@elsewhere.example']],
  )
  await assertUpToDate()
  assert.equal(book.objects.get(contact.guid)!.targetAddress, 'SMTP:new@elsewhere.example')
})

test('who may send as whom is read from the access list', { skip }, async () => {
  const [boss, assistant] = [somebody(7), somebody(8)]
  const { dir } = directory.connection
  const sid = await sidOf(assistant.place)
  const sddl = `(OA;;CR;ab721a54-1e2f-11d0-9819-00aa0040529b;;${sid})`
  const args = [
    'dsacl',
    'set',
    `--configfile=${dir}/etc/smb.conf`,
    '-H',
    directory.connection.samDb,
    `--objectdn=${boss.place}`,
    `--sddl=${sddl}`,
  ]
  await run('samba-tool', args)
  await assertUpToDate()
  assert.deepEqual(book.objects.get(boss.guid)!.sendAs, [{ guid: assistant.guid }])
})

async function sidOf(place: string): Promise<string> {
  const { stdout } = await run('ldbsearch', [
    '-H',
    directory.connection.samDb,
    '-b',
    place,
    '-s',
    'base',
    'objectSid',
  ])
  return /objectSid: (S-\S+)/.exec(stdout)![1]!
}

test('photos come when they are asked for', { skip }, async () => {
  const pictured = [...book.objects.values()].filter(({ hasPhoto }) => hasPhoto).map(({ guid }) => guid)
  assert.ok(pictured.length > 0)
  const reading = await source.read({ since: book.since, full: null, signal: new AbortController().signal })
  const seen: string[] = []
  for await (const { guid, octets } of reading.photos([...book.objects.keys()].slice(0, 600))) {
    assert.deepEqual([octets[0], octets[1]], [0xff, 0xd8])
    seen.push(guid)
  }
  await reading.close()
  const asked = new Set([...book.objects.keys()].slice(0, 600))
  assert.deepEqual(seen.sort(), pictured.filter((guid) => asked.has(guid)).sort())
})

test('an ordinary account and StartTLS give the same', { skip }, async () => {
  const port = new URL(directory.connection.ldapUrl).port
  const { syncBindDn: _, readerBindDn, bindPassword } = directory.connection
  const options: ActiveDirectoryOptions = {
    ...directory.options,
    security: 'starttls',
    domains: [{ name: 'corp.example.com', controllers: [`localhost:${port}`] }],
    account: { name: readerBindDn, password: bindPassword },
  }
  const other = new Book()
  await other.bringUpToDate(activeDirectorySource(options, { dns }))
  assert.deepEqual(other.content, book.content)
})

test('an LDIF export of it gives the same recipients', { skip }, async () => {
  const { ldapsUrl, caFile, syncBindDn, bindPassword, baseDn } = directory.connection
  const args = [
    '-LLL',
    '-x',
    '-H',
    ldapsUrl,
    '-D',
    syncBindDn,
    '-w',
    bindPassword,
    '-b',
    baseDn,
    '-E',
    'pr=500/noprompt',
    IN_SCOPE,
    ...ATTRIBUTES,
    'thumbnailPhoto',
  ]
  const { stdout } = await run('ldapsearch', args, {
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, LDAPTLS_CACERT: caFile },
  })
  const path = join(tmpdir(), `landbridge-export-${process.pid}.ldf`)
  await writeFile(path, stdout)
  const file = new Book()
  await file.bringUpToDate(ldifSource(path))
  await rm(path)
  const places = new Map([...file.objects.values()].map(({ place, guid }) => [place, guid]))
  const plain = ({
    members,
    manager,
    owners,
    delegates,
    fullAccess,
    restrictions,
    forwarding,
    sendAs,
    partition,
    restoredFrom,
    ...rest
  }: SourceObject) => {
    const known = (members ?? []).flatMap((link) =>
      'guid' in link ? link.guid : (places.get(link.place) ?? []),
    )
    return {
      ...rest,
      // By its key, which a file does not tell.
      isRestored: restoredFrom !== undefined,
      members: known.filter((guid) => file.objects.has(guid)).sort(),
      proxyAddresses: [...rest.proxyAddresses].sort(),
    }
  }
  const sorted = (of: Book) => [...of.objects.values()].map(plain).sort((a, b) => (a.guid < b.guid ? -1 : 1))
  assert.deepEqual(sorted(file), sorted(book))
})

test('the preflight finds nothing wrong with it', { skip }, async () => {
  const findings = await checkDirectory(directory.options, { dns, now: Date.now })
  assert.deepEqual(
    findings.filter(({ ok }) => !ok),
    [],
  )
  assert.ok(findings.length >= 11)
})

test('sign-in tells the reasons apart, and never locks an account', { skip }, async () => {
  const { baseDn } = directory.connection
  await directory.modify(
    baseDn,
    ['lockoutThreshold', '4'],
    ['lockoutDuration', '-18000000000'],
    ['lockOutObservationWindow', '-18000000000'],
  )
  const accounts = Array.from({ length: 6 }, (_, at) => somebody(20 + at))
  for (const { place } of accounts) {
    await directory.modify(place, ['unicodePwd', Buffer.from('"Summer-2026!x"', 'utf16le')])
    await directory.modify(place, ['userAccountControl', '512'])
  }
  const signIn = new BindSignIn(directory.options, { dns, now: Date.now })
  const attempt = async ({ guid, account }: SourceObject, password: string) => {
    const verdict = await signIn.check(
      { key: guid, domain: 'corp.example.com', bindName: account!.upn! },
      password,
      '192.0.2.1',
    )
    return verdict.accepted ? 'accepted' : verdict.failure
  }
  const [good, disabled, mustChange, expired, guessed, locked] = accounts as [
    SourceObject,
    SourceObject,
    SourceObject,
    SourceObject,
    SourceObject,
    SourceObject,
  ]
  assert.equal(await attempt(good, 'Summer-2026!x'), 'accepted')
  assert.equal(await attempt(good, 'wrong'), 'wrong-password')
  await directory.modify(disabled.place, ['userAccountControl', '514'])
  assert.equal(await attempt(disabled, 'Summer-2026!x'), 'account-disabled')
  await directory.modify(mustChange.place, ['pwdLastSet', '0'])
  assert.equal(await attempt(mustChange, 'Summer-2026!x'), 'password-must-change')
  await directory.modify(expired.place, ['accountExpires', '130000000000000000'])
  assert.equal(await attempt(expired, 'Summer-2026!x'), 'account-expired')
  for (let guess = 0; guess < 8; guess++) await attempt(guessed, `guess ${guess}`)
  assert.equal(await attempt(guessed, 'x'), 'too-many-failures')
  // Not locked: another service still lets the owner in.
  const elsewhere = new BindSignIn(directory.options, { dns, now: Date.now })
  const owner = { key: guessed.guid, domain: 'corp.example.com', bindName: guessed.account!.upn! }
  assert.deepEqual(await elsewhere.check(owner, 'Summer-2026!x', '192.0.2.1'), { accepted: true })
  for (let service = 0; service < 5; service++) {
    const strangers = new BindSignIn(directory.options, { dns, now: Date.now })
    await strangers.check(
      { key: 'x', domain: 'corp.example.com', bindName: locked.account!.upn! },
      `bad ${service}`,
      '203.0.113.1',
    )
  }
  assert.equal(await attempt(locked, 'Summer-2026!x'), 'account-locked')
  await assertUpToDate()
})

test('a server that is stopped in mid-reading ends the run; the next one goes on from the last', {
  skip,
}, async () => {
  const careful = activeDirectorySource({ ...directory.options, pageSize: 50 }, { dns })
  const reading = await careful.read({ since: [], full: null, signal: new AbortController().signal })
  const batches = reading.changes()
  await batches[Symbol.asyncIterator]().next()
  await directory.stop()
  await assert.rejects(
    async () => {
      for await (const _ of batches);
    },
    (error: unknown) => error instanceof SourceFailure && error.kind === 'interrupted',
  )
  await reading.close()
  await assert.rejects(
    book.bringUpToDate(source),
    (error: unknown) => error instanceof SourceFailure && error.kind === 'unreachable',
  )
  await directory.start()
  await directory.change(10, 9)
  await assertUpToDate()
  assert.equal(book.full, null)
})
