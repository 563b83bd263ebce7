import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { commandLine } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-locked-'))
after(() => rmSync(scratch, { recursive: true }))
const data = join(scratch, 'data')
const run = (...args: string[]) => commandLine([...args, '--data', data])
let locked: string

before(async () => {
  await run('init', '--org', 'open')
  locked = JSON.parse((await run('org', 'create', 'locked', '--json')).stdout).OrganizationId
  assert.equal((await run('key', 'disable', '--org', 'locked', '--yes')).exitCode, 0)
})

test('check says what it could not verify, and that is bad news', async () => {
  const { exitCode, stdout } = await run('check')
  assert.equal(exitCode, 1)
  assert.match(stdout, /^Nothing is wrong in what could be verified/)
  assert.match(stdout, new RegExp(`^ {2}not verified: organisation ${locked}: .+`, 'm'))
  const found = JSON.parse((await run('check', '--json')).stdout)
  assert.equal(found.FindingCount, 0)
  assert.deepEqual(
    found.WithoutKey.map(({ OrganizationId }: JsonObject) => OrganizationId),
    [locked],
  )
})

test('the state of a key that cannot be used is told, with what mends it, and is bad news', async () => {
  const { exitCode, stdout } = await run('key', 'status', '--org', 'locked')
  assert.equal(exitCode, 1)
  assert.match(stdout, /^State +disabled$/m)
  assert.match(stdout, /landbridge key enable --org locked$/m)
  const told = await run('key', 'status', '--org', 'locked', '--json')
  assert.equal(told.exitCode, 1)
  assert.equal(JSON.parse(told.stdout).KeyState, 'disabled')
  const open = await run('key', 'status', '--org', 'open')
  assert.equal(open.exitCode, 0)
  assert.doesNotMatch(open.stdout, /mend/)
})

test('what is known of an organisation without its key is shown', async () => {
  const { exitCode, stdout } = await run('org', 'show', 'locked')
  assert.equal(exitCode, 0)
  assert.match(stdout, /^Default domain +locked\.test$/m)
  assert.match(stdout, /^Key is +disabled$/m)
  assert.match(stdout, /landbridge key enable --org locked$/m)
  assert.doesNotMatch(stdout, /DMARC/)
  const told = JSON.parse((await run('org', 'show', 'locked', '--json')).stdout) as JsonObject
  assert.deepEqual([told.OrganizationId, told.KeyState, told.DmarcEnforced], [locked, 'disabled', undefined])
  assert.match((await run('org', 'show', 'open')).stdout, /^DMARC enforced +yes$/m)
})

test('the status of a stopped service says that a key is out of reach', async () => {
  assert.match(
    (await run('status')).stdout,
    /^Organisations +2, the key of 1 of them is out of reach; "landbridge key status --data /m,
  )
  assert.equal(JSON.parse((await run('status', '--json')).stdout).KeysOutOfReach, 1)
})

test('of a service that does not run no start is told', async () => {
  const about = JSON.parse((await run('status', '--json')).stdout) as JsonObject
  assert.deepEqual([about.Serving, about.StartTime, about.UptimeSeconds], [false, undefined, undefined])
})

test('restore says it too', async () => {
  const backup = join(scratch, 'backup')
  assert.equal((await run('backup', backup, '--with-keys')).exitCode, 0)
  const { exitCode, stdout } = await commandLine(['restore', backup, '--data', join(scratch, 'restored')])
  assert.equal(exitCode, 1)
  assert.match(stdout, /not verified: organisation m-/)
})

test('organisations are listed and found without any key', async () => {
  const keys = readdirSync(join(data, 'keys')).filter((name) => name.startsWith('m-'))
  assert.equal(keys.length, 2)
  for (const name of keys) renameSync(join(data, 'keys', name), join(scratch, name))
  try {
    const list = JSON.parse((await run('org', 'list', '--json')).stdout) as JsonObject[]
    assert.deepEqual(
      list.map(({ Alias, DefaultMailDomain }) => [Alias, DefaultMailDomain]),
      [
        ['locked', 'locked.test'],
        ['open', 'open.test'],
      ],
    )
  } finally {
    for (const name of keys) renameSync(join(scratch, name), join(data, 'keys', name))
  }
  const enabled = await run('key', 'enable', '--org', 'LOCKED')
  assert.equal(enabled.exitCode, 0, enabled.stderr)
  assert.equal((await run('user', 'list', '--org', locked)).exitCode, 0)
})
