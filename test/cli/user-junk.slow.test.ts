import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from './command-line.ts'

test('whose mail goes to Junk is listed and changed from the command line', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-junk-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const run = async (...args: string[]) => {
    const done = await commandLine([...args, '--data', folder, '--json'], { stdin: 'long enough 1!\n' })
    return { ...done, json: done.stdout === '' ? undefined : JSON.parse(done.stdout) }
  }
  assert.equal((await run('init', '--org', 'Acme', '--domain', 'acme.example')).exitCode, 0)
  const made = await run('user', 'add', 'anna', '--password-stdin')
  assert.equal(made.exitCode, 0, made.stderr)
  const junk = (...args: string[]) => run('user', 'junk', ...args)
  const blocked = await junk('block', 'anna', 'Spam@bad.example', 'xn--bcher-kva.example')
  assert.deepEqual(blocked.json, { Changed: true, Blocked: 2, Safe: 0, SafeRecipients: 0 }, blocked.stderr)
  const trusted = await junk('trust', 'anna', '@good.example', 'spam@bad.example')
  assert.deepEqual(trusted.json, { Changed: true, Blocked: 1, Safe: 2, SafeRecipients: 0 }, trusted.stderr)
  assert.deepEqual((await junk('list', 'anna')).json, [
    { Entry: 'bücher.example', List: 'BLOCKED' },
    { Entry: '@good.example', List: 'SAFE' },
    { Entry: 'spam@bad.example', List: 'SAFE' },
  ])
  assert.equal((await junk('forget', 'anna', 'bücher.example')).json.Blocked, 0)
  const again = await junk('forget', 'anna', 'bücher.example')
  assert.equal(again.exitCode, 1)
  assert.match(again.stderr, /already, nothing was changed/)
  const odd = await junk('block', 'anna', 'nobody')
  assert.equal(odd.exitCode, 2)
  assert.match(odd.stderr, /neither an address nor a domain/)
  assert.notEqual((await junk('list', 'nobody')).exitCode, 0)
})
