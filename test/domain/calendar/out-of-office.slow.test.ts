import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decideAbsence,
  type OutOfOffice,
  outOfOffice,
  setOutOfOffice,
} from '#src/domain/calendar/out-of-office.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import { mail, send } from '#test/domain/delivery/intake-world.ts'
import { annAndBobAnew, type CalendarWorld } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let number: number
annAndBobAnew((made) => {
  ;({ site, ann, bob, number } = made)
})

const away = (more: Partial<OutOfOffice> = {}): OutOfOffice => ({
  state: 'enabled',
  from: 0,
  to: 1,
  externalAudience: 'all',
  internalText: '<html><body>Away until <b>Monday</b>.</body></html>',
  externalText: 'I am away.',
  ...more,
})

async function write(from: string, header: Record<string, string> = {}, sender = from) {
  const to = `bob${number}@corp.example`
  const text = mail({
    From: from,
    To: to,
    Subject: 'Lunch?',
    'Message-ID': `<${Math.random()}@x.example>`,
    ...header,
  })
  await send(site.world, { from: sender, to: [to], text, intake: site.world.intake })
  await site.settle()
}
const queued = async () =>
  (await site.world.queue()).filter(
    ({ text }) => text.includes(`From: bob${number} <bob`) || text.includes(`From: bob${number}@`),
  )

test('a colleague is answered with the inner text, once', async () => {
  const { at } = site.actor(bob)
  assert.equal((await outOfOffice(site.world.store.mailboxes, at)).state, 'disabled')
  await setOutOfOffice(site.world.store, at, away())
  const from = `ann${number}@corp.example`
  await write(from, { 'Message-ID': '<one@x.example>' })
  await write(from)
  const answers = await site.world.inbox(ann)
  assert.equal(answers.length, 1)
  const { text } = answers[0]!
  for (const line of [
    /^Return-Path: <>\r$/m,
    /^Subject: Automatic reply: Lunch\?\r$/m,
    /^Auto-Submitted: auto-replied\r$/m,
    /^In-Reply-To: <one@x\.example>\r$/m,
    /Away until Monday\./,
  ])
    assert.match(text, line)
  await setOutOfOffice(site.world.store, at, away({ state: 'disabled' }))
  await setOutOfOffice(site.world.store, at, away())
  await write(from)
  assert.equal((await site.world.inbox(ann)).length, 2, 'turned on anew, everybody is told again')
  assert.deepEqual(site.world.troubles, [])
})

test('a stranger is answered as the audience says', async () => {
  const { at } = site.actor(bob)
  const { store } = site.world
  await setOutOfOffice(store, at, away({ externalAudience: 'none' }))
  await write('eve@else.example')
  assert.equal((await queued()).length, 0)
  await setOutOfOffice(store, at, away({ externalAudience: 'known' }))
  await write('eve@else.example')
  assert.equal((await queued()).length, 0)
  const contacts = (await store.mailboxes.findFolder(at, { distinguished: 'contacts' }))!.no
  await addItem(store, at, {
    folder: contacts,
    class: 'contact',
    content: { '@type': 'Card', name: { full: 'Eve' }, emails: { 1: { address: 'Eve@else.example' } } },
  })
  await write('eve@else.example')
  const [answer, none] = await queued()
  assert.equal(none, undefined)
  assert.equal(answer!.sender, '')
  assert.deepEqual(
    answer!.recipients.map(({ address }) => address),
    ['eve@else.example'],
  )
  assert.match(answer!.text, /I am away\./)
  assert.match(answer!.text, /^DKIM-Signature: .*d=corp\.example/m)
})

const own = new Set(['bob@corp.example'])
const facts = (
  header: Record<string, string>,
  more: { settings?: OutOfOffice; sender?: string; internal?: boolean; now?: number } = {},
) => ({
  settings: away(),
  now: 50,
  sender: 'ann@corp.example',
  internal: true,
  own,
  ...more,
  fields: parseFields(Buffer.from(mail({ To: 'Bob <bob@corp.example>', ...header }))),
})
const table: [string, boolean, Parameters<typeof facts>[0], Parameters<typeof facts>[1]?][] = [
  ['written to by name', true, {}],
  ['in Cc', true, { To: 'x@y.example', Cc: 'bob@corp.example' }],
  ['through a group or in blind copy', false, { To: 'team@corp.example' }],
  ['the null sender', false, {}, { sender: '' }],
  ['oneself', false, {}, { sender: 'Bob@corp.example' }],
  ['mailer-daemon', false, {}, { sender: 'MAILER-DAEMON@else.example' }],
  ['what is automatic', false, { 'Auto-Submitted': 'auto-replied' }],
  ['what says it is not', true, { 'Auto-Submitted': 'no' }],
  ['bulk', false, { Precedence: 'bulk' }],
  ['a list', false, { 'List-Id': '<x.example>' }],
  ['who wants no such answer', false, { 'X-Auto-Response-Suppress': 'OOF' }],
  ['switched off', false, {}, { settings: away({ state: 'disabled' }) }],
  ['within the schedule', true, {}, { settings: away({ state: 'scheduled', from: 50, to: 60 }) }],
  ['before the schedule', false, {}, { settings: away({ state: 'scheduled', from: 51, to: 60 }) }],
  ['at its end', false, {}, { settings: away({ state: 'scheduled', from: 10, to: 50 }) }],
  ['no inner text', false, {}, { settings: away({ internalText: ' ' }) }],
  ['no inner text, from outside', true, {}, { settings: away({ internalText: '' }), internal: false }],
]
for (const [what, isAnswered, header, more] of table) {
  test(`${isAnswered ? 'answered' : 'not answered'}: ${what}`, () => {
    assert.equal(decideAbsence(facts(header, more)) !== undefined, isAnswered)
  })
}

test('a schedule that ends before it begins is refused', async () => {
  await assert.rejects(
    setOutOfOffice(site.world.store, site.actor(bob).at, away({ state: 'scheduled', from: 2, to: 1 })),
    /ends after it begins/,
  )
})
