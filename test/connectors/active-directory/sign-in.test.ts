import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { BindSignIn, bindNameOf, type DomainAccount } from '#connectors/active-directory/bind-sign-in.ts'
import { activeDirectoryAuthenticator } from '#connectors/active-directory/directory-sign-in.ts'
import { parseSid } from '#connectors/active-directory/security-descriptor.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { Login, LoginResult } from '#src/domain/directory/login/authenticator.ts'
import { type FailureMemory, type Failures, noFailures } from '#src/domain/directory/login/kept-failures.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { StubLdapServer } from '#test/support/ldap-server.ts'
import { guidOf, noDns, optionsFor } from './organisation.ts'

const PASSWORD = 'right horse'
const ANNA: DomainAccount = { key: 'anna', domain: 'corp.example.com', bindName: 'anna@corp.example.com' }
const servers: StubLdapServer[] = []
let server: StubLdapServer
let clock: number

const refusal = (data: string) => ({
  code: 49,
  message: `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${data}, v4563`,
})

beforeEach(async () => {
  server = await start()
  clock = 1_000_000
})
after(() => Promise.all(servers.map((each) => each.close())))

async function start(): Promise<StubLdapServer> {
  const started = await StubLdapServer.start()
  servers.push(started)
  started.domain = { lockoutThreshold: '5', lockOutObservationWindow: String(-30 * 60 * 10_000_000) }
  started.letIn = (name, password) =>
    name.startsWith('sync') || password === PASSWORD ? { code: 0 } : refusal('52e')
  return started
}

const signInAt = (...at: StubLdapServer[]) => new BindSignIn(optionsFor(at), { dns: noDns, now: () => clock })
const annasBinds = () => server.binds.filter(({ name }) => name === ANNA.bindName).length

test('the right password is asked about once, then believed for two minutes', async () => {
  const signIn = signInAt(server)
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.1'), { accepted: true })
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.2'), { accepted: true })
  assert.equal(annasBinds(), 1)
  clock += 121_000
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.1'), { accepted: true })
  assert.equal(annasBinds(), 2)
})

test('many connections at once cost one bind', async () => {
  const signIn = signInAt(server)
  const all = await Promise.all(Array.from({ length: 20 }, () => signIn.check(ANNA, PASSWORD, '192.0.2.1')))
  assert.ok(all.every(({ accepted }) => accepted))
  assert.equal(annasBinds(), 1)
})

test('a linked mailbox is opened with the password of the account in the other domain', async () => {
  const accounts = await start()
  accounts.base = 'DC=accounts,DC=example'
  accounts.dnsHostName = 'dc1.accounts.example'
  const master = 'S-1-5-21-1-2-3-1105'
  const attributes = {
    objectSid: parseSid(master),
    sAMAccountName: 'aash',
    userPrincipalName: 'anna@accounts.example',
  }
  accounts.objects = [{ guid: guidOf(1), dn: 'CN=Anna,DC=accounts,DC=example', usn: 1, attributes }]
  accounts.letIn = (name, password) =>
    name.startsWith('sync') || (name === 'anna@accounts.example' && password === PASSWORD)
      ? { code: 0 }
      : refusal('52e')
  server.letIn = (name) => (name.startsWith('sync') ? { code: 0 } : refusal('533'))
  const options = optionsFor([server, accounts], {
    domains: [
      { name: 'corp.example.com', controllers: [`localhost:${server.port}`] },
      { name: 'accounts.example', controllers: [`localhost:${accounts.port}`] },
    ],
  })
  const linked = { ...ANNA, master }
  const signIn = new BindSignIn(options, { dns: noDns, now: () => clock })
  assert.deepEqual(await signIn.check(linked, PASSWORD, '192.0.2.1'), { accepted: true })
  const wrong = await signIn.check(linked, 'wrong', '192.0.2.1')
  assert.ok(!wrong.accepted && wrong.failure === 'wrong-password')
  assert.equal(annasBinds(), 0, 'the disabled account here was asked')
  const other = { ...ANNA, key: 'other', master: 'S-1-5-21-9-9-9-1105' }
  const elsewhere = await signIn.check(other, PASSWORD, '192.0.2.1')
  assert.ok(!elsewhere.accepted && elsewhere.failure === 'account-elsewhere')
  accounts.hangUp()
  await accounts.close()
  const later = { ...ANNA, key: 'later', master: 'S-1-5-21-1-2-3-1106' }
  await assert.rejects(signIn.check(later, PASSWORD, '192.0.2.1'), { reason: 'try-later' })
})

test('an empty password is wrong and is not sent', async () => {
  const verdict = await signInAt(server).check(ANNA, '', '192.0.2.1')
  assert.deepEqual(verdict, { accepted: false, failure: 'wrong-password', waitMs: 0 })
  assert.equal(server.binds.length, 0)
})

for (const [data, failure] of [
  ['525', 'unknown-account'],
  ['52e', 'wrong-password'],
  ['530', 'outside-logon-hours'],
  ['531', 'workstation-not-allowed'],
  ['532', 'password-expired'],
  ['533', 'account-disabled'],
  ['701', 'account-expired'],
  ['773', 'password-must-change'],
  ['775', 'account-locked'],
] as const) {
  test(`the reason ${data} is ${failure}`, async () => {
    server.letIn = (name) => (name.startsWith('sync') ? { code: 0 } : refusal(data))
    const verdict = await signInAt(server).check(ANNA, 'x', '192.0.2.1')
    assert.deepEqual(verdict, { accepted: false, failure, waitMs: 0 })
  })
}

test('wrong passwords stop before the account would be locked', async () => {
  const signIn = signInAt(server)
  const failures: string[] = []
  for (let attempt = 0; attempt < 10; attempt++) {
    const verdict = await signIn.check(ANNA, `guess ${attempt}`, '192.0.2.1')
    failures.push(verdict.accepted ? 'accepted' : verdict.failure)
  }
  // The threshold is 5.
  assert.equal(annasBinds(), 3)
  assert.deepEqual([...new Set(failures.slice(3))], ['too-many-failures'])
  const barred = await signIn.check(ANNA, PASSWORD, '192.0.2.1')
  assert.ok(!barred.accepted && barred.waitMs > 29 * 60_000 && barred.waitMs <= 30 * 60_000)
  clock += 30 * 60_000 + 1
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.1'), { accepted: true })
})

/** What a store keeps of one account. */
function keeping(): FailureMemory & { kept: Failures; isBroken: boolean; writes: number } {
  const memory = {
    ...{ kept: noFailures as Failures, isBroken: false, writes: 0 },
    find: async () => memory.kept,
    keep: async (failures: Failures) => {
      memory.writes++
      if (memory.isBroken) throw new Error('no room')
      memory.kept = failures
    },
  }
  return memory
}

test('a service that is started again and again gives nobody more attempts than one that runs', async () => {
  const account = { ...ANNA, memory: keeping() }
  const failures: string[] = []
  for (let start = 0; start < 10; start++) {
    clock += 10_000
    const verdict = await signInAt(server).check(account, `guess ${start}`, '192.0.2.1')
    failures.push(verdict.accepted ? 'accepted' : verdict.failure)
  }
  // The threshold is 5.
  assert.equal(annasBinds(), 3)
  assert.deepEqual([...new Set(failures.slice(3))], ['too-many-failures'])
  clock += 30 * 60_000
  assert.deepEqual(await signInAt(server).check(account, PASSWORD, '192.0.2.1'), { accepted: true })
  assert.equal(annasBinds(), 4)
})

test('a right password makes good for what was wrong, over a restart too; nothing is written without need', async () => {
  const account = { ...ANNA, memory: keeping() }
  for (const secret of ['one', 'two']) await signInAt(server).check(account, secret, '192.0.2.1')
  assert.deepEqual(account.memory.kept, { failures: 2, last: clock })
  await signInAt(server).check(account, PASSWORD, '192.0.2.1')
  assert.deepEqual(account.memory.kept, noFailures)
  await signInAt(server).check(account, PASSWORD, '192.0.2.1')
  assert.equal(account.memory.writes, 3)
  account.memory.isBroken = true
  const running = signInAt(server)
  assert.deepEqual(await running.check(account, PASSWORD, '192.0.2.1'), { accepted: true })
  const wrong = await running.check(account, 'three', '192.0.2.1')
  assert.ok(!wrong.accepted && wrong.failure === 'wrong-password', 'what cannot be kept is no other answer')
})

test('what is kept is read once, and again where that failed', async () => {
  let found = 0
  const find = async (): Promise<Failures> => {
    if (++found === 1) throw new Refusal('key-unavailable', 'out of reach')
    return { failures: 3, last: clock }
  }
  const account = { ...ANNA, memory: { find, keep: async () => undefined } }
  const signIn = signInAt(server)
  await assert.rejects(signIn.check(account, 'one', '192.0.2.1'), { reason: 'key-unavailable' })
  for (const secret of ['two', 'three']) {
    const verdict = await signIn.check(account, secret, '192.0.2.1')
    assert.ok(!verdict.accepted && verdict.failure === 'too-many-failures')
  }
  assert.deepEqual([found, annasBinds()], [2, 0])
})

test('guesses at once are counted before they are sent', async () => {
  const signIn = signInAt(server)
  await Promise.all(Array.from({ length: 10 }, (_, at) => signIn.check(ANNA, `guess ${at}`, '192.0.2.1')))
  assert.ok(annasBinds() <= 3, `${annasBinds()} binds`)
})

test('the same wrong password is not sent again', async () => {
  const signIn = signInAt(server)
  for (let attempt = 0; attempt < 10; attempt++) {
    const verdict = await signIn.check(ANNA, 'last month', '192.0.2.1')
    assert.deepEqual(verdict, { accepted: false, failure: 'wrong-password', waitMs: 0 })
  }
  assert.equal(annasBinds(), 1)
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.1'), { accepted: true })
})

test('guesses of strangers leave an attempt for the place of the owner', async () => {
  const signIn = signInAt(server)
  await signIn.check(ANNA, PASSWORD, '192.0.2.1')
  clock += 600_000
  for (let attempt = 0; attempt < 10; attempt++) await signIn.check(ANNA, `guess ${attempt}`, '203.0.113.9')
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.1'), { accepted: true })
})

test('a locked account is left alone for a minute', async () => {
  server.letIn = (name) => (name.startsWith('sync') ? { code: 0 } : refusal('775'))
  const signIn = signInAt(server)
  await signIn.check(ANNA, 'one', '192.0.2.1')
  const verdict = await signIn.check(ANNA, 'two', '192.0.2.1')
  assert.ok(!verdict.accepted && verdict.failure === 'too-many-failures' && verdict.waitMs <= 60_000)
  assert.equal(annasBinds(), 1)
})

const isTryLater = (error: unknown) => error instanceof Refusal && error.reason === 'try-later'

test('a dead domain controller is not a wrong password; the next one is asked', async () => {
  const second = await start()
  const signIn = signInAt(server, second)
  await server.close()
  assert.deepEqual(await signIn.check(ANNA, PASSWORD, '192.0.2.1'), { accepted: true })
  await second.close()
  clock += 600_000
  for (let attempt = 0; attempt < 6; attempt++)
    await assert.rejects(signIn.check(ANNA, PASSWORD, '192.0.2.1'), isTryLater)
})

test('a bind without an answer is not tried elsewhere', async () => {
  const second = await start()
  server.letIn = (name) => (name.startsWith('sync') ? { code: 0 } : 'close')
  await assert.rejects(signInAt(server, second).check(ANNA, PASSWORD, '192.0.2.1'), isTryLater)
  assert.equal(second.binds.length, 0)
})

test('a domain controller that cannot ask the one that knows is no wrong password', async () => {
  server.letIn = (name) => (name.startsWith('sync') ? { code: 0 } : refusal('51f'))
  const signIn = signInAt(server)
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(signIn.check(ANNA, PASSWORD, '192.0.2.1'), isTryLater)
})

test('the name for the bind comes from the directory', () => {
  assert.equal(
    bindNameOf({ upn: 'Anna.Berg@corp.tld', sam: 'aberg' }, 'corp.example.com'),
    'Anna.Berg@corp.tld',
  )
  assert.equal(bindNameOf({ upn: null, sam: 'aberg' }, 'corp.example.com'), 'aberg@corp.example.com')
})

const login = (secret: string, name = 'anna@corp.example.com'): Login => ({
  name,
  secret,
  client: '192.0.2.1',
  purpose: 'imap',
})
const user = {
  kind: 'user',
  id: 'u',
  name: 'anna',
  role: 'USER',
  home: 'local',
  state: 'ENABLED',
  mailbox: null,
} as unknown as User

function authenticator(found: User | undefined) {
  const passedOn: Login[] = []
  const deps = {
    find: async () => found && { organization: 'o' as OrganizationId, user: found, account: ANNA },
    signIn: signInAt(server),
    otherwise: {
      authenticate: async (each: Login): Promise<LoginResult> => {
        passedOn.push(each)
        return { accepted: false, failure: 'unknown-account', waitMs: 0 }
      },
    },
    now: () => clock,
  }
  return { authenticate: activeDirectoryAuthenticator(deps).authenticate, passedOn }
}

test('an enabled user signs in with the password of the domain', async () => {
  const { authenticate } = authenticator(user)
  const accepted = await authenticate(login(PASSWORD))
  assert.ok(accepted.accepted && accepted.login.by === 'password' && accepted.login.user === user)
  assert.deepEqual(await authenticate(login('wrong')), {
    accepted: false,
    failure: 'wrong-password',
    waitMs: 0,
  })
})

test('who is not enabled is refused, and the domain is not asked', async () => {
  const { authenticate } = authenticator({ ...user, state: 'DISABLED' })
  assert.deepEqual(await authenticate(login(PASSWORD)), {
    accepted: false,
    failure: 'not-enabled',
    waitMs: 0,
  })
  assert.equal(server.binds.length, 0)
})

test('who lives on the Exchange side is let in where the home is asked for, and nowhere else', async () => {
  const { authenticate } = authenticator({ ...user, home: 'exchange', role: 'REMOTE_USER' })
  const seeking: Login = { ...login(PASSWORD), purpose: 'ews', anyHome: true }
  assert.ok((await authenticate(seeking)).accepted)
  assert.ok(!(await authenticate({ ...seeking, secret: 'wrong' })).accepted)
  // The password is known to be right by now.
  for (const purpose of ['ews', 'imap'] as const)
    assert.deepEqual(await authenticate({ ...login(PASSWORD), purpose }), {
      accepted: false,
      failure: 'not-a-person',
      waitMs: 0,
    })
})

test('many connections of one client at once are all let in', async () => {
  const { authenticate } = authenticator(user)
  const all = await Promise.all(Array.from({ length: 20 }, () => authenticate(login(PASSWORD))))
  assert.ok(all.every(({ accepted }) => accepted))
})

test('where the domain is not asked any more its own wait is told, however often somebody tries', async () => {
  const { authenticate } = authenticator(user)
  const waits: number[] = []
  for (let attempt = 0; attempt < 20; attempt++) {
    const result = await authenticate(login(`wrong ${attempt}`))
    assert.ok(!result.accepted)
    if (result.failure === 'too-many-failures') waits.push(result.waitMs)
  }
  assert.ok(waits.length > 10)
  assert.deepEqual(new Set(waits), new Set([waits[0]]))
  assert.ok(waits[0]! > 60_000, `${waits[0]}`)
})

test('others go to the directory of ours', async () => {
  const { authenticate, passedOn } = authenticator(undefined)
  await authenticate(login('x'))
  assert.equal(passedOn.length, 1)
})
