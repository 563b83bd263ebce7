import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflightRows, preflightText } from '#src/cli/commands/migrate-preflight.ts'

const row = (Mailbox: string, Check: string, Found: string, State = 'ok') => ({
  ...{ Mailbox, Check, Found, State, Remedy: '' },
})

test('faults come first, and what a server says of itself is told once', () => {
  const mailboxes = ['a@x', 'b@x', 'c@x']
  const rows = preflightRows([
    row('', 'TLS', 'trusted'),
    ...mailboxes.flatMap((each) => [
      row(each, 'TLS', 'trusted'),
      row(each, 'version', '15.2'),
      row(each, 'mailbox', `${each} opens`, each === 'c@x' ? 'failed' : 'ok'),
    ]),
    row('b@x', 'quota', 'full', 'warning'),
  ])
  assert.deepEqual(
    rows.map(({ Mailbox, Check }) => `${Mailbox} ${Check}`),
    ['c@x mailbox', 'b@x quota', ' TLS', 'a@x and 2 more version', 'a@x mailbox', 'b@x mailbox'],
  )
})

test('of many lines of one kind some are shown, and no line is longer than the terminal', () => {
  const Checks = Array.from({ length: 1_000 }, (_, at) =>
    row(
      `user${at}@corp.example`,
      'x500',
      `No X500 name of user${at} is known: replies come back.`,
      'warning',
    ),
  )
  const text = preflightText({ Checks, Passed: true }, '1', 80)
  assert.match(text, /user9@corp\.example/)
  assert.doesNotMatch(text, /user10@corp\.example/)
  assert.match(text, /and 990 more/)
  assert.match(text, /^Batch 1 can begin\.$/m)
  assert.ok(text.split('\n').every((line) => line.length <= 80))
})
