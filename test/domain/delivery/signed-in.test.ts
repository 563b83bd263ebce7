import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { User } from '#src/domain/directory/entry.ts'
import { requireLogin } from '#src/domain/directory/login/authenticator.ts'
import { directoryAuthenticator, keptPasswords } from '#src/domain/directory/login/directory-authenticator.ts'
import { createPersonalAccessToken, deletePersonalAccessToken } from '#src/domain/directory/login/token.ts'
import { deregisterFromWorkMail } from '#src/domain/directory/registration.ts'
import { resetPassword } from '#src/domain/directory/users.ts'
import { CHEAP } from '#test/domain/directory/furnished.ts'
import { asUser, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let bob: User
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  bob = await world.user('bob')
})
after(() => world.end())

const sendAs = (user: User, loggedInAt: number) =>
  refusalOf(
    send(world, {
      connection: { ...asUser(world, user), loggedInAt },
      from: `${user.name}@corp.example`,
      to: ['bob@corp.example'],
      text: mail({ From: `${user.name}@corp.example` }),
    }),
  )

test('a session ends with the password it was opened with, not with another change of its user', async () => {
  const loggedInAt = world.at
  const entry = await world.store.directory.getEntry(world.org, bob.id)
  await world.store.transact({ organization: world.org }, ({ directory }) =>
    directory.saveEntry(world.org, { ...entry, displayName: 'Bobby' }),
  )
  assert.equal(await sendAs(bob, loggedInAt), 'accepted')
  await resetPassword({ store: world.store, passwords: CHEAP }, world.org, bob.id, 'Other-horse-9x', world.at)
  assert.equal(await sendAs(bob, loggedInAt), '5.7.8 bad-credentials')
  assert.equal(await sendAs(bob, world.at + 1), 'accepted')
})

test('a user who is disabled sends no more, in a session or with the own address', async () => {
  assert.equal(await sendAs(ann, world.at), 'accepted')
  await deregisterFromWorkMail(world.store, world.org, ann.id, world.at)
  assert.equal(await sendAs(ann, world.at), '5.7.8 bad-credentials')
})

test('a session that a token opened ends with the token: revoked, expired, or switched off for everybody', async () => {
  const { store, org } = world
  const cem = await world.user('cem')
  const { secret, token } = await createPersonalAccessToken(
    store,
    org,
    { entry: cem.id, name: 'phone' },
    world.at,
  )
  const authenticator = directoryAuthenticator({
    store,
    checkPassword: keptPasswords(store, CHEAP),
    now: () => world.at,
  })
  const login = { name: 'cem@corp.example', secret, client: '192.0.2.1', purpose: 'smtp' } as const
  const user = requireLogin(await authenticator.authenticate(login))
  assert.equal(user.token, token.id)
  const attempt = () =>
    refusalOf(
      send(world, {
        connection: { ...asUser(world, cem), user, loggedInAt: 0 },
        from: 'cem@corp.example',
        to: ['bob@corp.example'],
        text: mail({ From: 'cem@corp.example' }),
      }),
    )
  assert.equal(await attempt(), 'accepted')
  await store.organizations.changeSettings(org, { personalAccessTokens: 'INACTIVE' })
  assert.equal(await attempt(), '5.7.8 bad-credentials')
  await store.organizations.changeSettings(org, { personalAccessTokens: 'ACTIVE' })
  assert.equal(await attempt(), 'accepted')
  const now = world.at
  world.at = token.expiresAt
  assert.equal(await attempt(), '5.7.8 bad-credentials')
  world.at = now
  await deletePersonalAccessToken(store, org, token.id)
  assert.equal(await attempt(), '5.7.8 bad-credentials')
})
