/** Whether a server minds whose mailbox a master account names: tried once, and by one at a time. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { StubMailbox } from '#test/support/stub-imap-mailbox.ts'
import { stubImapSource } from '#test/support/stub-imap-source.ts'

const { signal } = new AbortController()

async function served(t: TestContext, special: StubMailbox['special']) {
  const signIn = {
    kind: 'master',
    name: 'master',
    password: 'Correct-horse-9',
    form: 'authorization',
  } as const
  const opened = await stubImapSource([{ name: 'INBOX', messages: [] }], {}, { signIn })
  t.after(() => opened.server.close())
  opened.server.special = special
  return opened
}

/** Whom a sign-in acts as. */
const actsAs = (text: string) =>
  Buffer.from(/^AUTHENTICATE PLAIN (\S+)$/.exec(text)![1]!, 'base64')
    .toString()
    .split('\0', 1)[0]

test('many mailboxes at once cost one refused sign-in, and later ones none', async (t) => {
  let refused = 0
  const { source } = await served(t, (name, { text }) => {
    if (name !== 'AUTHENTICATE' || actsAs(text) !== '') return undefined
    refused++
    return '% NO [AUTHENTICATIONFAILED] no mailbox'
  })
  const people = Array.from({ length: 8 }, (_, no) => `person${no}`)
  for (const each of await Promise.all(people.map((one) => source.open(one, signal)))) await each.close()
  await (await source.open('late', signal)).close()
  assert.equal(refused, 1)
})

test('whoever waits tries for itself where the one that tried is stopped', async (t) => {
  const trying = Promise.withResolvers<void>()
  let asked = 0
  const { source } = await served(t, (name, { text }) => {
    if (name !== 'AUTHENTICATE' || actsAs(text) !== '') return undefined
    if (++asked > 1) return '% NO [AUTHENTICATIONFAILED] no mailbox'
    trying.resolve()
    return ''
  })
  const stop = new AbortController()
  const first = source.open('first', stop.signal)
  await trying.promise
  const others = ['second', 'third'].map((one) => source.open(one, signal))
  stop.abort(new Error('stopped'))
  await assert.rejects(first)
  for (const each of await Promise.all(others)) await each.close()
  assert.equal(asked, 2)
})

test('mail that comes while one looks does not make one mailbox two', async (t) => {
  let looks = 0
  const { source } = await served(t, (name) => {
    if (name !== 'STATUS') return undefined
    const messages = looks++ === 0 ? 5 : 6
    return `* STATUS INBOX (UIDVALIDITY 7 UIDNEXT ${messages + 1} MESSAGES ${messages})\r\n% OK done`
  })
  await assert.rejects(
    source.open('anna', signal),
    (error) => error instanceof SourceFailure && error.code === 'AUTHORIZATION',
  )
})
