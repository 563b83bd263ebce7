import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ActiveDirectoryOptions } from '#connectors/active-directory/active-directory-source.ts'
import { checkDirectory } from '#connectors/active-directory/check-directory.ts'
import type { DirectoryFinding } from '#connectors/active-directory/directory-finding.ts'
import { freePort } from '#src/app/demo/free-port.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import { StubLdapServer } from '#test/support/ldap-server.ts'
import { noDns, optionsFor, person } from './organisation.ts'

const servers: StubLdapServer[] = []
async function start(): Promise<StubLdapServer> {
  const started = await StubLdapServer.start({ objects: [person(1)] })
  servers.push(started)
  return started
}
after(() => Promise.all(servers.map((each) => each.close())))

const check = (options: ActiveDirectoryOptions, now = Date.now()) =>
  checkDirectory(options, { dns: noDns, now: () => now })
const bad = (findings: DirectoryFinding[]) => findings.filter(({ ok }) => !ok)

/** The stub has no schema; everything else of it is good. */
const withoutSchema = (findings: DirectoryFinding[]) =>
  bad(findings).filter(({ check: what }) => what !== 'schema')

test('a good domain controller has nothing against it', async () => {
  const findings = await check(optionsFor([await start()]))
  assert.deepEqual(withoutSchema(findings), [])
  const seen = new Set(findings.map(({ check: what }) => what))
  for (const what of [
    'name',
    'connection',
    'tls',
    'bind',
    'controller',
    'level',
    'clock',
    'schema',
    'rights',
    'paging',
  ] as const)
    assert.ok(seen.has(what), what)
})

test('each thing that is wrong has its own finding and a remedy', async () => {
  const server = await start()
  const options = optionsFor([server])
  const only = async (more: Partial<ActiveDirectoryOptions>, now?: number) => {
    const [first, ...others] = withoutSchema(await check({ ...options, ...more }, now))
    assert.deepEqual(others, [])
    assert.ok(first?.remedy !== undefined && first.remedy.length > 20)
    return first.check
  }
  const domain = (controllers: string[]) => ({ domains: [{ name: 'corp.example.com', controllers }] })
  assert.equal(await only(domain(['nowhere.invalid'])), 'name')
  assert.equal(await only(domain([])), 'name')
  assert.equal(await only(domain([`localhost:${await freePort()}`])), 'connection')
  assert.equal(await only({ certificateName: 'dc9.corp.example.com' }), 'tls')
  assert.equal(await only({}, Date.now() + 6 * 60_000), 'clock')
  assert.equal(
    await only({ domains: [{ name: 'other.example', controllers: options.domains[0]!.controllers }] }),
    'controller',
  )
  server.letIn = () => ({ code: 49, message: 'data 52e, v' })
  assert.equal(await only({}), 'bind')
})

test('a wrong password is tried once, not at each domain controller', async () => {
  const [first, second] = [await start(), await start()]
  first.letIn = () => ({ code: 49, message: 'data 52e, v' })
  await check(optionsFor([first, second]))
  assert.equal(first.binds.length + second.binds.length, 1)
})

test('without recipients to be seen the rights are in question', async () => {
  const server = await start()
  server.objects = []
  const [finding] = withoutSchema(await check(optionsFor([server])))
  assert.equal(finding!.check, 'rights')
  assert.match(finding!.remedy!, /dsacls/)
})

test('the remedy for a certificate names what the configured name is', async () => {
  const options = { ...optionsFor([await start()]), certificateName: 'dc9.corp.example.com' }
  const [finding] = withoutSchema(await check(options))
  assert.match(finding!.remedy!, /must name dc9\.corp\.example\.com,/)
})

test('a base that is not there is no question of rights', async () => {
  const server = await start()
  server.misbehave = ({ base }) =>
    base.startsWith('OU=Nowhere') ? { code: 32, message: 'no such object' } : undefined
  const options = optionsFor([server])
  const base = 'OU=Nowhere,DC=corp,DC=example,DC=com'
  const [finding] = withoutSchema(await check({ ...options, domains: [{ ...options.domains[0]!, base }] }))
  assert.equal(finding!.check, 'rights')
  assert.match(finding!.remedy!, /^Name a base that is there/)
})

test('domain controllers that DNS does not know are named', async () => {
  const options = { ...optionsFor([await start()]), domains: [{ name: 'corp.example.com', controllers: [] }] }
  const [finding] = await checkDirectory(options, { dns: fixedDns({}), now: Date.now })
  assert.equal(finding!.check, 'name')
  assert.match(finding!.detail, /corp\.example\.com/)
})

test('a domain without Exchange is good where accounts are wanted, and told how they are', async () => {
  const server = await start()
  const schema = async (more: Partial<ActiveDirectoryOptions>) =>
    (await check({ ...optionsFor([server]), ...more })).find(({ check: what }) => what === 'schema')
  assert.match((await schema({}))?.remedy ?? '', /--accounts/)
  assert.equal((await schema({ accounts: true }))?.ok, true)
})
