import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Entry, User } from '#src/domain/directory/entry.ts'
import { formatImcea } from '#src/formats/address/imcea.ts'
import { asUser, EXCHANGE, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let there: Entry
let theirs: Entry
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  there = await atExchange('eve')
  theirs = await world.group('theirs', [ann, there], 'exchange')
  await world.group('ours', [ann, there, theirs])
})
after(() => world.end())

/** A user whose mailbox is in Exchange. */
async function atExchange(name: string): Promise<Entry> {
  const user = await world.user(name)
  const moved = { ...user, home: 'exchange' as const, mailbox: null }
  return world.store.transact({ organization: world.org }, ({ directory }) =>
    directory.saveEntry(world.org, moved),
  )
}

const from = 'sue@sender.example'
let number = 0
const message = () => mail({ From: from, 'Message-ID': `<${++number}@sender.example>` })
const addresses = async () => (await world.queue()).at(-1)!.recipients.map(({ address }) => address)

test('a group of Exchange goes there as one recipient, also from inside a group of ours (4.4)', async () => {
  const before = (await world.inbox(ann)).length
  await send(world, { from, to: ['theirs@corp.example'], text: message() })
  assert.deepEqual(await addresses(), ['theirs@corp.example'])
  assert.equal((await world.inbox(ann)).length, before)
  await send(world, { from, to: ['ours@corp.example'], text: message() })
  assert.deepEqual((await addresses()).sort(), ['eve@corp.example', 'theirs@corp.example'])
  assert.equal((await world.inbox(ann)).length, before + 1)
})

test('what Exchange expands and brings back does not arrive twice, and loops end', async () => {
  const before = (await world.inbox(ann)).length
  await send(world, { from, to: ['ours@corp.example'], text: message() })
  const { text } = (await world.queue()).at(-1)!
  // Exchange expands its group, in which Ann is too, and knows her by the routing domain.
  await send(world, { connection: EXCHANGE, from, to: ['ann@lb.corp.example'], text })
  assert.equal((await world.inbox(ann)).length, before + 1)
  // Our group is a member of its group: whoever is in it has the message, and nobody hears of it (4.4).
  const queued = (await world.queue()).length
  await send(world, { connection: EXCHANGE, from, to: ['ours@corp.example'], text })
  assert.equal((await world.inbox(ann)).length, before + 1)
  assert.equal((await world.queue()).length, queued)
  // Another message to her by name is another message.
  await send(world, { connection: EXCHANGE, from, to: ['ann@lb.corp.example'], text: message() })
  assert.equal((await world.inbox(ann)).length, before + 2)
})

test('mail to Exchange keeps its sender, and never has an address of the routing domain', async () => {
  await send(world, { from, to: ['eve@lb.corp.example'], text: message() })
  const queued = (await world.queue()).at(-1)!
  assert.equal(queued.sender, from)
  assert.deepEqual(queued.recipients, [{ address: 'eve@corp.example', route: { kind: 'exchange' } }])
})

test('our users’ mail to Exchange is signed and counts for nothing', async () => {
  await send(world, {
    connection: asUser(world, ann),
    from: 'ann@corp.example',
    to: ['eve@corp.example'],
    text: mail({ From: 'ann@corp.example' }),
  })
  assert.match((await world.queue()).at(-1)!.text, /^DKIM-Signature:/)
  assert.equal(await world.store.delivery.countSent(world.org, '2026-11-21', ann.id), 0)
})

test('a reply to an Exchange address from before the migration finds its mailbox (1.2)', async () => {
  const x500 = '/o=Corp/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=ann'
  const entry = await world.store.directory.getEntry(world.org, ann.id)
  await world.store.transact({ organization: world.org }, ({ directory }) =>
    directory.saveEntry(world.org, {
      ...entry,
      addresses: [...entry.addresses, { kind: 'x500', address: x500 }],
    }),
  )
  const before = (await world.inbox(ann)).length
  const to = (address: string) => [`${formatImcea({ type: 'EX', address })}@corp.example`]
  await send(world, { from, to: to(x500), text: message() })
  assert.equal((await world.inbox(ann)).length, before + 1)
  assert.equal(
    await refusalOf(send(world, { from, to: to('/o=Corp/cn=nobody'), text: message() })),
    '5.1.1 no-such-entry',
  )
})

test('contacts that name each other end', async () => {
  const one = await world.contact('one', 'one@corp.example')
  await world.store.transact({ organization: world.org }, ({ directory }) =>
    directory.saveEntry(world.org, { ...one, target: 'one@corp.example' }),
  )
  assert.equal(
    await refusalOf(send(world, { from, to: ['one@corp.example'], text: message() })),
    '5.4.6 group-cycle',
  )
})

test('who is unknown to a directory that is older than 24 hours is put off, whom it knows gets mail (4.2)', async () => {
  const hours = 60 * 60 * 1_000
  const asked = (ageHours: number, name: string) => {
    const intake = world.with({ synchronizedAt: async () => world.at - ageHours * hours })
    return refusalOf(send(world, { from, to: [`${name}@corp.example`], text: message(), intake }))
  }
  assert.equal(await asked(25, 'ghost'), '4.1.1 try-later')
  assert.equal(await asked(23, 'ghost'), '5.1.1 no-such-entry')
  assert.equal(await asked(25, 'ann'), 'accepted')
})

test('what is too large for Exchange is refused at the door: announced or not, also beside who takes it (4.5)', async () => {
  const intake = world.with({ largestToExchange: 5_000 })
  const inbox = (await world.inbox(ann)).length
  const queued = (await world.queue()).length
  const bring = (to: readonly string[], octets: number, sizeBytes?: number) => {
    const text = mail(
      { From: from },
      'x'
        .repeat(70)
        .concat('\r\n')
        .repeat(octets / 72),
    )
    return refusalOf(send(world, { intake, from, to, text, sender: sizeBytes ? { sizeBytes } : {} }))
  }
  assert.equal(await bring(['eve@corp.example'], 7_200, 7_300), '5.3.4 too-large')
  assert.equal(await bring(['eve@corp.example'], 7_200), '5.3.4 too-large')
  assert.equal(await bring(['ann@corp.example', 'theirs@corp.example'], 7_200), '5.3.4 too-large')
  assert.equal((await world.inbox(ann)).length, inbox)
  assert.equal((await world.queue()).length, queued)
  assert.equal(await bring(['ann@corp.example'], 7_200, 7_300), 'accepted')
  assert.equal(await bring(['eve@corp.example'], 3_600, 3_700), 'accepted')
})
