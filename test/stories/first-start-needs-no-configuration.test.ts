import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freshFolder, landbridge, serve } from './service-process.ts'

const data = freshFolder('first', after)

const passwordsIn = (said: string): string[] =>
  [...said.matchAll(/^ {2}(alice|bob)@example\.test {2}(\S+)$/gm)].map(([, , password]) => password!)

test('the first start needs no configuration, and the second goes on with what is there', {
  timeout: 300_000,
}, async () => {
  const first = await serve(data)
  assert.equal(statSync(data).mode & 0o777, 0o700)
  assert.equal(statSync(join(data, 'admin.sock')).mode & 0o777, 0o600)
  assert.equal(statSync(join(data, 'tls', 'self-signed.key')).mode & 0o777, 0o600)
  assert.match(first.addresses['administration API']!, /^https:\/\/127\.0\.0\.1:\d+$/)

  const passwords = passwordsIn(first.said())
  assert.equal(passwords.length, 2)
  assert.match(first.said(), /What to do next/)
  const health = await fetch(`${first.addresses['health endpoint']}/health`)
  assert.deepEqual([health.status, await health.json()], [200, { status: 'ok' }])

  first.child.kill('SIGTERM')
  const { exitCode, stdout } = await first.ended
  assert.equal(exitCode, 0)
  for (const line of stdout.trim().split('\n')) assert.equal(typeof JSON.parse(line).level, 'string')

  // Kept only as hashes, and never logged.
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const { parentPath, name } of files) {
    const octets = readFileSync(join(parentPath, name))
    for (const password of passwords) assert.ok(!octets.includes(password), name)
  }
  for (const password of passwords) assert.ok(!stdout.includes(password))

  // As a kill leaves it that comes before the passwords were told.
  const unfinished = join(data, 'landbridge.example-unfinished')
  assert.equal(existsSync(unfinished), false)
  writeFileSync(unfinished, '')
  const again = await serve(data)
  const others = passwordsIn(again.said())
  assert.equal(new Set([...passwords, ...others]).size, 4)
  assert.equal(existsSync(unfinished), false)
  again.child.kill('SIGTERM')
  assert.equal((await again.ended).exitCode, 0)

  const second = await serve(data)
  assert.doesNotMatch(second.said(), /passwords are shown/)
  const list = await landbridge(['user', 'list', '--data', data]).ended
  assert.match(list.stdout, /alice@example\.test/)
  second.child.kill('SIGINT')
  assert.equal((await second.ended).exitCode, 0)
})
