import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from './command-line.ts'

test('impersonation roles are made, looked at, changed and removed from the command line', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'landbridge-cli-impersonation-'))
  t.after(() => rmSync(scratch, { recursive: true }))
  const folder = join(scratch, 'data')
  const run = async (...args: string[]) => {
    const done = await commandLine([...args, '--data', folder, '--json', '--yes'])
    return { ...done, json: done.stdout === '' ? undefined : JSON.parse(done.stdout) }
  }
  const role = (...args: string[]) => run('impersonation', ...args)

  await run('init', '--org', 'acme')
  for (const name of ['anna', 'ben']) {
    const made = await run('user', 'add', name, '--no-password')
    assert.equal(made.exitCode, 0, made.stderr)
  }
  const made = await role('add', 'export', '--read-only', '--allow', '*', '--deny', 'ben')
  assert.equal(made.exitCode, 0, made.stderr)
  assert.equal(made.json.Type, 'READ_ONLY')
  assert.equal(made.json.Rules.length, 2)
  assert.equal((await role('list')).json.length, 1)
  assert.equal((await role('effect', 'export', 'anna')).exitCode, 0)
  const denied = await role('effect', 'export', 'ben')
  assert.equal(denied.exitCode, 1)
  assert.deepEqual(denied.json.MatchedRules, [{ ImpersonationRuleId: 'deny-1' }])

  const changed = await role('update', 'export', '--full-access', '--allow', 'ben', '--name', 'mover')
  assert.equal(changed.json.Type, 'FULL_ACCESS')
  assert.equal(changed.json.ImpersonationRoleId, made.json.ImpersonationRoleId)
  assert.equal((await role('effect', 'mover', 'anna')).exitCode, 1)
  const token = await role('token', 'mover')
  assert.match(token.json.Token, /^lbimp\./)
  assert.doesNotMatch(JSON.stringify((await role('show', 'mover')).json), /secret/i)

  assert.equal((await role('account', 'add', 'anna')).exitCode, 0)
  const [account] = (await role('account', 'list')).json
  assert.equal(account.Name, 'anna')
  assert.equal((await run('org', 'show')).json.MigrationAdmin, account.UserId)
  assert.match((await commandLine(['org', 'show', '--data', folder])).stdout, /^Migration admin +anna$/m)
  assert.equal((await role('account', 'remove', 'anna')).exitCode, 0)
  assert.equal((await run('org', 'show')).json.MigrationAdmin, undefined)
  assert.deepEqual((await role('account', 'list')).json, [])

  assert.equal((await role('remove', 'mover')).exitCode, 0)
  assert.equal((await role('show', 'mover')).exitCode, 1)
  assert.deepEqual((await role('list')).json, [])
})
