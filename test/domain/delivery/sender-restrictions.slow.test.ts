import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import type { Entry, SenderRestrictions, User } from '#src/domain/directory/entry.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { asUser, EXCHANGE, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

/** Who may send to whom is said in Active Directory and counts for mail that goes through here (exchange-interop 4.5). */

let world: World
let ann: User
let bob: User
let team: Entry
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  bob = await world.user('bob')
  team = await world.group('team', [await world.group('inner', [bob])])
})
after(() => world.end())

const open: SenderRestrictions = {
  authenticatedOnly: false,
  from: [],
  fromMembersOf: [],
  notFrom: [],
  notFromMembersOf: [],
  maxSizeBytes: null,
}

/** Makes an entry one of Active Directory with these restrictions. */
async function restrict(
  entry: Entry,
  restrictions: Partial<SenderRestrictions>,
  change: Partial<Entry> = {},
) {
  const source = {
    guid: crypto.randomUUID(),
    type: 'mailbox' as const,
    alias: entry.name,
    restrictions: { ...open, ...restrictions },
  }
  return world.store.transact({ organization: world.org }, async ({ directory }) => {
    const present = await directory.getEntry(world.org, entry.id)
    return directory.saveEntry(world.org, { ...present, ...change, source } as Entry)
  })
}

let number = 0
const text = (from: string) => mail({ From: from, 'Message-ID': `<${++number}@sender.example>` })
const stranger = 'sue@sender.example'
const fromStranger = (to: string, from = stranger) => send(world, { from, to: [to], text: text(from) })
const fromUser = (user: User, to: string) => {
  const from = `${user.name}@corp.example`
  return send(world, { connection: asUser(world, user), from, to: [to], text: text(from) })
}

test('who must be signed in to be heard is not reached by anybody else, wherever the mailbox is', async () => {
  const local = await world.user('local')
  const there = await world.user('there')
  await restrict(local, { authenticatedOnly: true })
  await restrict(there, { authenticatedOnly: true }, { home: 'exchange', mailbox: null })
  for (const to of ['local@corp.example', 'there@corp.example', 'local+shop@corp.example']) {
    assert.equal(await refusalOf(fromStranger(to)), '5.7.1 not-allowed')
    // That the sender calls itself one of us proves nothing.
    assert.equal(await refusalOf(fromStranger(to, 'ann@corp.example')), '5.7.1 not-allowed')
  }
  await fromUser(ann, 'local@corp.example')
  await fromUser(ann, 'there@corp.example')
  assert.equal((await world.inbox(local)).length, 1)
  // Exchange has asked its own directory before it passed the message on.
  await send(world, {
    connection: EXCHANGE,
    from: stranger,
    to: ['local@corp.example'],
    text: text(stranger),
  })
  assert.equal((await world.inbox(local)).length, 2)
  // Reports about what it sent still come.
  await fromStranger('local@corp.example', '')
})

test('says it as Exchange does', async () => {
  const quiet = await world.user('quiet')
  await restrict(quiet, { authenticatedOnly: true })
  await assert.rejects(
    fromStranger('quiet@corp.example'),
    (error) =>
      error instanceof Refusal &&
      error.message.includes('RESOLVER.RST.AuthRequired; authentication required'),
  )
  await restrict(quiet, { from: [ann.id] })
  await assert.rejects(
    fromUser(bob, 'quiet@corp.example'),
    (error) =>
      error instanceof Refusal && error.message.includes('RESOLVER.RST.NotAuthorized; not authorized'),
  )
})

test('those named, and members of groups named, may send; nobody else, known or not', async () => {
  const boss = await world.user('boss')
  await restrict(boss, { from: [ann.id], fromMembersOf: [team.id] })
  await fromUser(ann, 'boss@corp.example')
  await fromUser(bob, 'boss@corp.example')
  assert.equal((await world.inbox(boss)).length, 2)
  const carl = await world.user('carl')
  assert.equal(await refusalOf(fromUser(carl, 'boss@corp.example')), '5.7.1 not-allowed')
  assert.equal(await refusalOf(fromStranger('boss@corp.example')), '5.7.1 not-allowed')
  assert.equal(await refusalOf(fromStranger('boss@corp.example', 'ann@corp.example')), '5.7.1 not-allowed')
})

test('a contact may be named, and is known by its address', async () => {
  const partner = await world.contact('partner', 'pat@partner.example')
  const desk = await world.user('desk')
  await restrict(desk, { from: [partner.id] })
  await fromStranger('desk@corp.example', 'pat@partner.example')
  assert.equal(await refusalOf(fromStranger('desk@corp.example')), '5.7.1 not-allowed')
})

test('a list that names nobody whom we know opens for nobody', async () => {
  const shut = await world.user('shut')
  await restrict(shut, { from: ['unknown-key' as EntryId] })
  assert.equal(await refusalOf(fromUser(ann, 'shut@corp.example')), '5.7.1 not-allowed')
})

test('those who are refused are, also when they are among those who may', async () => {
  const wary = await world.user('wary')
  await restrict(wary, { from: [bob.id], notFromMembersOf: [team.id] })
  assert.equal(await refusalOf(fromUser(bob, 'wary@corp.example')), '5.7.1 not-allowed')
  const calm = await world.user('calm')
  await restrict(calm, { notFrom: [bob.id] })
  assert.equal(await refusalOf(fromUser(bob, 'calm@corp.example')), '5.7.1 not-allowed')
  await fromUser(ann, 'calm@corp.example')
  await fromStranger('calm@corp.example')
})

test('a group that is closed to strangers is, for reports too', async () => {
  await restrict(team, { authenticatedOnly: true })
  assert.equal(await refusalOf(fromStranger('team@corp.example')), '5.7.1 not-allowed')
  assert.equal(await refusalOf(fromStranger('team@corp.example', '')), '5.7.1 not-allowed')
  await fromUser(ann, 'team@corp.example')
})

test('a message is larger than a recipient takes: refused when announced, and when it has come', async () => {
  const small = await world.user('small')
  await restrict(small, { maxSizeBytes: 2_048 })
  await fromUser(ann, 'small@corp.example')
  const large = `${text(stranger)}${'word '.repeat(1_000)}\r\n`
  const announced = { from: stranger, to: ['small@corp.example'], text: large, sender: { sizeBytes: 2_049 } }
  assert.equal(await refusalOf(send(world, announced)), '5.2.3 too-large')
  const came = send(world, { from: stranger, to: ['small@corp.example'], text: large })
  assert.equal(await refusalOf(came), '5.2.3 too-large')
  assert.equal((await world.inbox(small)).length, 1)
})

test('who may send to a few at once only is told at the first that is too many', async () => {
  const many = await Promise.all(['r1', 'r2', 'r3'].map((name) => world.user(name)))
  const clerk = await restrict(await world.user('clerk'), {})
  const source = { ...clerk.source!, mostRecipients: 2 }
  const user = (await world.store.transact({ organization: world.org }, ({ directory }) =>
    directory.saveEntry(world.org, { ...clerk, source } as Entry),
  )) as User
  const to = many.map(({ name }) => `${name}@corp.example`)
  const from = 'clerk@corp.example'
  const sent = (some: string[]) =>
    send(world, { connection: asUser(world, user), from, to: some, text: text(from) })
  await sent(to.slice(0, 2))
  assert.equal(await refusalOf(sent(to)), '5.5.3 limit-exceeded')
})

test('members of a group who are closed to the sender are left out, also in groups within it; the others get the message', async () => {
  const [any, closed, inner] = [
    await world.user('any'),
    await world.user('closed'),
    await world.user('deeper'),
  ]
  const within = await world.group('within', [inner])
  await world.group('mixed', [any, closed, within])
  await restrict(closed, { authenticatedOnly: true })
  await restrict(within, { from: [ann.id] })
  const arrived = async () =>
    Promise.all([any, closed, inner].map(async (each) => (await world.inbox(each)).length))
  await fromStranger('mixed@corp.example')
  assert.deepEqual(await arrived(), [1, 0, 0])
  await fromUser(bob, 'mixed@corp.example')
  assert.deepEqual(await arrived(), [2, 1, 0])
  await fromUser(ann, 'mixed@corp.example')
  assert.deepEqual(await arrived(), [3, 2, 1])
  // Exchange expands its own groups by its own rules.
  const text = mail({ From: stranger, 'Message-ID': `<${++number}@sender.example>` })
  await send(world, { connection: EXCHANGE, from: stranger, to: ['mixed@corp.example'], text })
  assert.deepEqual(await arrived(), [4, 3, 2])
})

test('a group whose every member is closed to the sender is refused at once, and one whose members take less when the message has come', async () => {
  const [shy, tiny] = [await world.user('shy'), await world.user('tiny')]
  await world.group('shy-ones', [shy])
  await world.group('tiny-ones', [tiny])
  await restrict(shy, { notFrom: [bob.id], authenticatedOnly: true })
  await restrict(tiny, { maxSizeBytes: 2_048 })
  assert.equal(await refusalOf(fromStranger('shy-ones@corp.example')), '5.2.1 wrong-state')
  assert.equal(await refusalOf(fromUser(bob, 'shy-ones@corp.example')), '5.2.1 wrong-state')
  await fromUser(ann, 'shy-ones@corp.example')
  assert.equal((await world.inbox(shy)).length, 1)
  const large = `${text(stranger)}${'word '.repeat(1_000)}\r\n`
  const sent = send(world, { from: stranger, to: ['tiny-ones@corp.example'], text: large })
  await assert.rejects(sent, ({ message }) => !/tiny(?!-ones)/.test(message))
  assert.equal(
    await refusalOf(send(world, { from: stranger, to: ['tiny-ones@corp.example'], text: large })),
    '5.2.3 too-large',
  )
})
