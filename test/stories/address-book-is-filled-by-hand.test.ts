import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { freshFolder, landbridge, ownCertificate, serve } from './service-process.ts'

const data = freshFolder('book', after)

test('an administrator fills the address book and shares a calendar on a running service', {
  timeout: 300_000,
}, async () => {
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await landbridge([...args, '--data', data, '--json']).ended
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
    return JSON.parse(stdout)
  }
  await run('init', '--org', 'acme')
  const service = await serve(data)
  for (const name of ['anna', 'ben']) await run('user', 'add', name, '--no-password')
  const certificate = join(dirname(data), 'paula.pem')
  writeFileSync(certificate, ownCertificate(data))

  await run(
    'contact',
    'add',
    'Paula',
    'paula@partner.example',
    '--certificate',
    certificate,
    '--manager',
    'anna',
  )
  await run('user', 'set', 'ben', '--manager', 'Paula', '--department', 'Sales')
  await run(
    'alias',
    'add',
    'ben',
    '--x500',
    '/o=Old/ou=Exchange/cn=Recipients/cn=ben',
    '--sip',
    'ben@acme.test',
  )
  await run('permission', 'folder', 'set', 'anna', 'calendar', 'ben', 'editor')

  const paula = await run('contact', 'show', 'paula@partner.example')
  assert.deepEqual([paula.ManagerName, paula.Certificate.ContentType], ['anna', 'application/pkix-cert'])
  assert.equal((await run('user', 'show', 'ben')).ManagerName, 'Paula')
  assert.equal((await run('alias', 'list', 'ben')).length, 2)
  const shared = await run('permission', 'folder', 'list', 'anna', 'calendar')
  const ben = shared.find(({ GranteeName }: { GranteeName?: string }) => GranteeName === 'ben')
  assert.deepEqual(ben.AccessRights, ['Editor'])

  await run('contact', 'remove', 'Paula', '--yes')
  assert.equal(
    (await run('user', 'show', 'ben')).ManagerName,
    undefined,
    'a manager who is gone is not shown',
  )
  assert.deepEqual((await run('check')).Findings, [])
  service.child.kill('SIGTERM')
  await service.ended
})
