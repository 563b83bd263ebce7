import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MOST_OF_CLIENT } from '#src/domain/delivery/trace-refused.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { asUser, mail, openWorld, refusalOf, STRANGER, send, type World } from './intake-world.ts'

let world: World
before(async () => {
  world = await openWorld()
  await world.user('ann')
})
after(() => world.end())

const text = mail({ From: 'sue@sender.example', Subject: 'Refused' })
const events = async (query: { sender?: string; recipient?: string }) =>
  (await world.store.delivery.findTrace(world.org, query, { limit: 500 })).rows.filter(
    ({ name }) => name === 'EMAIL_REFUSED',
  )

test('a refused recipient of ours is in the trace; what is not for us is not', async () => {
  const from = 'sue@sender.example'
  assert.match(await refusalOf(send(world, { from, to: ['ghost@corp.example'], text })), /^5\.1\.1/)
  assert.match(await refusalOf(send(world, { from, to: ['x@elsewhere.example'], text })), /^5\.7\.1/)
  const bySender = await events({ sender: from })
  assert.deepEqual(await events({ recipient: 'GHOST@corp.example' }), bySender)
  assert.equal(bySender.length, 1)
  const { reason, ...fields } = bySender[0]!.fields
  assert.match(String(reason), /ghost@corp\.example/)
  assert.deepEqual(fields, {
    recipients: ['ghost@corp.example'],
    envelopeSender: from,
    status: '5.1.1',
    clientAddress: STRANGER.clientAddress,
  })
})

test('a message refused as a whole is in the trace: a loop, a scanner that is down, a virus', async () => {
  const to = ['ann@corp.example']
  const hops = 'Received: from a.example by b.example; Sat, 21 Nov 2026 12:00:00 +0000\r\n'.repeat(31)
  await refusalOf(send(world, { from: 'loop@sender.example', to, text: hops + text }))
  assert.equal((await events({ sender: 'loop@sender.example' }))[0]!.fields.status, '5.4.6')

  const failed = { word: 'PROCESSING_FAILED', failure: 'unavailable', reason: 'down' } as const
  const judges = { ...world.deps.judges, virus: { name: 'scripted', scan: async () => failed } }
  await refusalOf(send(world, { from: 'down@sender.example', to, text, intake: world.with({ judges }) }))
  assert.equal((await events({ sender: 'down@sender.example' }))[0]!.fields.status, '4.7.1')

  const bob = await world.user('bob')
  const found = { word: 'FAIL', threat: 'Eicar' } as const
  const eicar = { ...judges, virus: { name: 'scripted', scan: async () => found } }
  const own = { connection: asUser(world, bob), from: 'bob@corp.example', to: ['x@far.example'] }
  const bobs = mail({ From: 'bob@corp.example' })
  await refusalOf(send(world, { ...own, text: bobs, intake: world.with({ judges: eicar }) }))
  assert.deepEqual((await events({ recipient: 'x@far.example' }))[0]!.recipients, ['x@far.example'])
})

test('what the door refuses is in the trace; what the client lets go is not', async () => {
  const begun = async (address: string) => {
    const sender = { address, eightBit: false, utf8: false, requireTls: false }
    const transaction = await world.intake.begin(STRANGER, sender)
    await transaction.recipient({ address: 'ann@corp.example' })
    return transaction
  }
  await (await begun('large@sender.example')).abort({ reason: 'Too large', status: '5.3.4' })
  await (await begun('reset@sender.example')).abort()
  assert.equal((await events({ sender: 'large@sender.example' }))[0]!.fields.reason, 'Too large')
  assert.deepEqual(await events({ sender: 'reset@sender.example' }), [])
})

test('a flood is traced in part, and the next event says how many were left out', async () => {
  const flood = 'flood@sender.example'
  const connection = { ...STRANGER, clientAddress: '192.0.2.99' }
  const sender = { address: flood, eightBit: false, utf8: false, requireTls: false }
  world.at += 60_000
  const transaction = await world.intake.begin(connection, sender)
  const ghost = (no: number) => refusalOf(transaction.recipient({ address: `g${no}@corp.example` }))
  for (let no = 0; no < MOST_OF_CLIENT + 7; no++) assert.match(await ghost(no), /^5\.1\.1/)
  assert.equal((await events({ sender: flood })).length, MOST_OF_CLIENT)
  world.at += 60_000
  await ghost(1_000)
  await transaction.abort()
  assert.equal((await events({ sender: flood })).at(-1)!.fields.refusalsLeftOut, 7)
})

test('mail for a domain that nobody has proven is told to who claims it, but not who wrote to whom', async () => {
  const key = { selector: 's', privateKey: 'never used' }
  await world.store.transact({ organization: world.org }, ({ directory }) =>
    directory.createDomain(world.org, domainRecord('unproven.example', { ownership: 'PENDING' }), key),
  )
  const from = 'sue@sender.example'
  assert.match(await refusalOf(send(world, { from, to: ['ann@unproven.example'], text })), /^5\.7\.1/)
  const told = (await events({})).filter(({ fields }) => fields.domain === 'unproven.example')
  assert.equal(told.length, 1)
  assert.doesNotMatch(JSON.stringify(told), /sue|ann@|192\.0\.2/)
  assert.match(String(told[0]!.fields.reason), /landbridge domain check unproven\.example/)
})
