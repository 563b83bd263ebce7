import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostWords, socketWords } from '#src/base/socket-words.ts'

const fault = (code: string, syscall: string, message: string) =>
  Object.assign(new Error(message), { code, syscall })
const refused = fault('ECONNREFUSED', 'connect', 'connect ECONNREFUSED 127.0.0.1:25')

const cases: [what: string, error: Error, words: string][] = [
  [
    'a name that is none',
    fault('ENOTFOUND', 'getaddrinfo', 'getaddrinfo ENOTFOUND no.example'),
    'DNS does not know its name',
  ],
  [
    'a resolver that is down',
    fault('EAI_AGAIN', 'getaddrinfo', 'getaddrinfo EAI_AGAIN a.example'),
    'DNS did not answer when asked for its address',
  ],
  ['one address', refused, 'nobody listens there (127.0.0.1:25)'],
  [
    'two addresses, of which Node says nothing',
    new AggregateError([refused, fault('ECONNREFUSED', 'connect', 'connect ECONNREFUSED ::1:25')]),
    'nobody listens there (127.0.0.1:25), nobody listens there (::1:25)',
  ],
]
for (const [what, error, words] of cases)
  test(`${what} in words`, () => assert.equal(socketWords(error), words))

test('how a connection ended is said in words, and what has none as Node says it', () => {
  assert.equal(lostWords(undefined), 'The server closed the connection')
  for (const code of ['ECONNRESET', 'ECONNABORTED', 'EPIPE'])
    assert.equal(lostWords(fault(code, 'read', `read ${code}`)), 'The connection was cut off')
  assert.equal(lostWords(new Error('odd')), 'The connection broke: odd')
})
