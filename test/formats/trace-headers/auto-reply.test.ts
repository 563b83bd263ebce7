import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFields } from '#src/formats/header/fields.ts'
import { type AutoReply, findNoAnswer, isAddressedTo } from '#src/formats/trace-headers/auto-reply.ts'

const fields = (text: string) => parseFields(Buffer.from(`${text}\r\n`))
const find = (header: string, sender = 'bob@far.example', reply: AutoReply = 'out-of-office') =>
  findNoAnswer(sender, fields(header), reply)

test('people are answered, programs are not', () => {
  const cases: [header: string, expected: ReturnType<typeof find>][] = [
    ['Subject: x', undefined],
    ['Auto-Submitted: no', undefined],
    ['Auto-Submitted: No (really); x=1', undefined],
    ['Auto-Submitted: auto-replied', 'automatic'],
    ['auto-submitted: notable', 'automatic'],
    ['Auto-Submitted:', 'automatic'],
    ['Precedence: bulk', 'bulk'],
    ['Precedence: LIST', 'bulk'],
    ['Precedence: first-class', undefined],
    ['List-Id: <x.test>', 'list'],
    ['List-Unsubscribe: <mailto:x>', 'list'],
    ['Listen: x', undefined],
    ['X-Auto-Response-Suppress: DR, OOF, AutoReply', 'suppressed'],
    ['X-Auto-Response-Suppress: All', 'suppressed'],
    ['X-Auto-Response-Suppress: DR, RN', undefined],
    ['X-Autoreply: yes', 'automatic'],
    ['Return-Path: <>', 'null-sender'],
    ['Content-Type: multipart/report; report-type=delivery-status', 'report'],
    ['Content-Type: multipart/mixed', undefined],
    ['From: Mail Delivery <MAILER-DAEMON@x.test>', 'system-sender'],
  ]
  for (const [header, expected] of cases) assert.equal(find(header), expected, header)
})

test('suppression of out-of-office leaves other answers alone', () => {
  assert.equal(find('X-Auto-Response-Suppress: OOF', undefined, 'rule'), undefined)
  assert.equal(find('X-Auto-Response-Suppress: AutoReply', undefined, 'rule'), 'suppressed')
})

test('senders that nobody reads are known by name', () => {
  for (const name of [
    'MAILER-DAEMON',
    'postmaster',
    'no-reply',
    'noreply',
    'do_not_reply',
    'owner-list',
    'list-request',
    'list-bounces',
    'bounce+123=x',
    'listserv',
  ]) {
    assert.equal(find('Subject: x', `${name}@x.test`), 'system-sender', name)
  }
  assert.equal(find('Subject: x', ''), 'null-sender')
  assert.equal(find('Subject: x', '<>'), 'null-sender')
  for (const name of [
    'bob',
    'owner',
    'reply',
    'SRS0=ABCDEFGH=AA=x.test=bob',
    'prvs=0123=bob',
    'bouncer',
    'announcer',
  ]) {
    assert.equal(find('Subject: x', `${name}@x.test`), undefined, name)
  }
})

test('a personal answer needs a personal address', () => {
  const mine = new Set(['ann@corp.example'])
  assert.equal(isAddressedTo(fields('To: x@y.test\r\nCc: "Ann" <ANN@corp.example>'), mine), true)
  assert.equal(isAddressedTo(fields('Resent-To: ann@corp.example'), mine), true)
  assert.equal(isAddressedTo(fields('To: all@corp.example\r\nBcc: ann@corp.example'), mine), false)
})
