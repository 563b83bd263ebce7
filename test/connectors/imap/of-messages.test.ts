import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOfMessages } from '#connectors/imap/listed-message.ts'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'

const well = { failure: undefined } as ImapSession
const broken = { failure: new ImapFailure('closed', 'It broke.') } as ImapSession
const refused = (text: string, code?: string) =>
  new ImapFailure('refused', text, {
    status: 'NO',
    ...(code !== undefined && { code: { code } as ImapFailure['code'] & object }),
  })

for (const [what, error, session, expected] of [
  ['what the server refuses of a message', refused('Message is damaged.'), well, true],
  [
    'what is no IMAP',
    new ImapFailure('protocol', 'It counts the message and gives nothing of it.'),
    well,
    true,
  ],
  ['a session that ended with it', refused('Message is damaged.'), broken, false],
  ['what went wrong here', new TypeError('x is not a function'), well, false],
  ['a connection that broke', new ImapFailure('closed', 'It broke.'), well, false],
  ['a server that is busy', refused('Too many commands, try again.'), well, false],
  ['a server that throttles', refused('Account exceeded command or bandwidth limits.'), well, false],
  ...['LIMIT', 'INUSE', 'UNAVAILABLE', 'OVERQUOTA'].map(
    (code) => [`code ${code}`, refused('Not now.', code), well, false] as const,
  ),
] as const)
  test(`${what} is ${expected ? '' : 'not '}a fault of messages`, () => {
    assert.equal(isOfMessages(error, session), expected)
  })
