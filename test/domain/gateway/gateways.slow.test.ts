import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { type Gateway, patternsFor } from '#src/domain/gateway/gateway.ts'
import { createGateway, GATEWAY_LIMITS, removeGateway, updateGateway } from '#src/domain/gateway/gateways.ts'
import { outwardRoute } from '#src/domain/gateway/outward-route.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import { temporaryStore } from '#test/support/store.ts'

const relay: Gateway = {
  name: 'Relay',
  host: 'smtp.relay.example',
  port: 587,
  tls: 'required',
  authorities: null,
  user: 'acme',
  recipients: ['*'],
}

const refusedAs = (reason: string) => (error: Refusal) => {
  assert.equal(error.reason, reason, error.message)
  return true
}

async function world() {
  const { store, organization, folder, remove } = await temporaryStore({ mailboxes: 0 })
  const org = organization.id
  const routing = { directory: store.directory, gateways: store.delivery }
  return {
    store,
    org,
    folder,
    remove,
    add: (change: Partial<Gateway>, password: string | null = 'open sesame') =>
      createGateway(store, org, { ...relay, ...change }, password),
    wayTo: async (domain: string) => {
      const route = await outwardRoute(routing, org, domain)
      return route.kind === 'gateway' ? route.name : route.kind
    },
  }
}

test('patterns of a domain, the most specific first', () => {
  assert.deepEqual(patternsFor('A.example.com'), [
    'a.example.com',
    '*.a.example.com',
    '*.example.com',
    '*.com',
    '*',
  ])
  assert.deepEqual(patternsFor('[192.0.2.1]'), ['[192.0.2.1]', '*'])
})

test('mail leaves through the gateway that is most specific for its domain, from the next message on', async (t) => {
  const { store, org, remove, add, wayTo } = await world()
  t.after(remove)
  assert.equal(await wayTo('far.example'), 'internet')
  await add({ name: 'Relay', recipients: ['*'] })
  await add({ name: 'below', recipients: ['*.partner.example'] })
  await add({ name: 'one', recipients: ['x.partner.example', 'other.example'] })
  assert.equal(await wayTo('far.example'), 'Relay')
  assert.equal(await wayTo('partner.example'), 'below')
  assert.equal(await wayTo('a.b.PARTNER.example'), 'below')
  assert.equal(await wayTo('x.partner.example'), 'one')
  assert.equal(await wayTo('y.other.example'), 'Relay')
  await updateGateway(store, org, 'RELAY', { recipients: [] })
  assert.equal(await wayTo('far.example'), 'internet')
  await removeGateway(store, org, 'one')
  assert.equal(await wayTo('x.partner.example'), 'below')
})

test('a pattern, like a name, is of one gateway, and gateways of others lead nobody here', async (t) => {
  const { store, org, remove, add, wayTo } = await world()
  t.after(remove)
  await add({})
  await assert.rejects(add({ name: 'RELAY', recipients: [] }), refusedAs('name-taken'))
  await assert.rejects(add({ name: 'second', recipients: ['a.example', '*'] }), refusedAs('name-taken'))
  assert.equal((await store.delivery.listGateways(org, { limit: 10 })).rows.length, 1)
  const other = await store.organizations.create({ alias: 'other' })
  await createGateway(store, other.id, { ...relay, recipients: ['far.example'] }, 'x')
  assert.equal(await wayTo('far.example'), 'Relay')
  assert.equal(await store.delivery.findGateway(org, 'relay').then((found) => found?.recipients[0]), '*')
})

test('a password is kept for deliveries, and is not sent to another server than it was given for', async (t) => {
  const { store, org, remove, add } = await world()
  t.after(remove)
  await add({})
  const password = async () => (await store.delivery.findGatewayLogin(org, 'relay'))?.password
  assert.equal(await password(), 'open sesame')
  for (const change of [
    { host: 'evil.example' },
    { port: 25 },
    { tls: 'implicit' as const },
    { authorities: null },
  ]) {
    const moves = Object.keys(change)[0] !== 'authorities'
    const done = updateGateway(store, org, 'relay', change)
    if (moves) await assert.rejects(done, refusedAs('invalid-parameter'))
    else await done
  }
  assert.equal((await store.delivery.findGateway(org, 'relay'))?.host, 'smtp.relay.example')
  await updateGateway(store, org, 'relay', { host: 'new.example', password: 'other' })
  assert.equal(await password(), 'other')
  await updateGateway(store, org, 'relay', { user: null })
  assert.equal(await password(), null)
  await assert.rejects(updateGateway(store, org, 'relay', { user: 'x' }), refusedAs('invalid-parameter'))
})

test('what cannot be a gateway is refused', async (t) => {
  const { store, org, remove, add } = await world()
  t.after(remove)
  const wrong: [Partial<Gateway>, (string | null)?][] = [
    [{ name: '' }],
    [{ name: ' relay' }],
    [{ name: 'a\nb' }],
    [{ host: 'a b' }],
    [{ host: '-a.example' }],
    [{ host: '' }],
    [{ port: 0 }],
    [{ port: 1.5 }],
    [{ user: null }],
    [{}, null],
    [{ tls: 'never' }],
    [{ tls: 'opportunistic' }],
    [{ recipients: ['*@a.example'] }],
    [{ recipients: ['*.*'] }],
    [{ recipients: [''] }],
    [{ recipients: ['a..example'] }],
    [{ authorities: 'no certificate' }],
    [{ authorities: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
  ]
  for (const [change, password] of wrong)
    await assert.rejects(
      createGateway(store, org, { ...relay, ...change }, password === undefined ? 'x' : password),
      refusedAs('invalid-parameter'),
      JSON.stringify(change),
    )
  assert.equal(await store.delivery.countGateways(org), 0)
  await assert.rejects(removeGateway(store, org, 'relay'), refusedAs('no-such-item'))
  await assert.rejects(updateGateway(store, org, 'relay', {}), refusedAs('no-such-item'))
  for (let no = 0; no < GATEWAY_LIMITS.perOrganization; no++) await add({ name: `g${no}`, recipients: [] })
  await assert.rejects(add({ name: 'more', recipients: [] }), refusedAs('limit-exceeded'))
})

test('pages of a list hold every gateway once; a check finds nothing wrong', async (t) => {
  const { store, org, remove, add } = await world()
  t.after(remove)
  for (let no = 0; no < 7; no++) await add({ name: `g${no}`, recipients: [`d${no}.example`] })
  const names: string[] = []
  for (let after: string | null = null; ; ) {
    const page = await store.delivery.listGateways(org, { after, limit: 3 })
    names.push(...page.rows.map(({ name }) => name))
    if (page.next === null) break
    after = page.next
  }
  assert.deepEqual(names.sort(), ['g0', 'g1', 'g2', 'g3', 'g4', 'g5', 'g6'])
  const { findings } = await store.maintenance.check({ bodies: false })
  assert.deepEqual(findings, [])
})

const damages: [what: string, statement: string, said: RegExp][] = [
  ['recipients without their gateway', 'DELETE FROM gateway', /not there/],
  ['a gateway without its recipients', 'DELETE FROM gateway_recipient', /other recipients than it names/],
  ['a gateway that was changed', "UPDATE gateway SET sealed = x'01'", /does not open/],
  ['a password that was changed', "UPDATE gateway SET sealed_password = x'01'", /does not open/],
]
for (const [what, statement, said] of damages) {
  test(`check finds ${what}`, async (t) => {
    const { store, folder, remove, add } = await world()
    t.after(remove)
    await add({})
    const database = new Database(join(folder, 'landbridge.sqlite'))
    database.exec(statement)
    database.close()
    const { findings } = await store.maintenance.check({ bodies: false })
    assert.ok(
      findings.some((finding) => said.test(finding.what)),
      JSON.stringify(findings),
    )
  })
}

test('a row that leads recipients to another gateway leads no mail there', async (t) => {
  const { folder, remove, add, wayTo } = await world()
  t.after(remove)
  await add({ recipients: ['far.example'] })
  await add({ name: 'other', recipients: ['near.example'] })
  const database = new Database(join(folder, 'landbridge.sqlite'))
  const [one, two] = database.prepare('SELECT pattern_key, gateway FROM gateway_recipient').all() as [
    { pattern_key: Buffer; gateway: Buffer },
    { pattern_key: Buffer; gateway: Buffer },
  ]
  const lead = database.prepare('UPDATE gateway_recipient SET gateway = ? WHERE pattern_key = ?')
  lead.run(two.gateway, one.pattern_key)
  database.close()
  const ways = await Promise.allSettled([wayTo('far.example'), wayTo('near.example')])
  assert.equal(ways.filter(({ status }) => status === 'rejected').length, 1)
})
