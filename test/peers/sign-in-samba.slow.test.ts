/** Users of Active Directory (Samba) sign in here with their own password (DIR-02, INT-04). */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Client } from 'ldapts'
import pino from 'pino'
import { activeDirectorySource } from '#connectors/active-directory/active-directory-source.ts'
import { signInOf } from '#src/app/sign-in.ts'
import { newMailboxId, type OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import type { KnownObject } from '#src/domain/directory-sync/store.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { signIn } from '#src/protocols/sign-in.ts'
import { SmtpSession } from '#src/protocols/smtp/session.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { MemoryPeer } from '#test/protocols/smtp/memory-peer.ts'
import { ScriptedIntake } from '#test/protocols/smtp/scripted-intake.ts'
import { optionsFor } from '#test/protocols/smtp/transcript.ts'
import {
  activeDirectory,
  type RunningDirectory,
  startActiveDirectory,
} from '#test/support/active-directory.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const skip = activeDirectory.skip
const PASSWORD = 'Summer-2026!x'
const CLIENT = '192.0.2.1'

let directory: RunningDirectory
let temporary: TemporaryStore
let organization: OrganizationId
let authenticator: Authenticator
let people: (KnownObject & { object: NonNullable<KnownObject['object']> })[]

before(async () => {
  if (skip !== false) return
  directory = await startActiveDirectory(40, 50)
  temporary = await temporaryStore({ mailboxes: 0 })
  organization = temporary.organization.id
  const { store } = temporary
  await store.organizations.changeSettings(organization, { interoperability: true })
  const { account, domains, authorities } = directory.options
  await store.transact({ organization }, async ({ directory, directorySync }) => {
    const secret = { selector: 'lb-1', privateKey: 'secret' }
    await directory.createDomain(organization, domainRecord('corp.example.com'), secret)
    await directorySync.putConnection(
      organization,
      {
        kind: 'active-directory',
        domains: domains.map(({ name, controllers }) => ({ name, controllers, base: null })),
        security: 'ldaps',
        certificateName: null,
        authorities: authorities!,
        bindName: account.name,
        password: account.password,
      },
      0,
    )
  })
  const source = activeDirectorySource(directory.options, { dns: fixedDns({}) })
  await syncDirectory(
    { store, openSource: () => source, everyMs: 1, now: Date.now, random: () => 0 },
    organization,
    { signal: new AbortController().signal },
  )
  authenticator = signInOf(store, { 'dns.servers': '' })
  const page = await store.directorySync.listKnown(organization, {
    state: 'imported',
    after: null,
    limit: 200,
  })
  people = page.rows.filter(({ object }) => object?.type === 'mailbox') as typeof people
  for (const { object } of people.slice(0, 6)) {
    await directory.modify(object.place, ['unicodePwd', Buffer.from(`"${PASSWORD}"`, 'utf16le')])
    await directory.modify(object.place, ['userAccountControl', '512'])
  }
  for (const { entry } of people.slice(0, 5)) await moveHere(entry!)
})
after(async () => {
  await temporary?.remove()
  await directory?.remove()
})

/** The cut-over of one mailbox. */
async function moveHere(id: User['id']): Promise<void> {
  const mailbox = newMailboxId()
  const at = { organization, mailbox }
  await temporary.store.transact({ organization, newMailboxes: [mailbox] }, async (writer) => {
    await writer.mailboxes.createMailbox(at, { quotaBytes: 1_000, folders: distinguishedFolders })
    const entry = (await writer.directory.getEntry(organization, id)) as User
    await writer.directory.saveEntry(organization, { ...entry, home: 'local', role: 'USER', mailbox })
  })
}

async function attempt(name: string, secret: string, of: { organization?: OrganizationId } = {}) {
  const result = await authenticator.authenticate({ name, secret, client: CLIENT, purpose: 'imap', ...of })
  return result.accepted ? result.login.user.id : result.failure
}

/** One that is not ours. */
const windowsClient = (): Client =>
  new Client({ url: directory.connection.ldapsUrl, tlsOptions: { ca: directory.options.authorities! } })

/** Wrong passwords that did not come by way of this service. */
async function wrongInWindows({ object }: (typeof people)[number], times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const windows = windowsClient()
    await assert.rejects(windows.bind(object.place, `bad ${time}`))
    await windows.unbind()
  }
}

const primaryOf = ({ object }: (typeof people)[number]): string =>
  object.proxyAddresses.find((each) => each.startsWith('SMTP:'))!.slice(5)

test('by address, UPN, older name, and user name of the organisation', { skip }, async () => {
  const [anna] = people
  const { upn, sam } = anna!.object.account!
  // Several have the same UPN and address; one is given that is no address.
  await directory.modify(anna!.object.place, ['userPrincipalName', `login.${sam}@corp.example.com`])
  await syncDirectory(
    {
      store: temporary.store,
      openSource: () => activeDirectorySource(directory.options, { dns: fixedDns({}) }),
      everyMs: 1,
      now: Date.now,
      random: () => 0,
    },
    organization,
    { signal: new AbortController().signal },
  )
  for (const name of [
    primaryOf(anna!),
    primaryOf(anna!).toUpperCase(),
    `login.${sam}@corp.example.com`,
    `CORP\\${sam}`,
    `corp.example.com\\${sam!.toUpperCase()}`,
    `${sam}@corp.example.com`,
  ])
    assert.equal(await attempt(name, PASSWORD), anna!.entry, name)
  assert.equal(await attempt(sam!, PASSWORD, { organization }), anna!.entry)
  assert.equal(await attempt(`OTHER\\${sam}`, PASSWORD), 'unknown-account')
  assert.equal(await attempt(sam!, PASSWORD), 'unknown-account')
  assert.ok(upn)
})

test('why not is for the log; strangers hear one sentence', { skip }, async () => {
  const [anna, disabled, mustChange, expired, locked, notMoved] = people
  await directory.modify(directory.connection.baseDn, ['lockoutThreshold', '4'])
  await directory.modify(disabled!.object.place, ['userAccountControl', '514'])
  await directory.modify(mustChange!.object.place, ['pwdLastSet', '0'])
  await directory.modify(expired!.object.place, ['accountExpires', '130000000000000000'])
  await wrongInWindows(locked!, 5)
  const logged: Record<string, unknown>[] = []
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line)) })
  const reasons = new Map([
    [primaryOf(anna!), 'wrong-password'],
    [primaryOf(disabled!), 'account-disabled'],
    [primaryOf(mustChange!), 'password-must-change'],
    [primaryOf(expired!), 'account-expired'],
    [primaryOf(locked!), 'account-locked'],
    // The mailbox is in Exchange still.
    [primaryOf(notMoved!), 'not-a-person'],
    ['nobody@corp.example.com', 'unknown-account'],
  ])
  const told = new Set<string>()
  for (const name of reasons.keys()) {
    const password = name === primaryOf(anna!) ? 'wrong' : PASSWORD
    await assert.rejects(
      signIn({ authenticator, log }, { name, password }, { client: CLIENT, purpose: 'smtp' }),
      (error: unknown) => {
        assert.ok(error instanceof Refusal)
        told.add(`${error.reason}: ${error.message}`)
        return true
      },
    )
  }
  assert.deepEqual(new Map(logged.map(({ name, reason }) => [name, reason])), reasons)
  assert.equal(told.size, 1, [...told].join('\n'))
  assert.doesNotMatch(JSON.stringify(logged), new RegExp(PASSWORD))
})

/** Somebody with a mailbox here and that password over there. */
async function withPassword(person: (typeof people)[number]): Promise<string> {
  await directory.modify(person.object.place, ['unicodePwd', Buffer.from(`"${PASSWORD}"`, 'utf16le')])
  await directory.modify(person.object.place, ['userAccountControl', '512'])
  await moveHere(person.entry!)
  return primaryOf(person)
}

/** By a service that has just been started. */
async function attemptAnew(name: string, secret: string): Promise<string> {
  const login = { name, secret, client: '203.0.113.1', purpose: 'imap' } as const
  const result = await signInOf(temporary.store, { 'dns.servers': '' }).authenticate(login)
  return result.accepted ? 'accepted' : result.failure
}

test('a service that is started again and again does not lock anybody out of Windows', { skip }, async () => {
  const person = people[6]!
  const name = await withPassword(person)
  const failures: string[] = []
  for (let service = 0; service < 6; service++) failures.push(await attemptAnew(name, `forgotten ${service}`))
  // The threshold is 4.
  assert.deepEqual(failures, [...Array(2).fill('wrong-password'), ...Array(4).fill('too-many-failures')])
  const windows = windowsClient()
  await windows.bind(person.object.place, PASSWORD)
  await windows.unbind()
})

test('a password that is too old for the domain is expired, and not wrong', { skip }, async () => {
  const name = await withPassword(people[7]!)
  assert.equal(await attemptAnew(name, PASSWORD), 'accepted')
  const { baseDn } = directory.connection
  const FORTY_TWO_DAYS = 42 * 86_400 * 10_000_000
  await intoDatabase(people[7]!.object.place, 'pwdLastSet', '130000000000000000')
  await directory.modify(baseDn, ['maxPwdAge', String(-FORTY_TWO_DAYS)])
  try {
    assert.equal(await attemptAnew(name, PASSWORD), 'password-expired')
    assert.equal(await attemptAnew(name, 'wrong'), 'wrong-password')
  } finally {
    // Never, as it was.
    await directory.modify(baseDn, ['maxPwdAge', String(-(2n ** 63n))])
  }
  assert.equal(await attemptAnew(name, PASSWORD), 'accepted')
})

/** What LDAP does not let anybody write, past the module that keeps passwords (DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID). */
async function intoDatabase(place: string, attribute: string, value: string): Promise<void> {
  const change = `dn: ${place}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n`
  const args = ['-H', directory.connection.samDb, '--controls=local_oid:1.3.6.1.4.1.7165.4.3.12:0']
  const running = promisify(execFile)('ldbmodify', args)
  running.child.stdin!.end(change)
  await running
}

test('who is deleted over there signs in no more', { skip }, async () => {
  const leaver = people[5]!
  await moveHere(leaver.entry!)
  assert.equal(await attempt(primaryOf(leaver), PASSWORD), leaver.entry)
  await directory.delete(leaver.object.place)
  await new Promise((resolve) => setTimeout(resolve, 10))
  // Until a run tells, the domain itself says no; what was right a moment ago is believed for two minutes.
  const others = signInOf(temporary.store, { 'dns.servers': '' })
  const result = await others.authenticate({
    name: primaryOf(leaver),
    secret: PASSWORD,
    client: CLIENT,
    purpose: 'imap',
  })
  assert.ok(!result.accepted && result.failure === 'wrong-password')
})

test('without a domain controller it is "try later", never a wrong password', { skip }, async () => {
  await directory.stop()
  const [anna] = people
  const others = signInOf(temporary.store, { 'dns.servers': '' })
  const logged: Record<string, unknown>[] = []
  const peer = new MemoryPeer()
  const session = new SmtpSession(peer.stream, {
    ...optionsFor({ role: 'submissions', tls: true }, new ScriptedIntake()),
    authenticator: others,
    log: pino({}, { write: (line) => void logged.push(JSON.parse(line)) }),
  })
  const ended = session.run()
  const plain = Buffer.from(`\0${primaryOf(anna!)}\0${PASSWORD}`).toString('base64')
  for (const line of ['EHLO x', `AUTH PLAIN ${plain}`]) {
    peer.send(`${line}\r\n`)
    await peer.settle()
  }
  const late = AbortSignal.timeout(100_000)
  while (logged.length === 0 && !late.aborted) await new Promise((resolve) => setTimeout(resolve, 20))
  await peer.settle()
  peer.hangUp()
  await ended
  assert.match(peer.taken(), /454 4\.7\.0 The password cannot be checked now/)
  assert.match(JSON.stringify(logged), /no domain controller answers/)
  assert.equal(
    await authenticator
      .authenticate({ name: primaryOf(anna!), secret: 'x', client: CLIENT, purpose: 'imap' })
      .catch((error) => (error as Refusal).reason),
    'try-later',
  )
})
