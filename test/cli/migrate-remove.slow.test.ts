/** Who takes a mailbox out of its batch is told first which rights that breaks. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-remove-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const run = (...args: string[]) =>
  commandLine([...args, '--data', join(folder, 'data')], { stdin: 'open-Lettuce-1\n' })

test('taking a mailbox out asks where it breaks a right, says which, and does nothing until somebody says yes', async () => {
  const at = (name: string) => join(folder, name)
  const row = (name: string) => `${name},${name}@acme.test,${name},UserMailbox`
  writeFileSync(
    at('mailboxes.csv'),
    [
      'Alias,PrimarySmtpAddress,DisplayName,RecipientTypeDetails',
      ...['anna', 'ben', 'cleo'].map(row),
      '',
    ].join('\n'),
  )
  writeFileSync(
    at('rights.csv'),
    'Identity,User,AccessRights,IsInherited,Deny\nanna@acme.test,ben@acme.test,FullAccess,False,False\n',
  )
  for (const words of [
    ['init', '--org', 'acme'],
    ...['anna', 'ben', 'cleo'].map((name) => ['user', 'add', name]),
    [
      'migrate',
      'plan',
      '--mailboxes',
      at('mailboxes.csv'),
      '--permissions',
      at('rights.csv'),
      '--cap',
      '3',
      '--out',
      at('plan'),
    ],
    [
      'migrate',
      'create',
      'move',
      '--plan',
      at('plan/plan.json'),
      '--url',
      'https://localhost:1/EWS',
      '--user',
      'svc',
      '--password-stdin',
    ],
  ]) {
    const { exitCode, stderr } = await run(...words)
    assert.equal(exitCode, 0, stderr)
  }
  const asked = await run('migrate', 'remove', 'move', 'ben@acme.test')
  assert.equal(asked.exitCode, 2)
  assert.match(
    asked.stderr,
    /ben@acme\.test leaves batch 1, which breaks a right .*\(8 delegation-days a day\): ben@acme\.test on anna@acme\.test, Full Access\. Take it out\?/,
  )
  assert.equal((await run('migrate', 'remove', 'move', 'cleo@acme.test')).exitCode, 0, 'it breaks nothing')
  const done = await run('migrate', 'remove', 'move', 'ben@acme.test', '--yes', '--json')
  assert.equal(done.exitCode, 0, done.stderr)
  const { Mailbox, Leaving } = JSON.parse(done.stdout)
  assert.deepEqual([Mailbox.State, Leaving.Rights], ['left', 1])
  const again = await run('migrate', 'remove', 'move', 'ben@acme.test')
  assert.equal(again.exitCode, 1)
  assert.match(again.stderr, /cannot be taken out of its batch any more/)
})
