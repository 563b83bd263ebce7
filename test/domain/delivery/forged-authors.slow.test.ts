import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SenderVerdict } from '#src/domain/authentication/verdict.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { asUser, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let bob: User
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  bob = await world.user('bob')
})
after(() => world.end())

const submit = (header: string) =>
  refusalOf(
    send(world, {
      connection: asUser(world, ann),
      from: 'ann@corp.example',
      to: ['bob@corp.example'],
      text: `${header}\r\nSubject: forged\r\n\r\nx\r\n`,
    }),
  )
const own = 'From: ann@corp.example'
const UNCLEAR = '5.6.0 invalid-parameter'
const DENIED = '5.7.1 not-allowed'

const forgeries: [header: string, refusal: string][] = [
  ['From: <bob@corp.example> <ann@corp.example>', UNCLEAR],
  ['From: bob@corp.example <ann@corp.example>', UNCLEAR],
  ['From: bob@corp.example:ann@corp.example;', UNCLEAR],
  ['From: bob@corp.example\0 <ann@corp.example>', UNCLEAR],
  ['From: ', UNCLEAR],
  ['X-No-From: 1', UNCLEAR],
  [`${own}\r\nFrom: bob@corp.example`, UNCLEAR],
  [`${own}\r\nFr\0om: bob@corp.example`, UNCLEAR],
  [` From: bob@corp.example\r\n${own}`, UNCLEAR],
  [`\xa0From: bob@corp.example\r\n${own}`, UNCLEAR],
  [`From\t: bob@corp.example\r\n${own}`, UNCLEAR],
  ['From : ann@corp.example', UNCLEAR],
  [`${own}\r\nFrom bob@corp.example Sat`, UNCLEAR],
  [`${own}\r\nSender: bob@corp.example <ann@corp.example>`, UNCLEAR],
  [`${own}\r\nSender: ann@corp.example\r\nSender: bob@corp.example`, UNCLEAR],
  [`${own}\r\nSender: bob@corp.example`, DENIED],
  [`${own}\r\nResent-From: bob@corp.example`, DENIED],
  [`${own}\r\nResent-Sender: bob@corp.example`, DENIED],
  [`${own}, bob@corp.example`, DENIED],
  ['From: "bob@corp.example" <ann@corp.example>', DENIED],
  ['From: "Bob <bob@corp.example>" <ann@corp.example>', DENIED],
  ['From: =?utf-8?q?bob=40corp.example?= <ann@corp.example>', DENIED],
  ['From: =?utf-8?q?bob=EF=BC=A0corp=E2=80=8B.example?= <ann@corp.example>', DENIED],
]
for (const [header, refusal] of forgeries) {
  test(`nobody submits ${JSON.stringify(header)}`, async () => {
    const before = (await world.inbox(bob)).length
    assert.equal(await submit(header), refusal)
    assert.equal((await world.inbox(bob)).length, before)
  })
}

test('names that are honest pass: another organisation in the name, dots, comments, two own addresses', async () => {
  for (const header of [
    'From: "ann@home.example" <ann@corp.example>',
    'From: "ann@corp.example" <ann@corp.example>',
    'From: Ann B. Clark <ann@corp.example>',
    'From: ann@corp.example <ann@corp.example>',
    `${own} (Ann)\r\nSender: Ann <ann@corp.example>`,
    `${own}\r\nResent-From: ann@corp.example`,
  ])
    assert.equal(await submit(header), 'accepted', header)
})

const passed: SenderVerdict = {
  dkim: [],
  arc: { result: 'none', instances: 0 },
  dmarc: { result: 'pass', fromDomain: 'sender.example', percent: 100, alignedBy: ['spf'] },
}

test('from outside, a From of two readings does not pass DMARC, and is Junk where that is enforced', async () => {
  await world.store.organizations.changeSettings(world.org, { dmarcEnforced: true })
  const intake = world.with({
    judges: { ...world.deps.judges, senders: { authenticate: async () => passed } },
  })
  const bring = (header: string) =>
    send(world, {
      intake,
      from: 'x@sender.example',
      to: ['bob@corp.example'],
      text: `${header}\r\n\r\nx\r\n`,
    })
  for (const header of [
    'From: y@forged.example\0 <x@sender.example>',
    'From: y@forged.example:x@sender.example;',
    'From: <y@forged.example> <x@sender.example>',
    ' From: y@forged.example\r\nFrom: x@sender.example',
    'From : x@sender.example',
    'From: x@sender.example\r\nFr\0om: y@forged.example',
  ]) {
    const before = (await world.inbox(bob, 'junkemail')).length
    await bring(header)
    const junk = await world.inbox(bob, 'junkemail')
    assert.equal(junk.length, before + 1, JSON.stringify(header))
    assert.match(junk.at(-1)!.text, /dmarc=permerror/)
  }
  const before = (await world.inbox(bob)).length
  for (const header of ['From: Sue <x@sender.example>', 'From: MAILER-DAEMON']) await bring(header)
  assert.equal((await world.inbox(bob)).length, before + 2)
})
