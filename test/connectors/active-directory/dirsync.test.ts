import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { SourceFailure, type SourcePosition } from '#src/domain/directory-sync/source.ts'
import { StubLdapServer } from '#test/support/ldap-server.ts'
import { group, guidOf, numbers, person, sourceOf } from './organisation.ts'

const servers: StubLdapServer[] = []
let server: StubLdapServer

beforeEach(async () => {
  server = await start()
  server.objects = numbers(1, 25).map((number) => person(number))
})
after(() => Promise.all(servers.map((each) => each.close())))

async function start(): Promise<StubLdapServer> {
  const started = await StubLdapServer.start()
  started.highestUsn = 200
  servers.push(started)
  return started
}

const dirSync = (...at: StubLdapServer[]) => sourceOf(at, { changes: 'dirsync' })

/** One run: who was read, why everything, and where the next one goes on. */
async function run(source = dirSync(server), since: readonly SourcePosition[] = []) {
  const reading = await source.read({ since, full: null, signal: new AbortController().signal })
  try {
    const guids: string[] = []
    for await (const { objects } of reading.changes()) guids.push(...objects.map(({ guid }) => guid))
    return { guids, full: reading.full, positions: reading.positions }
  } finally {
    await reading.close()
  }
}

/** Questions to DirSync since the last look. */
function asked(): (string | undefined)[] {
  const cookies = server.searches.map(({ dirSync }) => dirSync).filter((each) => each !== undefined)
  server.searches = []
  return cookies
}

test('what changed is told in as many answers as it takes, and only that is read', async () => {
  const first = await run()
  assert.equal(first.full, 'first-run')
  assert.equal(first.guids.length, 25)
  asked()
  server.dirSyncSize = 3
  server.highestUsn = 310
  const changed = numbers(1, 10).map((number) => ({
    ...person(number, { displayName: 'Other' }),
    usn: 300 + number,
  }))
  server.objects = [...changed, ...numbers(11, 15).map((number) => person(number))]
  const next = await run(dirSync(server), first.positions)
  assert.equal(next.full, null)
  assert.deepEqual(next.guids, numbers(1, 10).map(guidOf))
  assert.deepEqual(asked(), ['200', '303', '306', '309'])
  const last = await run(dirSync(server), next.positions)
  assert.deepEqual(last.guids, [])
  assert.deepEqual(asked(), ['310'])
})

test('who is deleted is told and not read', async () => {
  const first = await run()
  server.highestUsn = 302
  const deleted = {
    guid: guidOf(3),
    dn: 'CN=Person 3,CN=Deleted Objects,DC=corp,DC=example,DC=com',
    usn: 301,
    attributes: { isDeleted: 'TRUE' },
  }
  server.objects = [deleted, { ...group(30, [1, 2]), usn: 302 }]
  const next = await run(dirSync(server), first.positions)
  assert.deepEqual(next.guids, [guidOf(30)])
})

test('accounts without an alias are told where they are wanted', async () => {
  const account = (number: number, displayName: string, usn: number) => ({
    ...person(number, {
      ...{ mailNickname: [], proxyAddresses: [], msExchRecipientTypeDetails: [], homeMDB: [] },
      ...{ displayName, objectCategory: 'person' },
    }),
    usn,
  })
  server.objects = [account(1, 'Anna', 101), person(2)]
  const source = sourceOf([server], { changes: 'dirsync', accounts: true })
  const first = await run(source)
  assert.deepEqual(first.guids, [guidOf(1), guidOf(2)])
  server.highestUsn = 302
  server.objects = [account(1, 'Anna Ash', 301), person(2), account(3, 'Carl', 302)]
  assert.deepEqual((await run(source, first.positions)).guids, [guidOf(1), guidOf(3)])
  assert.deepEqual((await run(dirSync(server), first.positions)).guids, [])
})

test('a cookie that is too old makes the run read everything, with a new one', async () => {
  const first = await run()
  server.oldestCookie = 250
  server.highestUsn = 300
  const next = await run(dirSync(server), first.positions)
  assert.equal(next.full, 'cookie-refused')
  assert.equal(next.guids.length, 25)
  const last = await run(dirSync(server), next.positions)
  assert.equal(last.full, null)
  assert.deepEqual(last.guids, [])
})

test('when one domain cannot tell any more, all are read whole', async () => {
  const other = await start()
  other.base = 'DC=emea,DC=example'
  other.dnsHostName = 'dc1.emea.example'
  other.objects = [{ ...person(90), dn: 'CN=Person 90,DC=emea,DC=example' }]
  const source = sourceOf([server, other], {
    changes: 'dirsync',
    domains: [
      { name: 'corp.example.com', controllers: [`localhost:${server.port}`] },
      { name: 'emea.example', controllers: [`localhost:${other.port}`] },
    ],
  })
  const first = await run(source)
  other.oldestCookie = 250
  other.highestUsn = 300
  const next = await run(source, first.positions)
  assert.equal(next.full, 'cookie-refused')
  assert.equal(next.guids.length, 26)
})

test('a server that never takes a cookie ends the run, it does not go round', async () => {
  const first = await run()
  server.misbehave = ({ dirSync }) => (dirSync === undefined ? undefined : { code: 12 })
  await assert.rejects(run(dirSync(server), first.positions), SourceFailure)
  assert.deepEqual(asked().slice(-2), ['200', ''])
})

test('an account that lost the right is named as that', async () => {
  const first = await run()
  server.misbehave = ({ dirSync }) =>
    dirSync === undefined ? undefined : { code: 50, message: '00002105: SecErr: DSID-032612F0, data 0' }
  await assert.rejects(run(dirSync(server), first.positions), { kind: 'rights' })
})

test('a connection that is lost between two answers ends the run', async () => {
  const first = await run()
  server.dirSyncSize = 3
  server.highestUsn = 310
  server.objects = numbers(1, 10).map((number) => ({ ...person(number), usn: 300 + number }))
  server.misbehave = ({ dirSync }) => (dirSync === '303' ? 'close' : undefined)
  await assert.rejects(run(dirSync(server), first.positions), { kind: 'interrupted' })
})
