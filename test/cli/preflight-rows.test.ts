import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflightRows } from '#src/cli/commands/migrate-preflight.ts'

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
