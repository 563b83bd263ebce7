import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import { activeDirectorySource } from '#connectors/active-directory/active-directory-source.ts'
import { controllersOf } from '#connectors/active-directory/controllers.ts'
import { LdapConnection } from '#connectors/active-directory/ldap-connection.ts'
import { freePort } from '#src/app/demo/free-port.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import { StubLdapServer } from '#test/support/ldap-server.ts'
import { failure, optionsFor, person, readAll, sourceOf } from './organisation.ts'

const servers: StubLdapServer[] = []
async function start(options: Parameters<typeof StubLdapServer.start>[0]): Promise<StubLdapServer> {
  const started = await StubLdapServer.start({ objects: [person(1)], ...options })
  servers.push(started)
  return started
}
after(() => Promise.all(servers.map((each) => each.close())))

test('StartTLS is asked for before anything is said', async () => {
  const server = await start({ security: 'starttls' })
  assert.equal((await readAll(sourceOf([server], { security: 'starttls' }))).objects.length, 1)
})

test('what is sent in clear behind the answer to StartTLS is not taken', async () => {
  const answer = Buffer.from('300c02010178070a010004000400', 'hex')
  const liar = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .on('data', () => socket.write(Buffer.concat([answer, Buffer.from([0x30])]))),
  )
  const port = await new Promise<number>((resolve) =>
    liar.listen(0, '127.0.0.1', () => resolve((liar.address() as { port: number }).port)),
  )
  const opening = LdapConnection.open({ host: '127.0.0.1', port, security: 'starttls' })
  await assert.rejects(opening, /in clear/)
  liar.close()
})

test('a message whose parts lie about their length ends the connection', async () => {
  // A result, then controls that claim 20 octets of which none is there.
  const lie = Buffer.from('300e02010178070a010004000400a014', 'hex')
  const liar = createServer((socket) =>
    socket.on('error', () => undefined).on('data', () => socket.write(lie)),
  )
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  const { port } = liar.address() as { port: number }
  await assert.rejects(
    LdapConnection.open({ host: '127.0.0.1', port, security: 'starttls' }),
    /longer than what holds it/,
  )
  liar.close()
})

test('a certificate of an unknown authority or for another name is refused, and the password is not sent', async () => {
  const server = await start({})
  const { authorities: _, ...without } = optionsFor([server])
  const source = activeDirectorySource(without, { dns: fixedDns({}) })
  await assert.rejects(readAll(source), failure('tls', /authority that is not trusted/))
  const elsewhere = await start({ certificateNames: ['dc9.corp.example.com'] })
  await assert.rejects(readAll(sourceOf([elsewhere])), failure('tls', /for other names/))
  assert.equal(server.binds.length + elsewhere.binds.length, 0)
  const named = sourceOf([elsewhere], { certificateName: 'dc9.corp.example.com' })
  assert.equal((await readAll(named)).objects.length, 1)
})

test('what cannot be reached, and what is no LDAP server, is named', async () => {
  const port = await freePort()
  const gone = { domains: [{ name: 'corp.example.com', controllers: [`localhost:${port}`] }] }
  const server = await start({})
  await assert.rejects(readAll(sourceOf([server], gone)), failure('unreachable', /cannot be reached/))
  const web = createServer((socket) =>
    socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
  await new Promise<void>((resolve) => web.listen(port, '127.0.0.1', resolve))
  await assert.rejects(readAll(sourceOf([server], gone)), failure('tls', /TLS failed/))
  web.close()
})

test('a server that ends a bind without an answer, or never answers, is named', async () => {
  const server = await start({})
  server.letIn = () => 'close'
  await assert.rejects(readAll(sourceOf([server])), failure('interrupted', /closed/))
  server.letIn = () => 'silence'
  const source = sourceOf([server], { times: { connectMs: 20_000, operationMs: 1_000 } })
  await assert.rejects(readAll(source), failure('interrupted', /in time/))
})

for (const [data, words] of [
  ['52e', /name or the password is wrong/],
  ['532', /expired/],
  ['533', /disabled/],
  ['701', /account has expired/],
  ['773', /must be changed/],
  ['775', /locked/],
  ['530', /hour/],
] as const) {
  test(`the reason ${data} is told apart`, async () => {
    const server = await start({})
    server.letIn = () => ({
      code: 49,
      message: `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${data}, v4563\0`,
    })
    await assert.rejects(readAll(sourceOf([server])), failure('credentials', words))
  })
}

test('a domain controller that wants signing is named', async () => {
  const server = await start({})
  server.letIn = () => ({
    code: 8,
    message:
      '00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking',
  })
  await assert.rejects(readAll(sourceOf([server])), failure('tls', /Use ldaps/))
})

test('an empty password is never sent', async () => {
  const server = await start({})
  const source = sourceOf([server], { account: { name: 'sync@corp.example.com', password: '' } })
  await assert.rejects(readAll(source), failure('credentials', /empty/))
  assert.equal(server.binds.length, 0)
})

test('domain controllers come from DNS when none is named, in the order of their priority', async () => {
  const dns = fixedDns({
    '_ldap._tcp.dc._msdcs.corp.example.com': {
      srv: [
        { priority: 10, weight: 0, port: 389, target: 'dc2.corp.example.com' },
        { priority: 0, weight: 100, port: 389, target: 'dc1.corp.example.com' },
      ],
    },
  })
  const domain = { name: 'corp.example.com', controllers: [] }
  const found = await controllersOf(domain, { security: 'ldaps' }, dns)
  assert.deepEqual(
    found.map(({ host, port }) => `${host}:${port}`),
    ['dc1.corp.example.com:636', 'dc2.corp.example.com:636'],
  )
  const other = { name: 'other.example', controllers: [] }
  await assert.rejects(
    controllersOf(other, { security: 'ldaps' }, dns),
    failure('unreachable', /DNS does not say/),
  )
})

test('controllers are named with and without port, also by address', async () => {
  const controllers = ['dc1.corp.example.com', 'dc2:10636', '[2001:db8::1]:389', '192.0.2.1']
  const found = await controllersOf({ name: 'x', controllers }, { security: 'starttls' }, fixedDns({}))
  assert.deepEqual(
    found.map(({ host, port }) => [host, port]),
    [
      ['dc1.corp.example.com', 389],
      ['dc2', 10636],
      ['2001:db8::1', 389],
      ['192.0.2.1', 389],
    ],
  )
  const bad = { name: 'x', controllers: ['ldap://dc1'] }
  await assert.rejects(
    controllersOf(bad, { security: 'ldaps' }, fixedDns({})),
    failure('unusable', /no name/),
  )
})
