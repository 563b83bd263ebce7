/** Domain controllers that DNS names are found by the name servers that named them, and not by those of the machine. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { directoryDns, directorySyncServices } from '#src/app/directory-sources.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { ActiveDirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import { person } from '#test/connectors/active-directory/organisation.ts'
import { startDnsServer, type TestDnsServer } from '#test/support/dns-server.ts'
import { StubLdapServer } from '#test/support/ldap-server.ts'

const signal = new AbortController().signal
/** Known to nobody else (RFC 6761). */
const CONTROLLER = 'dc1.corp.test'
let dns: TestDnsServer
let server: StubLdapServer

before(async () => {
  server = await StubLdapServer.start({ objects: [person(1)], security: 'starttls' })
  dns = await startDnsServer({
    '_ldap._tcp.dc._msdcs.corp.example.com': { SRV: [[0, 0, server.port, CONTROLLER]] },
    [CONTROLLER]: { A: ['127.0.0.1'] },
  })
})
after(async () => {
  await server?.close()
  await dns?.close()
})

const connectionTo = (...controllers: string[]): ActiveDirectoryConnection => ({
  kind: 'active-directory',
  domains: [{ name: 'corp.example.com', controllers, base: null }],
  security: 'starttls',
  certificateName: 'localhost',
  authorities: server.authorities,
  bindName: 'sync@corp.example.com',
  password: 'secret',
})
const services = () =>
  directorySyncServices({ 'dns.servers': dns.address, 'directory.syncMinutes': 240 }, {
    warn: () => undefined,
  } as never)

test('by the name servers of the settings, for the preflight and for the reading', async () => {
  const findings = await services().check(connectionTo(), signal)
  assert.deepEqual(findings[0], { check: 'name', ok: true, detail: `${CONTROLLER} is 127.0.0.1.` })
  const source = services().openSource('o-1' as OrganizationId, connectionTo())
  const reading = await source.read({ since: [], full: 'asked', signal })
  await reading.close()
  assert.ok(dns.questions.includes(`A ${CONTROLLER}`))
})

test('a name that they do not know is that of the system, such as one of its hosts file', async () => {
  const [name] = await services().check(connectionTo(`localhost:${server.port}`), signal)
  assert.match(name!.detail, /^localhost is (127\.0\.0\.1|::1)\.$/)
  // Longer than a label may be: nobody has to ask the network to say so.
  const nobody = `${'x'.repeat(64)}.test`
  const [unknown] = await services().check(connectionTo(`${nobody}:${server.port}`), signal)
  assert.equal(unknown!.ok, false)
  assert.ok(unknown!.detail.startsWith(`DNS knows no ${nobody} (`), unknown!.detail)
})

test('servers that give no answer are told as that', async () => {
  const silent = `${'y'.repeat(60)}.invalid`
  dns.zone.set(silent, { trouble: 'servfail' })
  const [name] = await services().check(connectionTo(`${silent}:${server.port}`), signal)
  assert.equal(name!.ok, false)
  assert.match(
    name!.detail,
    /^The name servers of "dns\.servers" gave no answer for y+\.invalid \(servfail\)/,
  )
})

test('without name servers in the settings all of it is left to the system', () => {
  assert.equal(directoryDns('').lookup, undefined)
  assert.notEqual(directoryDns('192.0.2.1').lookup, undefined)
})
