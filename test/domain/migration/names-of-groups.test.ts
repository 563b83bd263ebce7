import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectGrants } from '#src/domain/migration/collect-grants.ts'
import type { FoundGrant, GrantSource } from '#src/domain/migration/grant.ts'
import { Groups } from '#src/domain/migration/groups.ts'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'

const rules = { ignoredGrantees: [], unbroken: [], largestGroup: 10 }

const telling = (grantees: readonly string[]): GrantSource => ({
  name: 'x.csv',
  async *read() {
    const grants = grantees.map(
      (grantee, at): FoundGrant => ({
        ...{ owner: 'pool@corp.example', grantee, right: 'send-on-behalf', folder: null },
        ...{ lastUsedDay: null, where: `x.csv line ${at + 2}` },
      }),
    )
    yield { grants, leftOut: [] }
  },
})

function known(): IdentityIndex {
  const index = new IdentityIndex()
  index.add(0, { exact: ['pool@corp.example'], loose: ['pool'] })
  index.add(1, { exact: ['sam@corp.example'], loose: ['sam'] })
  return index
}

test('a group is known as Exchange names it: by a canonical name, a DN, its account', async () => {
  const groups = new Groups()
  const names = ['Sales, Team', 'SalesSam']
  groups.add({ group: 'sales@corp.example', groupNames: names, member: 'sam@corp.example' })
  for (const name of [
    'sales@corp.example',
    'Sales, Team',
    'corp.example/Groups/Sales, Team',
    'CN=Sales\\, Team,OU=Groups,DC=corp,DC=example',
    'CORP\\SalesSam',
  ]) {
    const { grants, leftOut } = await collectGrants([telling([name])], known(), groups, rules)
    assert.deepEqual([...leftOut.counts], [], name)
    assert.equal(grants.count, 1)
    assert.equal(grants.get(0).group, 'sales@corp.example')
  }
})

test('a name that two groups have is listed and taken for neither; their addresses are still known', async () => {
  const groups = new Groups()
  for (const group of ['a@corp.example', 'b@corp.example'])
    groups.add({ group, groupNames: ['Sales'], member: 'sam@corp.example' })
  const named = ['Sales', 'corp.example/North/Sales', 'CN=Sales,OU=South,DC=corp,DC=example', 'CORP\\Sales']
  const { grants, leftOut } = await collectGrants([telling(named)], known(), groups, rules)
  assert.deepEqual([...leftOut.counts], [['ambiguous-name', 4]])
  assert.equal(grants.count, 0)
  assert.equal((await collectGrants([telling(['b@corp.example'])], known(), groups, rules)).grants.count, 1)
})

test('a name that a mailbox and a group have is listed and taken for neither; who is named in full is known', async () => {
  const index = known()
  const mailbox = { exact: ['desk@corp.example', 'CN=Desk,OU=Shared,DC=corp', 'CORP\\desk'], loose: ['Desk'] }
  index.add(2, mailbox)
  const groups = new Groups()
  const names = ['Desk', 'CN=Desk,OU=Groups,DC=corp']
  groups.add({ group: 'desks@corp.example', groupNames: names, member: 'sam@corp.example' })
  const of = async (...grantees: string[]) => {
    const { grants, leftOut } = await collectGrants([telling(grantees)], index, groups, rules)
    const taken = Array.from({ length: grants.count }, (_, at) => grants.get(at))
    return { taken: taken.map(({ grantee, group }) => [grantee, group]), leftOut: [...leftOut.counts] }
  }
  const neither = await of('Desk', 'OTHER\\desk', 'corp.example/Anywhere/Desk')
  assert.deepEqual(neither, { taken: [], leftOut: [['ambiguous-name', 3]] })
  for (const name of mailbox.exact)
    assert.deepEqual(await of(name), { taken: [[2, null]], leftOut: [] }, name)
  for (const name of ['desks@corp.example', 'cn=desk,ou=groups,dc=corp'])
    assert.deepEqual(await of(name), { taken: [[1, 'desks@corp.example']], leftOut: [] }, name)
  // So it is of members of groups.
  groups.add({ group: 'all@corp.example', groupNames: [], member: 'Desk' })
  groups.add({ group: 'all@corp.example', groupNames: [], member: 'CN=Desk,OU=Groups,DC=corp' })
  const { mailboxes, strangers } = groups.expand(groups.find('all@corp.example') as number, index)
  assert.deepEqual([[...mailboxes], strangers], [[1], ['Desk']])
})

test('a group that two sources call differently is one, whichever of them comes first', () => {
  const dn = 'CN=Sales,DC=corp,DC=example'
  const told = [
    { group: 'sales@corp.example', groupNames: ['Sales'], member: 'sam@corp.example' },
    { group: dn, groupNames: ['Sales', 'sales@corp.example'], member: 'pool@corp.example' },
  ]
  for (const rows of [told, told.toReversed()]) {
    const groups = new Groups()
    for (const row of rows) groups.add(row)
    const at = groups.find('CORP\\Sales') as number
    assert.equal(groups.find(dn), at)
    assert.deepEqual([...groups.expand(at, known()).mailboxes], [0, 1])
  }
})

test('who calls a group by a name that two have means the one whose address it says with it', () => {
  const groups = new Groups()
  for (const group of ['a@corp.example', 'b@corp.example'])
    groups.add({ group, groupNames: ['Sales'], member: 'sam@corp.example' })
  groups.add({ group: 'Sales', groupNames: ['b@corp.example'], member: 'pool@corp.example' })
  const membersOf = (name: string) => [...groups.expand(groups.find(name) as number, known()).mailboxes]
  assert.deepEqual([membersOf('a@corp.example'), membersOf('b@corp.example')], [[1], [0, 1]])
})

test('two groups of one plain name are two where each has a DN of its own; their name is taken for neither', () => {
  const dns = ['CN=Sales,OU=North,DC=corp,DC=example', 'CN=Sales,OU=South,DC=corp,DC=example']
  const members = ['sam@corp.example', 'pool@corp.example']
  const groups = new Groups()
  for (const _ of [1, 2])
    for (const [at, dn] of dns.entries())
      groups.add({ group: 'Sales', groupNames: [dn], member: members[at]! })
  const membersOf = (name: string) => [...groups.expand(groups.find(name) as number, known()).mailboxes]
  assert.deepEqual(dns.map(membersOf), [[1], [0]])
  assert.equal(groups.find('Sales'), 'several')
  // Of one address there is one group, wherever it was moved to since.
  for (const [at, dn] of dns.entries())
    groups.add({ group: 'all@corp.example', groupNames: [dn.replace('Sales', 'All')], member: members[at]! })
  assert.deepEqual(membersOf('all@corp.example'), [0, 1])
})

test('a group is the one that another source told by a name of its own and the same address', () => {
  const groups = new Groups()
  groups.add({ group: 'Sales', groupNames: ['sales@corp.example'], member: 'sam@corp.example' })
  const dn = 'CN=Sales Team,DC=corp,DC=example'
  groups.add({ group: dn, groupNames: ['sales@corp.example'], member: 'pool@corp.example' })
  const at = groups.find('sales@corp.example')
  assert.deepEqual([groups.find(dn), groups.find('Sales')], [at, at])
  assert.deepEqual([...groups.expand(at as number, known()).mailboxes], [0, 1])
})

test('an account of another domain is not taken for the one of the same name, where the domain is known', async () => {
  const index = known()
  index.add(2, { exact: ['CORP\\anna'], loose: ['anna'], domain: { name: 'CORP', told: true } })
  index.add(3, { exact: ['corp\\ben'], loose: ['ben'], domain: { name: 'corp', told: false } })
  index.add(4, { exact: ['sub\\cid'], loose: ['cid'], domain: { name: 'sub', told: false } })
  const grantees = ['CORP\\anna', 'OTHER\\anna', 'corp\\BEN', 'NETBIOS\\ben', 'SUB\\ben', 'ANY\\sam', 'anna']
  const found = grantees.map((name) => index.find(name))
  assert.deepEqual(found, [2, 'other-domain', 3, 3, 'other-domain', 1, 2])
  const { leftOut, untied } = await collectGrants([telling(['OTHER\\anna'])], index, new Groups(), rules)
  assert.deepEqual(
    leftOut.kept.map(({ reason, grantee }) => [reason, grantee]),
    [['other-domain', 'OTHER\\anna']],
  )
  assert.equal(untied.count, 0)
})
