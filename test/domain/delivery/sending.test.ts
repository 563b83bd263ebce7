import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Entry, User } from '#src/domain/directory/entry.ts'
import { parsePermissions, putMailboxPermissions } from '#src/domain/directory/mailbox-permission.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { asUser, mail, openWorld, refusalOf, send, USUAL_LIMITS, type World } from './intake-world.ts'

let world: World
let ann: User
let boss: User
let desk: Entry
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  boss = await world.user('boss')
  desk = await world.group('desk', [ann])
})
after(() => world.end())

const allow = (owner: Entry, ...words: string[]) =>
  putMailboxPermissions(world.store, world.org, {
    owner: owner.id,
    grantee: ann.id,
    rights: parsePermissions(words),
  })
const headers = async (header: Record<string, string>, from = 'ann@corp.example') => {
  await send(world, { connection: asUser(world, ann), from, to: ['boss@corp.example'], text: mail(header) })
  const { text } = (await world.inbox(boss)).at(-1)!
  return text.split('\r\n').filter((line) => /^(From|Sender):/.test(line))
}

test('SEND_AS: From and Sender are the owner (DIR-20)', async () => {
  await allow(boss, 'SEND_AS')
  const From = 'The Boss <boss@corp.example>'
  assert.deepEqual((await headers({ From })).sort(), [`From: ${From}`, 'Sender: boss@corp.example'])
  assert.deepEqual((await headers({ From, Sender: 'ann@corp.example' }, 'boss@corp.example')).sort(), [
    `From: ${From}`,
    'Sender: boss@corp.example',
  ])
})

test('SEND_ON_BEHALF: From is the owner, Sender the delegate (DIR-20, C-05)', async () => {
  await allow(boss, 'SEND_ON_BEHALF')
  const From = 'boss@corp.example'
  assert.deepEqual((await headers({ From })).sort(), [`From: ${From}`, 'Sender: ann@corp.example'])
  assert.deepEqual((await headers({ From, Sender: 'stranger@far.example' })).sort(), [
    `From: ${From}`,
    'Sender: ann@corp.example',
  ])
})

test('rights on a group let its members write as it', async () => {
  await allow(desk, 'SEND_AS')
  assert.deepEqual((await headers({ From: 'desk@corp.example' }, 'desk@corp.example')).sort(), [
    'From: desk@corp.example',
    'Sender: desk@corp.example',
  ])
})

test('without a right, without an author, and with two From fields nothing is sent', async () => {
  await allow(boss)
  const connection = asUser(world, ann)
  const attempt = (text: string) =>
    refusalOf(send(world, { connection, from: 'ann@corp.example', to: ['boss@corp.example'], text }))
  assert.equal(await attempt(mail({ From: 'boss@corp.example' })), '5.7.1 not-allowed')
  assert.equal(await attempt(mail({ From: 'ann@corp.example, boss@corp.example' })), '5.7.1 not-allowed')
  assert.equal(
    await attempt(mail({ From: 'ann@corp.example', Sender: 'boss@corp.example' })),
    '5.7.1 not-allowed',
  )
  assert.equal(await attempt(mail({ Subject: 'x' })), '5.6.0 invalid-parameter')
  const twice = `From: ann@corp.example\r\n${mail({ From: 'boss@corp.example' })}`
  assert.equal(await attempt(twice), '5.6.0 invalid-parameter')
})

test('the null sender may be used, for receipts that programs send', async () => {
  const before = (await world.inbox(boss)).length
  await send(world, {
    connection: asUser(world, ann),
    from: '',
    to: ['boss@corp.example'],
    text: mail({ From: 'ann@corp.example', Subject: 'Read: Plan' }),
  })
  assert.equal((await world.inbox(boss)).length, before + 1)
})

test('beyond the limit of the day nothing is sent, and colleagues count for nothing (LIM-03)', async () => {
  const intake = world.with({ limits: { ...USUAL_LIMITS, perUser: 3 } })
  const connection = asUser(world, boss)
  const text = mail({ From: 'boss@corp.example' })
  const to = (...names: string[]) =>
    refusalOf(
      send(world, {
        connection,
        from: 'boss@corp.example',
        to: [...names.map((name) => `${name}@far.example`), 'ann@corp.example'],
        text,
        intake,
      }),
    )
  const before = (await world.inbox(ann)).length
  assert.equal(await to('a', 'b'), 'accepted')
  assert.equal(await to('c', 'd'), '5.4.5 limit-exceeded')
  assert.equal(await to('c'), 'accepted')
  assert.equal(await to(), 'accepted')
  assert.equal((await world.inbox(ann)).length, before + 3)
  assert.equal(await world.store.delivery.countSent(world.org, '2026-11-21', boss.id), 3)
})

test('what the service sends for somebody, such as an answer to a meeting, counts for them (LIM-06)', async () => {
  const counted = () => world.store.delivery.countSent(world.org, '2026-11-21', ann.id)
  const before = await counted()
  const transaction = await world.intake.automatic(
    { organization: world.org, entry: ann },
    { address: 'ann@corp.example', eightBit: false, utf8: false, requireTls: false },
  )
  for (const address of ['a@far.example', 'b@far.example', 'boss@corp.example'])
    await transaction.recipient({ address })
  await transaction.write(Buffer.from(mail({ From: 'ann@corp.example' })))
  await transaction.finish()
  await world.intake.idle()
  assert.equal(await counted(), before + 2)
})

test('mail to another organisation of this service does not look for it in DNS', async () => {
  const other = await world.store.organizations.create({ alias: 'other' })
  const key = { selector: 's', privateKey: 'never used' }
  await world.store.transact({ organization: other.id }, ({ directory }) =>
    directory.createDomain(other.id, domainRecord('other.example'), key),
  )
  await send(world, {
    connection: asUser(world, ann),
    from: 'ann@corp.example',
    to: ['olga@other.example'],
    text: mail({ From: 'ann@corp.example' }),
  })
  assert.deepEqual((await world.queue()).at(-1)!.recipients, [
    { address: 'olga@other.example', route: { kind: 'local' } },
  ])
})

test('from outside a message is for one organisation at a time: the other is put off', async () => {
  const text = mail({ From: 'sue@sender.example' })
  const both = ['ann@corp.example', 'olga@other.example']
  const from = 'sue@sender.example'
  assert.equal(await refusalOf(send(world, { from, to: both, text })), '4.5.3 limit-exceeded')
  assert.equal(
    await refusalOf(send(world, { from, to: ['olga@other.example'], text })),
    '5.1.1 no-such-entry',
  )
})

test('while the key of an organisation is out of reach, its mail is put off at RCPT', async () => {
  const text = mail({ From: 'sue@sender.example' })
  const attempt = () => refusalOf(send(world, { from: 'sue@sender.example', to: ['ann@corp.example'], text }))
  await world.store.organizations.disableKey(world.org)
  assert.equal(await attempt(), 'key-unavailable')
  await world.store.organizations.enableKey(world.org)
  assert.equal(await attempt(), 'accepted')
})
