import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { testCertificate } from '#test/protocols/smtp/running-server.ts'
import { scriptedSmtp } from '#test/support/scripted-smtp.ts'
import { temporaryStore } from '#test/support/store.ts'
import { commandLine } from './command-line.ts'

test('a gateway is made, tested, changed and removed from the command line; nobody reads its password', async (t) => {
  const { store, folder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  await store.close()
  const certificate = await testCertificate('localhost')
  const good = Buffer.from('\0acme\0open sesame').toString('base64')
  const server = await scriptedSmtp({
    certificate,
    extensions: ['AUTH PLAIN', 'SIZE 1048576'],
    command: (verb, line) => {
      if (verb === 'AUTH') return line.endsWith(good) ? '235 2.7.0 ok' : '535 5.7.8 no'
      return verb === 'RCPT' && line.includes('nobody') ? '550 5.1.1 no such user' : undefined
    },
  })
  t.after(() => server.close())
  const pem = join(folder, 'authority.pem')
  await writeFile(pem, certificate.cert)
  const run = async (args: readonly string[], stdin = '', privately = 'yes') => {
    const done = await commandLine(['gateway', ...args, '--data', folder, '--json'], {
      stdin,
      environment: { LANDBRIDGE_OUTBOUND_PRIVATE_ADDRESSES: privately },
    })
    assert.doesNotMatch(done.stdout + done.stderr, /sesame/)
    return { ...done, json: done.stdout === '' ? undefined : JSON.parse(done.stdout) }
  }

  const at = ['--host', 'localhost', '--port', String(server.port), '--authorities', pem]
  const made = await run(
    ['add', 'relay', ...at, '--user', 'acme', '--password-stdin', '--for', 'far.example, *'],
    'open sesame\n',
  )
  assert.equal(made.exitCode, 0, made.stderr)
  const shown = {
    Name: 'relay',
    Host: 'localhost',
    Port: server.port,
    Tls: 'REQUIRED',
    Authorities: certificate.cert,
    UserName: 'acme',
    HasPassword: true,
    Recipients: ['far.example', '*'],
  }
  assert.deepEqual(made.json, shown)
  assert.deepEqual((await run(['show', 'RELAY'])).json, shown)
  assert.deepEqual((await run(['list'])).json, [shown])

  const tried = await run(['test', 'relay', '--recipient', 'ann@far.example'])
  assert.equal(tried.exitCode, 0, tried.stdout)
  assert.deepEqual(tried.json, {
    Works: true,
    Secured: true,
    SignedIn: true,
    SizeLimit: 1_048_576,
    RecipientAccepted: true,
    RecipientAnswer: 'accepted',
  })
  const refused = await run(['test', 'relay', '--recipient', 'nobody@far.example'])
  assert.equal(refused.exitCode, 1)
  assert.match(refused.json.RecipientAnswer, /5\.1\.1 no such user/)
  assert.equal(server.messages.length, 0)
  // localhost is nothing that an organisation may make the service connect to, unless the operator allows it.
  const before = server.connections
  const closed = await run(['test', 'relay'], '', 'no')
  assert.match(closed.json.Problem, /outbound\.privateAddresses/)
  assert.equal(server.connections, before)

  await run(['set', 'relay', '--password-stdin'], 'open barley\n')
  const keptOut = await run(['test', 'relay'])
  assert.equal(keptOut.exitCode, 1)
  assert.deepEqual([keptOut.json.Secured, keptOut.json.SignedIn], [true, false])
  assert.match(keptOut.json.Problem, /535 5\.7\.8/)

  assert.notEqual((await run(['set', 'relay', '--host', 'other.example'])).exitCode, 0)
  assert.equal((await run(['set', 'relay', '--for', ''])).json.Recipients.length, 0)
  assert.equal((await run(['set', 'relay'])).exitCode, 2)
  assert.equal((await run(['remove', 'relay', '--yes'])).exitCode, 0)
  assert.deepEqual((await run(['list'])).json, [])
  assert.equal((await run(['show', 'relay'])).exitCode, 1)
})
