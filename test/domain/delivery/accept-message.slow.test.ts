import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningIntake } from '#src/domain/delivery/accept-message.ts'
import { createAlias } from '#src/domain/directory/aliases.ts'
import type { Entry, User } from '#src/domain/directory/entry.ts'
import { asUser, EXCHANGE, HOST, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let bob: User
let partner: Entry
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  bob = await world.user('bob')
  partner = await world.contact('partner', 'pat@partner.example')
})
after(() => world.end())

test('mail from outside is put into the inbox with the trace of its way', async () => {
  const id = await send(world, {
    from: 'sue@sender.example',
    to: ['ann@corp.example'],
    text: mail({
      'X-SES-Spam-Verdict': 'PASS',
      'X-Landbridge-Verdict': 'junk',
      'Authentication-Results': `${HOST}; dmarc=pass`,
      'Return-Path': '<forged@corp.example>',
      From: 'Sue <sue@sender.example>',
      To: 'ann@corp.example',
      Subject: 'One',
      'Message-ID': '<one@sender.example>',
    }),
  })
  const [one] = await world.inbox(ann)
  const lines = one!.text.split('\r\n')
  assert.equal(lines[0], 'Return-Path: <sue@sender.example>')
  assert.match(one!.text, new RegExp(`\r\nReceived: from mail\\.sender\\.example.*id\\s+${id}`, 's'))
  assert.match(one!.text, /\r\nX-SES-Virus-Verdict: GRAY\r\n/)
  assert.equal(one!.text.match(/X-SES-Spam-Verdict/g)?.length, 1)
  assert.doesNotMatch(one!.text, /forged|dmarc=pass|X-Landbridge/)
  assert.ok(one!.text.endsWith('\r\n\r\nHello.\r\n'))
  assert.equal(one!.item.summary?.subject, 'One')
  const { rows } = await world.store.delivery.findTrace(world.org, { traceId: id as never }, { limit: 10 })
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['ORGANIZATION_EMAIL_RECEIVED', 'MAILBOX_EMAIL_DELIVERED'],
  )
  assert.deepEqual(rows[0]!.fields, {
    recipients: ['ann@corp.example'],
    from: 'sue@sender.example',
    envelopeSender: 'sue@sender.example',
    subject: 'One',
    messageId: '<one@sender.example>',
    spamVerdict: 'GRAY',
    messageTimestamp: world.at,
  })
  const { identity, ...fields } = rows[1]!.fields
  assert.match(String(identity), /^[\w-]{43}$/)
  assert.deepEqual(fields, { recipient: 'ann@corp.example', folder: 'Inbox' })
})

test('a message for two mailboxes is one message with two copies; twice the same recipient gets one', async () => {
  const before = (await world.inbox(ann)).length
  await send(world, {
    from: 'sue@sender.example',
    to: ['ann@corp.example', 'bob@corp.example', 'ANN+shop@corp.example', 'ann@lb.corp.example'],
    text: mail({ From: 'sue@sender.example', Subject: 'Both' }),
  })
  assert.equal((await world.inbox(ann)).length, before + 1)
  assert.equal((await world.inbox(bob)).at(-1)?.item.summary?.subject, 'Both')
})

const refused: [what: string, to: string, from: string, refusal: string][] = [
  ['relaying', 'x@partner.example', 'sue@sender.example', '5.7.1 not-allowed'],
  ['an unknown address', 'nobody@corp.example', 'sue@sender.example', '5.1.1 no-such-entry'],
  [
    'an unknown address of the routing domain',
    'nobody@lb.corp.example',
    'sue@sender.example',
    '5.1.1 no-such-entry',
  ],
  [
    'a forged rewritten sender',
    'SRS0=AAAAAAAA=AA=sender.example=sue@corp.example',
    '',
    '5.1.1 no-such-entry',
  ],
]
for (const [what, to, from, refusal] of refused) {
  test(`${what} is refused at RCPT`, async () => {
    const text = mail({ From: 'sue@sender.example' })
    assert.equal(await refusalOf(send(world, { from, to: [to], text })), refusal)
  })
}

test('postmaster has somebody, with and without a domain', async () => {
  const before = (await world.inbox(ann)).length
  for (const to of ['postmaster@corp.example', 'postmaster', 'abuse@corp.example'])
    await send(world, {
      from: '',
      to: [to],
      text: mail({ From: 'x@y.example', Subject: 'To the postmaster' }),
    })
  assert.equal((await world.inbox(ann)).length, before + 3)
})

test('a colleague, a group and the outside, from one of ours: each once, signed and counted', async () => {
  const inner = await world.group('inner', [bob, ann])
  await world.group('team', [inner, bob, partner])
  const before = { ann: (await world.inbox(ann)).length, bob: (await world.inbox(bob)).length }
  await send(world, {
    connection: asUser(world, ann),
    from: 'ann@corp.example',
    to: ['team@corp.example', 'bob@corp.example', 'Zoe@outside.example'],
    text: mail({
      From: 'Ann <ann@corp.example>',
      To: 'team@corp.example',
      Bcc: 'zoe@outside.example',
      Subject: 'Team',
    }),
  })
  assert.equal((await world.inbox(ann)).length, before.ann + 1)
  assert.equal((await world.inbox(bob)).length, before.bob + 1)
  const got = (await world.inbox(bob)).at(-1)!.text
  assert.match(got, /\r\nMessage-ID: <[^>]+@mx\.landbridge\.example>\r\n/)
  assert.match(got, /\r\nDate: Sat, 21 Nov 2026 12:\d\d:\d\d \+0000\r\n/)
  assert.match(got, /\r\nAuthentication-Results: mx\.landbridge\.example; auth=pass\r\n/)
  const [queued] = await world.queue()
  assert.deepEqual(queued!.recipients, [
    { address: 'Zoe@outside.example', route: { kind: 'internet', domain: 'outside.example' } },
    { address: 'pat@partner.example', route: { kind: 'internet', domain: 'partner.example' } },
  ])
  assert.match(queued!.text, /^DKIM-Signature: v=1; a=rsa-sha256;.* d=corp\.example;/)
  assert.doesNotMatch(queued!.text + got, /^Bcc|zoe@/im)
  assert.equal(await world.store.delivery.countSent(world.org, '2026-11-21', ann.id), 2)
})

test('somebody may send only with addresses it holds, and is told so in its own inbox', async () => {
  const connection = asUser(world, ann)
  const before = (await world.inbox(ann)).length
  const from = mail({ From: 'bob@corp.example', Subject: 'As Bob' })
  const own = mail({ From: 'ann@corp.example' })
  const to = ['bob@corp.example']
  const envelope = send(world, { connection, from: 'bob@corp.example', to, text: own })
  assert.equal(await refusalOf(envelope), '5.7.1 not-allowed')
  const header = send(world, { connection, from: 'ann@corp.example', to, text: from })
  assert.equal(await refusalOf(header), '5.7.1 not-allowed')
  const detail = send(world, { connection, from: 'ann+shop@corp.example', to, text: own })
  assert.equal(await refusalOf(detail), '5.7.1 not-allowed')
  const notices = (await world.inbox(ann)).slice(before)
  assert.deepEqual(
    notices.map(({ item }) => item.summary?.subject),
    ['Not sent: you may not send as bob@corp.example', 'Not sent: you may not send as ann+shop@corp.example'],
  )
})

test('whoever may send as an address may send as its subaddresses where the service lets them', async () => {
  const intake = world.with({ sendFromSubaddresses: true })
  const connection = asUser(world, ann)
  const sendAs = (from: string, running: RunningIntake) =>
    send(world, { connection, from, to: ['zoe@far.example'], text: mail({ From: from }), intake: running })
  await sendAs('Ann+shop+2@corp.example', intake)
  assert.equal((await world.queue()).at(-1)!.sender, 'Ann+shop+2@corp.example')
  assert.equal(await refusalOf(sendAs('ann+shop@corp.example', world.intake)), '5.7.1 not-allowed')
  for (const from of ['bob+shop@corp.example', 'nobody+shop@corp.example', 'ann+shop@far.example'])
    assert.equal(await refusalOf(sendAs(from, intake)), '5.7.1 not-allowed', from)
  // The whole address is somebody else's, whoever has the part before the plus (CLT-11).
  await createAlias(world.store, world.org, bob.id, 'ann+taken@corp.example')
  assert.equal(await refusalOf(sendAs('ann+taken@corp.example', intake)), '5.7.1 not-allowed')
})

test('Exchange gives back what we do not know, and a loop ends at its second round', async () => {
  const sharedDomain = () => ({ mailExchanger: 'exchange', unknownToExchange: false }) as const
  const intake = world.with({ sharedDomain })
  const text = mail({ From: 'sue@sender.example', 'Message-ID': '<round@sender.example>' })
  const to = ['someone@corp.example']
  const before = (await world.queue()).length
  await send(world, { from: 'sue@sender.example', to, text, intake })
  const queued = (await world.queue())[before]!
  assert.deepEqual(queued.recipients, [{ address: 'someone@corp.example', route: { kind: 'exchange' } }])
  assert.match(queued.text, /^X-Landbridge-Loop: lb-1;/)
  assert.equal(queued.sender, 'sue@sender.example')
  const back = send(world, {
    connection: EXCHANGE,
    from: 'sue@sender.example',
    to,
    text: queued.text,
    intake,
  })
  assert.equal(await refusalOf(back), '5.1.1 no-such-entry')
  const around = send(world, { from: 'sue@sender.example', to, text: queued.text, intake })
  assert.equal(await refusalOf(around), '5.4.6 group-cycle')
})

test('a message that went through too many servers is refused', async () => {
  const hops = 'Received: from a by b; Sat, 21 Nov 2026 12:00:00 +0000\r\n'.repeat(31)
  const text = hops + mail({ From: 'sue@sender.example' })
  assert.equal(
    await refusalOf(send(world, { from: 'sue@sender.example', to: ['ann@corp.example'], text })),
    '5.4.6 group-cycle',
  )
})

test('mail to a group with members outside leaves under our own sender, and its report finds the way back', async () => {
  const before = (await world.queue()).length
  await send(world, {
    from: 'sue@sender.example',
    to: ['team@corp.example'],
    text: mail({ From: 'sue@sender.example', 'Message-ID': '<group@sender.example>' }),
  })
  const queued = (await world.queue())[before]!
  assert.match(queued.sender, /^SRS0=[A-Z2-7]{8}=[A-Z2-7]{2}=sender\.example=sue@corp\.example$/)
  await send(world, { from: '', to: [queued.sender], text: mail({ From: 'mailer-daemon@partner.example' }) })
  const report = (await world.queue()).at(-1)!
  assert.deepEqual(
    report.recipients.map(({ address }) => address),
    ['sue@sender.example'],
  )
})

test('a redirect keeps the author, and a report is never redirected', async () => {
  const intake = world.with({
    mailboxStep: async ({ mailbox }) =>
      mailbox === bob.mailbox
        ? { folder: null, redirectTo: ['away@elsewhere.example'] }
        : { folder: 'inbox', redirectTo: [] },
  })
  const kept = (await world.inbox(bob)).length
  const text = mail({ From: 'sue@sender.example', 'Message-ID': '<redirect@sender.example>' })
  await send(world, { from: 'sue@sender.example', to: ['bob@corp.example'], text, intake })
  assert.equal((await world.inbox(bob)).length, kept)
  const queued = (await world.queue()).at(-1)!
  assert.deepEqual(
    queued.recipients.map(({ address }) => address),
    ['away@elsewhere.example'],
  )
  assert.match(queued.text, /\r\nFrom: sue@sender\.example\r\n/)
  assert.equal(await world.store.delivery.countSent(world.org, '2026-11-21', bob.id), 1)
  await send(world, { from: '', to: ['bob@corp.example'], text, intake })
  assert.equal((await world.inbox(bob)).length, kept + 1)
  await send(world, { from: 'sue@sender.example', to: ['bob@corp.example'], text: queued.text, intake })
  assert.equal((await world.inbox(bob)).length, kept + 2)
})
