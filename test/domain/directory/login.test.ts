import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recent } from '#src/base/recent.ts'
import { BackOff } from '#src/domain/directory/login/back-off.ts'
import { passwordHash } from '#src/domain/directory/login/password-hash.ts'
import { requirePassword } from '#src/domain/directory/login/password-policy.ts'

test('the password policy (DIR-10)', () => {
  const good = [
    'Abcdefg1',
    'abcdefg1!',
    'ABCDEFG1é',
    `Ab1${'x'.repeat(60)}`,
    'Pass word 1',
    'ééééAAAA1',
    'aaaaaaaé!',
  ]
  const bad = [
    'Abcdef1',
    `Ab1${'x'.repeat(61)}`,
    'abcdefgh1',
    'ABCDEFGH',
    'Abcdefg1€',
    'Abcdefg1\n',
    'Пароль12A',
    'éééééééé1',
    '',
  ]
  for (const password of good) assert.equal(requirePassword(password), password)
  for (const password of bad)
    assert.throws(() => requirePassword(password), { reason: 'password-policy' }, password)
  assert.equal(requirePassword('Cafe\u0301-1234'), 'Café-1234')
})

test('a hash is Argon2id of 19 MiB and two passes, salted, and proves only its password', async () => {
  const passwords = passwordHash()
  const [hash, again] = await Promise.all([passwords.hash('Café-1234'), passwords.hash('Café-1234')])
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(hash, again)
  assert.equal(await passwords.verify('Cafe\u0301-1234', hash), true)
  assert.equal(await passwords.verify('Café-1235', hash), false)
  assert.equal(await passwords.verify('Café-1234', undefined), false)
  await assert.rejects(passwords.verify('x', '$argon2id$nonsense'), { reason: 'damaged' })
})

test('a hash of another program is understood', async () => {
  // Test vector of the reference implementation's command line: argon2 somesalt -id -t 2 -m 16 -p 1, "password".
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.equal(await passwordHash().verify('password', hash), true)
  assert.equal(await passwordHash().verify('Password', hash), false)
})

test('a flood of hashing is turned away', async () => {
  const passwords = passwordHash({ memory: 8, passes: 1, parallelism: 1 })
  const results = await Promise.allSettled(Array.from({ length: 500 }, () => passwords.hash('x')))
  const refused = results.filter((result) => result.status === 'rejected')
  assert.ok(refused.length > 50 && refused.length < 110, String(refused.length))
  for (const { reason } of refused) assert.equal(reason.reason, 'try-later')
})

test('waits double up to a most, and are forgotten after an hour', () => {
  let now = 1_000_000
  const backOff = new BackOff(() => now)
  const waits: number[] = []
  for (let n = 0; n < 18; n++) {
    backOff.begin('ann', '192.0.2.1')
    waits.push(backOff.waitMs('ann', '192.0.2.1') / 1_000)
    now += backOff.waitMs('ann', '192.0.2.1')
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  now += 60 * 60_000
  backOff.begin('ann', '192.0.2.1')
  assert.equal(backOff.waitMs('ann', '192.0.2.1'), 0)
})

test('a place that tries many accounts waits, and an IPv6 network is one place', () => {
  const backOff = new BackOff(() => 0)
  for (let n = 0; n < 24; n++) backOff.begin(`user${n}`, `2001:db8:0:1::${n.toString(16)}`)
  assert.equal(backOff.waitMs('fresh', '2001:DB8::1:a:b:c:d'), 0)
  backOff.begin('user24', '2001:db8:0:1:ffff::1')
  assert.equal(backOff.waitMs('fresh', '2001:DB8::1:a:b:c:d'), 1_000)
  assert.equal(backOff.waitMs('fresh', '2001:db8:0:2::1'), 0)
  for (let n = 0; n < 25; n++) backOff.begin(`user${n}`, '::ffff:192.0.2.7')
  assert.equal(backOff.waitMs('fresh', '192.0.2.7'), 1_000)
})

test('an account tried from everywhere waits a minute at most, and not where it was right lately', () => {
  const backOff = new BackOff(() => 0)
  backOff.begin('ann', '198.51.100.9').succeeded()
  for (let n = 0; n < 300; n++) backOff.begin('ann', `192.0.2.${n}`)
  assert.equal(backOff.waitMs('ann', '203.0.113.1'), 60_000)
  assert.equal(backOff.waitMs('ann', '198.51.100.9'), 0)
})

test('a place with one right account cannot wash off its failures with it', () => {
  const backOff = new BackOff(() => 0)
  for (let n = 0; n < 30; n++) {
    backOff.begin(`victim${n}`, '192.0.2.1')
    backOff.begin('mine', '192.0.2.1').succeeded()
  }
  assert.ok(backOff.waitMs('next', '192.0.2.1') > 0)
})

test('what was not used for longest is forgotten first', () => {
  const recent = new Recent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  assert.equal(recent.get('a'), 1)
  recent.set('c', 3)
  assert.deepEqual([recent.get('a'), recent.get('b'), recent.get('c'), recent.size], [1, undefined, 3, 2])
})
