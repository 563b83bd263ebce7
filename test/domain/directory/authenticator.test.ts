import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { type Login, requireLogin } from '#src/domain/directory/login/authenticator.ts'
import {
  directoryAuthenticator,
  keptPasswords,
  type PasswordCheck,
} from '#src/domain/directory/login/directory-authenticator.ts'
import { createPersonalAccessToken, deletePersonalAccessToken } from '#src/domain/directory/login/token.ts'
import { deregisterFromWorkMail } from '#src/domain/directory/registration.ts'
import { resetPassword } from '#src/domain/directory/users.ts'
import type { Store } from '#src/domain/store.ts'
import { addUser, CHEAP, furnished, NOW, PASSWORD } from './furnished.ts'

/** An authenticator over a store with the user ann, a clock to move and a count of password checks. */
async function desk(check?: PasswordCheck) {
  const all = await furnished()
  const settings = { personalAccessTokens: 'ACTIVE', personalAccessTokenDays: 365 }
  const store: Store = {
    ...all.store,
    organizations: { get: async () => ({ settings }) } as unknown as Store['organizations'],
  }
  const ann = await addUser(store, all.org, 'ann')
  const clock = { now: NOW, checks: 0 }
  const kept = check ?? keptPasswords(store, CHEAP)
  const authenticator = directoryAuthenticator({
    store,
    now: () => clock.now,
    checkPassword: (user, password) => {
      clock.checks++
      return kept(user, password)
    },
  })
  const login = (secret: string, change: Partial<Login> = {}) =>
    authenticator.authenticate({
      name: 'ann@example.com',
      secret,
      client: '192.0.2.1',
      purpose: 'imap',
      ...change,
    })
  const failure = async (secret: string, change: Partial<Login> = {}) => {
    const result = await login(secret, change)
    return result.accepted ? 'accepted' : result.failure
  }
  return { ...all, store, ann, clock, login, failure, settings }
}

test('a user signs in with any of its addresses, in any case, or with its name, whose case counts (DIR-11)', async () => {
  const { org, other, failure, login, ann } = await desk()
  assert.deepEqual(await login(PASSWORD), {
    accepted: true,
    login: { organization: org, user: ann, mailbox: ann.mailbox, by: 'password' },
  })
  assert.equal(await failure(PASSWORD, { name: 'ANN@Example.COM' }), 'accepted')
  assert.equal(await failure(PASSWORD, { name: 'ann', organization: org }), 'accepted')
  assert.equal(await failure(PASSWORD, { name: 'Ann', organization: org }), 'unknown-account')
  assert.equal(await failure(PASSWORD, { name: 'ann', organization: other }), 'unknown-account')
  assert.equal(await failure(PASSWORD, { name: 'ann' }), 'unknown-account')
  assert.equal(await failure(PASSWORD, { name: 'ann+x@example.com' }), 'unknown-account')
  assert.equal(await failure(PASSWORD.toLowerCase()), 'wrong-password')
})

test('who asks learns nothing of why', async () => {
  const { login, org, store, ann } = await desk()
  const words = new Set<string>()
  const note = async (name: string, secret: string) => {
    const result = await login(secret, { name, client: name + secret })
    assert.throws(
      () => requireLogin(result),
      (error: Error & { reason: string }) => words.add(`${error.reason} ${error.message}`).size === 1,
    )
  }
  await note('ann@example.com', 'wrong')
  await note('nobody@example.com', PASSWORD)
  await note('ann@nowhere.example', PASSWORD)
  await deregisterFromWorkMail(store, org, ann.id, NOW)
  await note('ann@example.com', PASSWORD)
  assert.match([...words].join(), /^bad-credentials /)
})

test('an account that is not there costs one check too', async () => {
  const { failure, clock, store, org, ann } = await desk()
  assert.equal(await failure(PASSWORD, { name: 'nobody@example.com' }), 'unknown-account')
  assert.equal(await failure(PASSWORD, { name: 'nobody@nowhere.example' }), 'unknown-account')
  await deregisterFromWorkMail(store, org, ann.id, NOW)
  assert.equal(await failure(PASSWORD), 'not-enabled')
  assert.equal(clock.checks, 3)
})

test('a right password is believed for a minute, but not past a change of password or state', async () => {
  const { failure, clock, store, org, ann } = await desk()
  assert.equal(await failure(PASSWORD), 'accepted')
  assert.equal(await failure(PASSWORD), 'accepted')
  assert.equal(clock.checks, 1)
  clock.now += 60_000
  assert.equal(await failure(PASSWORD), 'accepted')
  assert.equal(clock.checks, 2)
  await resetPassword({ store, passwords: CHEAP }, org, ann.id, 'Another-one-7', NOW)
  assert.equal(await failure(PASSWORD), 'wrong-password')
  assert.equal(await failure('Another-one-7'), 'accepted')
  await deregisterFromWorkMail(store, org, ann.id, NOW)
  assert.equal(await failure('Another-one-7'), 'not-enabled')
})

test('many connections with one password cost one check', async () => {
  const { failure, clock } = await desk()
  const results = await Promise.all(Array.from({ length: 30 }, () => failure(PASSWORD)))
  assert.deepEqual(new Set(results), new Set(['accepted']))
  assert.equal(clock.checks, 1)
})

test('after five failures the account waits from there, longer each time, whichever address is used', async () => {
  const { failure, login, clock } = await desk()
  const guess = (n: number) => failure(`wrong ${n}`, { name: n % 2 ? 'ann@example.com' : 'ANN@example.com' })
  for (let n = 0; n < 5; n++) assert.equal(await guess(n), 'wrong-password')
  const held = await login(PASSWORD)
  assert.deepEqual(held, { accepted: false, failure: 'too-many-failures', waitMs: 1_000 })
  assert.throws(() => requireLogin(held), { reason: 'too-many-failures' })
  assert.equal(clock.checks, 5, 'what waits costs nothing')
  assert.equal(
    await failure(PASSWORD, { client: '192.0.2.2' }),
    'accepted',
    'the owner gets in from elsewhere',
  )
  clock.now += 1_000
  assert.equal(await guess(6), 'wrong-password')
  assert.equal(
    await failure(PASSWORD),
    'too-many-failures',
    'not even the password that is believed elsewhere',
  )
  clock.now += 2_000
  assert.equal(await failure(PASSWORD), 'accepted')
  assert.equal(await guess(7), 'wrong-password', 'a success clears the account')
})

test('attempts at the same time are not all free', async () => {
  const { failure, clock } = await desk()
  const results = await Promise.all(Array.from({ length: 40 }, (_, n) => failure(`guess ${n}`)))
  assert.equal(clock.checks, 5)
  assert.equal(results.filter((result) => result === 'too-many-failures').length, 35)
})

test('trouble of our own is no failure of theirs', async () => {
  const { login, clock } = await desk(() => Promise.reject(new Error('the other directory is down')))
  for (let n = 0; n < 10; n++) await assert.rejects(login('x'), /down/)
  assert.equal(clock.checks, 10)
})

test('a personal access token signs in until it expires, is deleted or switched off (IDC-02)', async () => {
  const { store, org, ann, login, failure, clock, settings } = await desk()
  const { secret, token } = await createPersonalAccessToken(
    store,
    org,
    { entry: ann.id, name: 'phone', scopes: ['imap'], days: 10 },
    NOW,
  )
  assert.match(secret, /^lbpat_[A-Za-z0-9_-]{32}$/)
  const result = await login(secret)
  assert.equal(result.accepted && result.login.by, 'token')
  assert.equal(clock.checks, 0)
  assert.equal(await failure(secret, { purpose: 'smtp' }), 'token-out-of-scope')
  assert.equal(await failure(secret.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))), 'unknown-token')
  await addUser(store, org, 'bob')
  assert.equal(await failure(secret, { name: 'bob@example.com' }), 'unknown-token')
  settings.personalAccessTokens = 'INACTIVE'
  assert.equal(await failure(secret), 'tokens-inactive')
  settings.personalAccessTokens = 'ACTIVE'
  assert.equal(await failure(PASSWORD), 'accepted')
  clock.now += 10 * DAY_MS
  assert.equal(await failure(secret), 'token-expired')
  clock.now = NOW
  await deletePersonalAccessToken(store, org, token.id)
  assert.equal(await failure(secret, { client: '192.0.2.9' }), 'unknown-token')
  await assert.rejects(deletePersonalAccessToken(store, org, token.id), { reason: 'no-such-token' })
})

test('the last use of a token is written once a minute at most, and moves no version', async () => {
  const { store, org, ann, login, clock, sql } = await desk()
  const { secret, token } = await createPersonalAccessToken(store, org, { entry: ann.id, name: 'phone' }, NOW)
  assert.equal(token.expiresAt, NOW + 365 * DAY_MS)
  const version = await store.directory.directoryVersion(org)
  const used = async () => (await store.directory.findToken(org, { id: token.id }))?.lastUsedAt
  assert.equal(await used(), null)
  await login(secret)
  assert.equal(await used(), NOW)
  clock.now += 59_999
  await login(secret)
  assert.equal(await used(), NOW)
  clock.now += 1
  await login(secret)
  assert.equal(await used(), NOW + 60_000)
  assert.equal(sql.statements.filter((text) => text.startsWith('UPDATE access_token')).length, 2)
  assert.equal(await store.directory.directoryVersion(org), version)
})

test('lists of tokens tell everything but the secret, and only of the user asked for', async () => {
  const { store, org, ann } = await desk()
  const bob = await addUser(store, org, 'bob')
  const made = await createPersonalAccessToken(store, org, { entry: ann.id, name: 'phone', days: 1 }, NOW)
  await createPersonalAccessToken(store, org, { entry: bob.id, name: 'tablet' }, NOW)
  const { rows } = await store.directory.listTokens(org, { entry: ann.id, limit: 10 })
  assert.deepEqual(rows, [made.token])
  assert.ok(!JSON.stringify(rows).includes(made.secret.slice(6)))
  assert.equal((await store.directory.listTokens(org, { limit: 10 })).rows.length, 2)
  for (const days of [0, 1.5, -3]) {
    await assert.rejects(createPersonalAccessToken(store, org, { entry: ann.id, name: 'x', days }, NOW), {
      reason: 'invalid-parameter',
    })
  }
  await assert.rejects(deletePersonalAccessToken(store, org, made.token.id, bob.id), {
    reason: 'no-such-token',
  })
})
