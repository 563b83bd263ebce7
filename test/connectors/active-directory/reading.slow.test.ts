import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { parseSid } from '#connectors/active-directory/security-descriptor.ts'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { StubLdapServer, type StubObject } from '#test/support/ldap-server.ts'
import { failure, group, guidOf, numbers, person, readAll, sourceOf } from './organisation.ts'

const servers: StubLdapServer[] = []
let server: StubLdapServer

async function start(options: Parameters<typeof StubLdapServer.start>[0] = {}): Promise<StubLdapServer> {
  const started = await StubLdapServer.start(options)
  servers.push(started)
  return started
}

beforeEach(async () => {
  server = await start({ objects: numbers(1, 25).map((number) => person(number)) })
})
after(() => Promise.all(servers.map((each) => each.close())))

test('reads everything in pages, and the keys of everything', async () => {
  const read = await readAll(sourceOf([server], { pageSize: 10 }))
  assert.equal(read.full, 'first-run')
  assert.deepEqual(
    read.objects.map(({ guid }) => guid),
    numbers(1, 25).map(guidOf),
  )
  assert.deepEqual(read.keys, numbers(1, 25).map(guidOf))
  assert.deepEqual(read.positions, [
    {
      partition: 'dc=corp,dc=example,dc=com',
      server: 'dc1.corp.example.com',
      generation: '11111111-2222-3333-4444-555555555555',
      changeNumber: '1000',
    },
  ])
  const [first] = read.objects
  assert.equal(first!.type, 'mailbox')
  assert.deepEqual(first!.proxyAddresses, ['SMTP:person1@corp.example.com', 'smtp:person1@old.example.com'])
  assert.equal(first!.place, person(1).dn)
})

test('an empty page with a cookie is not the end', async () => {
  server.misbehave = ({ page, pageSize }) => (pageSize === 10 && page === 1 ? 'empty page' : undefined)
  const read = await readAll(sourceOf([server], { pageSize: 10 }))
  assert.equal(read.objects.length, 25)
  assert.ok(
    server.searches.some(({ page }) => page === 3),
    'no page came after the empty one',
  )
})

test('a cookie that the server forgot ends the run', async () => {
  server.misbehave = ({ page, pageSize }) => {
    if (pageSize === 10 && page === 1) server.forgetCookies()
    return undefined
  }
  await assert.rejects(
    readAll(sourceOf([server], { pageSize: 10 })),
    failure('interrupted', /starts again from the beginning/),
  )
})

for (const [code, kind, words] of [
  [3, 'busy', /MaxQueryDuration/],
  [4, 'busy', /MaxPageSize/],
  [10, 'unusable', /its own domain controllers/],
  [11, 'busy', /limit/],
  [50, 'rights', /read access/],
  [51, 'busy', /too busy/],
  [52, 'busy', /not available/],
] as const) {
  test(`result ${code} in mid-reading ends the run as ${kind}`, async () => {
    server.misbehave = ({ page, pageSize }) =>
      pageSize === 10 && page === 1
        ? { code, ...(code === 10 && { referral: 'ldap://other.example/' }) }
        : undefined
    await assert.rejects(readAll(sourceOf([server], { pageSize: 10 })), failure(kind, words))
  })
}

test('a connection that is lost in mid-reading ends the run, and so does silence', async () => {
  server.misbehave = ({ page, pageSize }) => (pageSize === 10 && page === 1 ? 'close' : undefined)
  await assert.rejects(
    readAll(sourceOf([server], { pageSize: 10 })),
    failure('interrupted', /closed the connection/),
  )
  server.misbehave = ({ page, pageSize }) => (pageSize === 10 && page === 1 ? 'silence' : undefined)
  const patience = { times: { connectMs: 20_000, operationMs: 1_000 } }
  await assert.rejects(
    readAll(sourceOf([server], { pageSize: 10, ...patience })),
    failure('interrupted', /in time/),
  )
})

test('the next run reads only what changed since', async () => {
  const source = sourceOf([server])
  const { positions } = await readAll(source)
  const changed = { ...person(7, { displayName: 'Other' }), usn: 1_001 }
  server.objects = [...numbers(1, 6).map((number) => person(number)), changed]
  server.highestUsn = 1_005
  const next = await readAll(source, positions)
  assert.equal(next.full, null)
  assert.deepEqual(
    next.objects.map(({ displayName }) => displayName),
    ['Other'],
  )
  assert.deepEqual(next.keys, numbers(1, 7).map(guidOf))
  assert.equal(next.positions[0]!.changeNumber, '1005')
  const asked = await readAll(source, positions, 'asked')
  assert.equal(asked.full, 'asked')
  assert.equal(asked.objects.length, 7)
})

test('a database with another invocationId is read whole', async () => {
  const source = sourceOf([server])
  const { positions } = await readAll(source)
  server.invocationId = '99999999-2222-3333-4444-555555555555'
  const next = await readAll(source, positions)
  assert.equal(next.full, 'generation-changed')
  assert.equal(next.objects.length, 25)
})

test('a database that was rolled back is not read; another domain controller is read whole', async () => {
  const { positions } = await readAll(sourceOf([server]))
  server.highestUsn = 900
  await assert.rejects(
    readAll(sourceOf([server]), positions),
    failure('rolled-back', /from 1000 to 900.*USN rollback/s),
  )
  const second = await start({ objects: server.objects })
  second.dnsHostName = 'dc2.corp.example.com'
  const read = await readAll(sourceOf([server, second]), positions)
  assert.equal(read.full, 'rolled-back')
  assert.equal(read.positions[0]!.server, 'dc2.corp.example.com')
})

test('when the domain controller is gone the next one is read whole, and stays the one that is read', async () => {
  const second = await start({ objects: server.objects })
  second.dnsHostName = 'dc2.corp.example.com'
  const source = sourceOf([server, second])
  const first = await readAll(source)
  await server.close()
  const next = await readAll(source, first.positions)
  assert.equal(next.full, 'server-changed')
  // Also where somebody asked for everything: what the other one lacks may be late only.
  assert.equal((await readAll(source, first.positions, 'asked')).full, 'server-changed')
  assert.equal(next.objects.length, 25)
  const third = await readAll(source, next.positions)
  assert.equal(third.full, null)
})

test('one that fails in mid-reading is read only where no other can be', async () => {
  const second = await start({ objects: server.objects })
  second.dnsHostName = 'dc2.corp.example.com'
  const source = sourceOf([server, second], { pageSize: 10 })
  const first = await readAll(source)
  server.misbehave = ({ page, pageSize }) => (pageSize === 10 && page === 1 ? { code: 51 } : undefined)
  const failed = await readAll(source).catch((error: unknown) => error)
  assert.ok(failed instanceof SourceFailure)
  assert.deepEqual(failed.at, { partition: 'dc=corp,dc=example,dc=com', server: 'dc1.corp.example.com' })
  const next = await readAll(source, first.positions, null, failed.at)
  assert.equal(next.full, 'server-changed')
  assert.equal(next.positions[0]!.server, 'dc2.corp.example.com')
  await second.close()
  server.misbehave = () => undefined
  const back = await readAll(source, first.positions, null, failed.at)
  assert.deepEqual([back.full, back.positions[0]!.server], [null, 'dc1.corp.example.com'])
})

test('a domain controller that has not replicated yet is passed over', async () => {
  server.isSynchronized = false
  const second = await start({ objects: server.objects })
  assert.equal((await readAll(sourceOf([server, second]))).objects.length, 25)
  await assert.rejects(readAll(sourceOf([server])), failure('not-ready', /isSynchronized/))
})

test('a domain controller of another domain is not read', async () => {
  server.base = 'DC=other,DC=example'
  await assert.rejects(readAll(sourceOf([server])), failure('unusable', /not in that domain/))
})

test('the wrong password is tried once, however many domain controllers there are', async () => {
  const second = await start({ objects: server.objects })
  server.letIn = () => ({
    code: 49,
    message: '80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 775, v4563',
  })
  await assert.rejects(
    readAll(sourceOf([server, second])),
    failure('credentials', /locked.*Unlock-ADAccount/s),
  )
  assert.equal(server.binds.length + second.binds.length, 1)
})

test('large groups are read to their last member', async () => {
  server.objects = [person(1), group(500, numbers(1, 4_000)), group(501, [])]
  const { objects } = await readAll(sourceOf([server]))
  const members = objects.find(({ alias }) => alias === 'group500')!.members!
  assert.deepEqual(
    members,
    numbers(1, 4_000).map((number) => ({ guid: guidOf(number) })),
  )
  assert.deepEqual(objects.find(({ alias }) => alias === 'group501')!.members, [])
  assert.equal(objects[0]!.members, null)
})

test('whose primary group it is are members too, also where only the group changed', async () => {
  const sid = (rid: number) => parseSid(`S-1-5-21-1-2-3-${rid}`)
  const type = (bits: number) => ({ groupType: String(bits | 0) })
  const primary = { primaryGroupID: '1105' }
  const large = group(500, [1, 2], { ...type(0x8000_0008), objectSid: sid(1105) })
  const others = [
    group(501, [1], { ...type(0x8000_0008), objectSid: sid(1106) }),
    // Nobody can have these: no security group, and one of the domain alone.
    group(502, [], { ...type(8), objectSid: sid(1105) }),
    group(503, [], { ...type(0x8000_0004), objectSid: sid(1105) }),
    person(1, { primaryGroupID: '513' }),
    person(2, { ...primary }),
    person(4, { ...primary }),
    person(3, { ...primary }),
  ]
  server.objects = [large, ...others]
  const source = sourceOf([server])
  const all = await readAll(source)
  const members = (of: Awaited<ReturnType<typeof readAll>>, alias: string) =>
    of.objects.find((each) => each.alias === alias)?.members
  const links = (...guids: number[]) => guids.map((each) => ({ guid: guidOf(each) }))
  assert.deepEqual(members(all, 'group500'), links(1, 2, 3, 4))
  assert.deepEqual(members(all, 'group501'), links(1))
  assert.deepEqual([members(all, 'group502'), members(all, 'group503')], [[], []])
  server.objects = [{ ...large, usn: 2_000 }, ...others]
  const changed = await readAll(source, all.positions)
  assert.deepEqual(members(changed, 'group500'), links(1, 2, 3, 4))
})

test('who is new is among the members of the group that is their primary one, though nobody touched it', async () => {
  const sid = (rid: number) => parseSid(`S-1-5-21-1-2-3-${rid}`)
  const security = { groupType: String(0x8000_0002 | 0) }
  const staff = group(50, [], { ...security, objectSid: sid(513) })
  const other = group(51, [], { ...security, objectSid: sid(1106) })
  const user = (number: number, rid: number) =>
    person(number, { objectSid: sid(2_000 + number), primaryGroupID: String(rid) })
  for (const changes of [undefined, 'dirsync'] as const) {
    server.highestUsn = 1_000
    server.objects = [staff, other, user(1, 513)]
    const source = sourceOf([server], changes && { changes })
    const { positions } = await readAll(source)
    const groups = async () => {
      server.searches = []
      const { objects, full } = await readAll(source, positions)
      assert.equal(full, null)
      return objects
        .filter(({ type }) => type.endsWith('group'))
        .map(({ alias, members }) => [alias, members!.length])
    }
    server.highestUsn = 1_003
    server.objects = [
      staff,
      other,
      user(1, 513),
      { ...user(2, 513), usn: 1_001 },
      { ...user(3, 999), usn: 1_002 },
    ]
    assert.deepEqual(await groups(), [['group50', 2]])
    const asked = server.searches.length
    server.objects = [staff, other, user(1, 513), { ...group(52, []), usn: 1_003 }]
    assert.deepEqual(await groups(), [['group52', 0]])
    assert.ok(server.searches.length < asked, 'where nobody is new nobody is asked about')
    server.objects = [{ ...staff, usn: 1_003 }, other, user(1, 513), { ...user(2, 513), usn: 1_002 }]
    assert.deepEqual(await groups(), [['group50', 2]], 'once, where it changed too')
  }
})

test('a group that changes between two ranges is read anew', async () => {
  const objects: StubObject[] = [group(500, numbers(1, 4_000))]
  server.objects = objects
  let changes = 0
  server.misbehave = ({ attributes }) => {
    if (attributes[0]?.startsWith('member;range=1500') && changes++ === 0)
      objects[0] = { ...group(500, numbers(2_000, 3_500)), usn: 1_010 }
    return undefined
  }
  const read = await readAll(sourceOf([server]))
  assert.equal(changes, 2)
  assert.deepEqual(
    read.objects[0]!.members,
    numbers(2_000, 3_500).map((number) => ({ guid: guidOf(number) })),
  )
  assert.equal(read.objects[0]!.changeNumber, '1010')
})

test('a group that changes all the time ends the run; one that goes away is left out', async () => {
  const objects: StubObject[] = [group(500, numbers(1, 2_000))]
  server.objects = objects
  let usn = 2_000
  server.misbehave = ({ attributes }) => {
    if (attributes[0]?.startsWith('member;range=')) objects[0] = { ...objects[0]!, usn: usn++ }
    return undefined
  }
  await assert.rejects(readAll(sourceOf([server])), failure('busy', /changes while it is read/))
  server.misbehave = ({ attributes }) => {
    if (attributes[0]?.startsWith('member;range=')) objects.splice(0, 1)
    return undefined
  }
  assert.deepEqual((await readAll(sourceOf([server]))).objects, [])
})

test('photos come in a pass of their own', async () => {
  const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
  server.objects = [person(1), person(2, { thumbnailPhoto: photo })]
  const reading = await sourceOf([server]).read({
    since: [],
    full: null,
    signal: new AbortController().signal,
  })
  const has: boolean[] = []
  for await (const { objects } of reading.changes()) has.push(...objects.map(({ hasPhoto }) => hasPhoto))
  assert.deepEqual(has, [false, true])
  assert.ok(server.searches.every(({ attributes }) => !attributes.includes('thumbnailPhoto')))
  const photos = []
  for await (const each of reading.photos([guidOf(1), guidOf(2)])) photos.push(each)
  assert.deepEqual(photos, [{ guid: guidOf(2), octets: new Uint8Array(photo) }])
  await reading.close()
})

test('what belongs to Exchange itself is left out with a reason', async () => {
  server.objects = [
    person(1),
    person(2, { msExchRecipientTypeDetails: '8388608' }),
    person(3, { sAMAccountName: 'HealthMailbox0123' }),
    person(4, { isCriticalSystemObject: 'TRUE' }),
  ]
  const { objects, omitted, keys } = await readAll(sourceOf([server]))
  assert.deepEqual(
    objects.map(({ guid }) => guid),
    [guidOf(1)],
  )
  assert.deepEqual(
    omitted.map(({ guid }) => guid),
    numbers(2, 3).map(guidOf),
  )
  assert.match(omitted[0]!.reason, /arbitration/)
  assert.equal(keys.length, 4)
})

test('an abort ends the reading with its own reason', async () => {
  const stop = new AbortController()
  const reading = await sourceOf([server], { pageSize: 10 }).read({
    since: [],
    full: null,
    signal: stop.signal,
  })
  const batches = reading.changes()[Symbol.asyncIterator]()
  await batches.next()
  stop.abort(new Error('stopped by somebody'))
  await assert.rejects(async () => {
    for (;;) if ((await batches.next()).done) return
  }, /stopped by somebody/)
  await reading.close()
})

test('several domains are read each from its own domain controller', async () => {
  const other = await start({ objects: [{ ...person(90), dn: 'CN=Person 90,DC=emea,DC=example' }] })
  other.base = 'DC=emea,DC=example'
  other.dnsHostName = 'dc1.emea.example'
  const source = sourceOf([server, other], {
    domains: [
      { name: 'corp.example.com', controllers: [`localhost:${server.port}`] },
      { name: 'emea.example', controllers: [`localhost:${other.port}`] },
    ],
  })
  const read = await readAll(source)
  assert.equal(read.objects.length, 26)
  assert.deepEqual(
    read.positions.map(({ partition }) => partition),
    ['dc=corp,dc=example,dc=com', 'dc=emea,dc=example'],
  )
  assert.equal((await readAll(source, read.positions)).full, null)
})
