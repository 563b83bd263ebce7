/** What the check of an IMAP server says that stands against it, and what to do about each. */
import assert from 'node:assert/strict'
import { before, type TestContext, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSourceOptions } from '#connectors/imap/server.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { certificateFor } from '#test/support/certificate.ts'
import { type ImapScript, scriptedImap } from '#test/support/scripted-imap.ts'

const { signal } = new AbortController()

let certificate: { cert: string; key: string }
let other: string
before(async () => {
  certificate = await certificateFor(['localhost'])
  other = (await certificateFor(['localhost'])).cert
})

/** What stands last in the check of one mailbox. */
async function stands(t: TestContext, script: ImapScript, options: Partial<ImapSourceOptions> = {}) {
  const server = await scriptedImap(script)
  t.after(() => server.close())
  const source = openImapSource({
    ...{ host: '127.0.0.1', port: server.port, tls: { mode: 'clear' } },
    signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: 'Correct-horse-9' }) },
    ...options,
  })
  const checks = await source.check('ann', signal)
  return { server, checks, ...checks.at(-1)! }
}

test('a fault of the file with the logins is mended in that file, and nobody is asked before', async (t) => {
  const message = 'logins.csv lacks the column Password.'
  const credentialsOf = () => Promise.reject(new SourceFailure('refused', 'LOGINS', message))
  const { server, ...stood } = await stands(t, {}, { signIn: { kind: 'own', credentialsOf } })
  assert.deepEqual([stood.name, stood.state, stood.found], ['sign-in', 'failed', message])
  assert.match(stood.remedy, /^Mend that file .*Address,User,Password .* read again by itself\.$/)
  assert.deepEqual([stood.checks.length, server.connections], [1, 0])
})

test('a server that takes the connection and says nothing is told from one that is away', async (t) => {
  const mute = await stands(t, { greeting: '' }, { deadlines: { greetingMs: 50 } })
  assert.deepEqual([mute.name, mute.state, mute.transient], ['connection', 'failed', true])
  assert.match(
    mute.remedy,
    /^It takes connections and says nothing: .* as many connections as it may have\.$/,
  )
  const tls = { mode: 'starttls' } as const
  const waiting = await stands(t, { greeting: '' }, { deadlines: { greetingMs: 50 }, tls })
  assert.match(waiting.remedy, /^A port that begins with TLS waits .* imaps:\/\/ in place of imap:\/\//)
  const away = await stands(t, { greeting: null })
  assert.deepEqual([away.name, away.state], ['connection', 'failed'])
  assert.match(away.remedy, /^Check the name in DNS, the port/)
})

test('where an authority was named already, another one is what is missing', async (t) => {
  const tls = { mode: 'implicit', verifyName: 'localhost' } as const
  const script = { implicitTls: true, certificate }
  const unnamed = await stands(t, script, { tls })
  assert.deepEqual([unnamed.name, unnamed.state], ['TLS', 'failed'])
  assert.match(
    unnamed.remedy,
    /^Name the authority of the certificate: "landbridge migrate source --ca FILE"/,
  )
  const named = await stands(t, script, { tls: { ...tls, ca: other } })
  assert.match(named.remedy, /^The authority named with --ca did not issue it\. Name the one that did/)
  const right = await stands(t, script, { tls: { ...tls, ca: certificate.cert } })
  assert.notEqual(right.name, 'TLS')
})

test('a server that takes tokens alone, as Microsoft 365, is told from one that does not take the password', async (t) => {
  const tokens = await stands(t, { capabilities: 'AUTH=XOAUTH2 SASL-IR LOGINDISABLED' })
  assert.deepEqual([tokens.name, tokens.state], ['sign-in', 'failed'])
  assert.equal(tokens.found, 'The server takes tokens (OAuth) alone, and no password.')
  assert.match(tokens.remedy, /Microsoft 365 takes none over IMAP/)
  const none = await stands(t, { capabilities: 'LOGINDISABLED' })
  assert.match(none.found, /neither AUTH=PLAIN nor a LOGIN/)
  const refused = await stands(t, {
    command: (name) => (name === 'AUTHENTICATE' ? '% NO AUTHENTICATE failed.' : undefined),
  })
  assert.deepEqual(
    [refused.name, refused.found],
    ['sign-in', 'The server refuses AUTHENTICATE: AUTHENTICATE failed.'],
  )
})

test('without a mailbox the file with the logins is told of as well, also where TLS fails', async (t) => {
  const message = 'logins.csv is not there on the machine of the service.'
  const requireAll = () => Promise.reject(new SourceFailure('refused', 'LOGINS', message))
  const credentialsOf = () => assert.fail('nobody is signed in')
  const server = await scriptedImap({ implicitTls: true, certificate })
  t.after(() => server.close())
  const source = openImapSource({
    host: '127.0.0.1',
    port: server.port,
    tls: { mode: 'implicit', verifyName: 'localhost' },
    signIn: { kind: 'own', credentialsOf, requireAll },
  })
  const checks = await source.check(null, signal)
  await source.close()
  const wrong = checks.filter(({ state }) => state === 'failed')
  assert.deepEqual(
    wrong.map(({ name }) => name),
    ['TLS', 'sign-in'],
  )
  assert.equal(wrong[1]!.found, message)
})

test('folders that may only show messages of others are named, and stop nothing', async (t) => {
  const listed = [
    '* LIST () "/" INBOX',
    '* LIST (\\NonExistent \\All) "/" Gone',
    '* LIST (\\Flagged) "/" "Virtual/Starred"',
    '* LIST (\\ALL) "/" Alles',
    '* LIST (\\Archive) "/" Archive',
    '% OK done',
  ].join('\r\n')
  const examined = '* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n% OK [READ-ONLY] done'
  const viewsAt = async (more: string) => {
    const script: ImapScript = {
      capabilities: `AUTH=PLAIN SASL-IR LITERAL+ SPECIAL-USE LIST-EXTENDED CONDSTORE${more}`,
      command: (name) => (name === 'LIST' ? listed : name === 'EXAMINE' ? examined : undefined),
    }
    const { checks } = await stands(t, script)
    assert.deepEqual(
      checks.filter(({ state }) => state === 'failed'),
      [],
    )
    return checks.filter(({ name }) => name === 'folders')
  }
  const views = await viewsAt('')
  assert.deepEqual(
    views.map(({ state, found }) => [state, /"([^"]+)" with (\S+): it may only show/.exec(found)?.slice(1)]),
    [
      ['warning', ['Virtual/Starred', '\\Flagged']],
      ['warning', ['Alles', '\\ALL']],
    ],
  )
  assert.match(views[0]!.remedy, /come twice\. If it only shows them, have the server not list it/)
  assert.deepEqual(await viewsAt(' X-GM-EXT-1'), [], 'what Gmail shows twice is copied once')
})
