import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { User } from '#src/domain/directory/entry.ts'
import { deregisterFromWorkMail } from '#src/domain/directory/registration.ts'
import { EXCHANGE, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let bob: User
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  bob = await world.user('bob')
  await deregisterFromWorkMail(world.store, world.org, bob.id, world.at)
})
after(() => world.end())

const from = 'sue@sender.example'
const trace = async (id: string) =>
  (await world.store.delivery.findTrace(world.org, { traceId: id as never }, { limit: 20 })).rows
const text = (change: Record<string, string> = {}, body?: string) =>
  mail(
    { From: from, Date: 'Sat, 21 Nov 2026 12:00:00 +0000', 'Message-ID': '<same@sender.example>', ...change },
    body,
  )

test('a group through which nobody would get the message is refused at RCPT', async () => {
  const empty = await world.group('empty', [])
  const disabled = await world.group('disabled', [bob])
  await world.group('nested', [empty, disabled])
  for (const to of ['empty', 'disabled', 'nested'])
    assert.equal(
      await refusalOf(send(world, { from, to: [`${to}@corp.example`], text: text() })),
      '5.2.1 wrong-state',
    )
  await world.group('reached', [empty, await world.group('inner', [bob, ann])])
  const before = (await world.inbox(ann)).length
  await send(world, { from, to: ['reached@corp.example'], text: text({ 'Message-ID': '<reach@x.example>' }) })
  assert.equal((await world.inbox(ann)).length, before + 1)
})

test('members whom a message does not reach are in its trace', async () => {
  await world.group('half', [ann, bob])
  const id = await send(world, {
    from,
    to: ['half@corp.example'],
    text: text({ 'Message-ID': '<half@x.example>' }),
  })
  const [skipped] = (await trace(id)).filter(({ name }) => name === 'GROUP_MEMBERS_SKIPPED')
  assert.equal(skipped?.fields.group, 'half@corp.example')
  assert.equal(skipped?.fields.count, 1)
  assert.equal([skipped?.fields.members].flat().length, 1)
})

test('a Message-ID that is used again takes no mail away; only the same message from Exchange is a copy', async () => {
  await world.group('team', [ann])
  const arrived = async (work: Promise<string>) => {
    const before = (await world.inbox(ann)).length
    const id = await work
    return { id, count: (await world.inbox(ann)).length - before }
  }
  const group = ['team@corp.example']
  const first = await arrived(send(world, { from, to: group, text: text() }))
  assert.equal(first.count, 1)
  assert.equal((await arrived(send(world, { from, to: group, text: text() }))).count, 1)
  assert.equal((await arrived(send(world, { from, to: group, text: text({}, 'Another.\r\n') }))).count, 1)
  const back = (change: { from?: string; text?: string }) =>
    arrived(send(world, { connection: EXCHANGE, from, to: ['ann@lb.corp.example'], text: text(), ...change }))
  assert.equal((await back({ text: text({}, 'A third.\r\n') })).count, 1)
  assert.equal((await back({ text: text({ Date: 'Sat, 21 Nov 2026 13:00:00 +0000' }) })).count, 1)
  assert.equal((await back({ from: 'tom@sender.example' })).count, 1)
  const copy = await back({})
  assert.equal(copy.count, 0)
  const [dropped] = (await trace(copy.id)).filter(({ name }) => name === 'DUPLICATE_DROPPED')
  assert.equal(dropped?.fields.recipient, 'ann@corp.example')
  assert.equal(typeof dropped?.fields.first, 'string')
})

test('a group in Exchange that had a message, and is in the group through which it comes back, does not get it again', async () => {
  const theirs = await world.group('theirs', [], 'exchange')
  await world.group('ours', [ann, theirs])
  const bring = (more: object) =>
    send(world, {
      from,
      to: ['theirs@corp.example'],
      text: text({ 'Message-ID': '<ring@x.example>' }),
      ...more,
    })
  await bring({})
  const [there] = (await world.queue()).slice(-1)
  assert.deepEqual(
    there!.recipients.map(({ address }) => address),
    ['theirs@corp.example'],
  )
  const queued = (await world.queue()).length
  const before = (await world.inbox(ann)).length
  const id = await bring({ connection: EXCHANGE, to: ['ours@corp.example'], text: there!.text })
  assert.equal((await world.inbox(ann)).length, before + 1)
  assert.equal((await world.queue()).length, queued)
  const [skipped] = (await trace(id)).filter(({ name }) => name === 'GROUP_MEMBERS_SKIPPED')
  assert.deepEqual(skipped?.fields.members, ['theirs@corp.example'])
})
