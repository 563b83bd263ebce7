/** How a session begins: reaching, securing, logging in, and the name of what goes wrong. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, before, test } from 'node:test'
import { sourceFailureOf } from '#connectors/imap/failure.ts'
import { freePort } from '#src/app/demo/free-port.ts'
import { ImapFailure, type ImapFailureKind } from '#src/clients/imap/failure.ts'
import { type ImapServer, openImapSession } from '#src/clients/imap/open-session.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { certificateFor } from '#test/support/certificate.ts'
import type { ImapScript } from '#test/support/scripted-imap.ts'
import { endAll, scripted, scriptedSession } from './sessions.ts'

afterEach(endAll)

let certificate: { cert: string; key: string }
before(async () => {
  certificate = await certificateFor(['imap.corp.example'])
})

async function failure(opening: Promise<unknown>): Promise<ImapFailure> {
  const error: unknown = await opening.then(
    () => assert.fail('the session was opened'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ImapFailure, String(error))
  return error
}

async function fails(script: ImapScript, kind: ImapFailureKind, more: Partial<ImapServer> = {}) {
  const { at, server } = await scripted(script)
  const error = await failure(openImapSession({ ...at, ...more }))
  assert.equal(error.kind, kind, error.message)
  return { error, server }
}

test('nobody listens', async () => {
  const { at } = await scripted()
  const port = await freePort()
  assert.equal((await failure(openImapSession({ ...at, port }))).kind, 'unreachable')
})

test('a server that says nothing, no IMAP, or goodbye', async () => {
  await fails({ greeting: '' }, 'timeout', { deadlines: { greetingMs: 50 } })
  await fails({ greeting: 'HTTP/1.1 400 Bad Request' }, 'protocol')
  await fails({ greeting: null }, 'closed')
  const { error } = await fails({ greeting: '* BYE [UNAVAILABLE] too many' }, 'refused')
  assert.deepEqual(error.code, { code: 'UNAVAILABLE' })
})

test('clear text goes to this machine only, unless somebody decides so', async () => {
  const { at } = await scripted()
  assert.equal((await failure(openImapSession({ ...at, host: '192.0.2.1' }))).kind, 'tls')
})

test('STARTTLS: by the name of the certificate and our own authority', async () => {
  const script = { certificate, capabilities: 'AUTH=PLAIN SASL-IR' }
  const tls = { mode: 'starttls', verifyName: 'imap.corp.example', ca: certificate.cert } as const
  const { session, server } = await scriptedSession(script, { tls })
  assert.equal(session.secured, true)
  assert.deepEqual(
    server.commands.map(({ text, tls }) => [text.split(' ')[0], tls]),
    [
      ['CAPABILITY', false],
      ['STARTTLS', false],
      ['CAPABILITY', true],
      ['AUTHENTICATE', true],
      ['CAPABILITY', true],
    ],
  )
  await fails(script, 'tls', { tls: { ...tls, verifyName: 'other.example' } })
  await fails(script, 'tls', { tls: { mode: 'starttls', verifyName: 'imap.corp.example' } })
  await fails({ ...script, implicitTls: true, greeting: '' }, 'tls', {
    tls: { mode: 'implicit', ca: certificate.cert },
  })
})

test('a server that goes away or falls silent while TLS is made is out of reach a while, and refuses nothing', async () => {
  const ways: readonly ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.end(),
    () => undefined,
  ]
  for (const goes of ways) {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => goes(socket)),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const credentials = { name: 'ann', password: 'Correct-horse-9' }
    const error = await failure(
      openImapSession({
        ...{ host: '127.0.0.1', port, credentials, attempts: 1 },
        ...{ tls: { mode: 'implicit' }, deadlines: { tlsMs: 300 } },
      }),
    )
    server.close()
    assert.equal(error.kind, 'unreachable', error.message)
    const meant = sourceFailureOf(error, 'master')
    assert.ok(meant instanceof SourceFailure)
    assert.equal(meant.kind, 'transient')
  }
})

test('TLS from the first octet', async () => {
  const { session } = await scriptedSession(
    { certificate, implicitTls: true },
    { tls: { mode: 'implicit', verifyName: 'imap.corp.example', ca: certificate.cert } },
  )
  await session.noop()
})

test('no password goes out where STARTTLS is missing, refused, pre-empted or tampered with', async () => {
  const tls = { mode: 'starttls', verifyName: 'imap.corp.example', ca: certificate.cert } as const
  const scripts: ImapScript[] = [
    {},
    { greeting: '* PREAUTH welcome', certificate },
    { certificate, command: (name) => (name === 'STARTTLS' ? '% NO not now' : undefined) },
    {
      certificate,
      command: (name) => (name === 'STARTTLS' ? '% OK go\r\n* CAPABILITY IMAP4rev1' : undefined),
    },
  ]
  for (const script of scripts) {
    const { server } = await fails(script, 'tls', { tls })
    assert.ok(server.commands.every(({ text }) => !/^(LOGIN|AUTHENTICATE)/.test(text)))
  }
})

test('how credentials are said', async () => {
  const said = async (script: ImapScript, credentials?: ImapServer['credentials']) => {
    const { server } = await scriptedSession(script, credentials ? { credentials } : {})
    return server.commands.map(({ text }) => text).filter((text) => !/^CAPABILITY/.test(text))
  }
  const plain = Buffer.from('\0ann\0Correct-horse-9').toString('base64')
  assert.deepEqual(await said({}), [`AUTHENTICATE PLAIN ${plain}`])
  assert.deepEqual(await said({ capabilities: '' }), ['LOGIN ann Correct-horse-9'])
  assert.deepEqual(await said({ capabilities: 'LITERAL+' }, { name: 'bäh', password: 'x"y\\z' }), [
    'LOGIN {4+}bÃ¤h "x\\"y\\\\z"',
  ])
  const admin = Buffer.from('ann\0root\0secret').toString('base64')
  assert.deepEqual(await said({}, { name: 'root', password: 'secret', actAs: 'ann' }), [
    `AUTHENTICATE PLAIN ${admin}`,
  ])
  const token = Buffer.from('user=ann\x01auth=Bearer t0k\x01\x01').toString('base64')
  const script = { capabilities: 'AUTH=XOAUTH2 SASL-IR' }
  assert.deepEqual(await said(script, { name: 'ann', accessToken: 't0k' }), [`AUTHENTICATE XOAUTH2 ${token}`])
})

test('AUTHENTICATE without an initial response waits for the server', async () => {
  const answers: ImapScript['command'] = (name) => (name === 'AUTHENTICATE' ? '+ ' : undefined)
  const plain = Buffer.from('\0ann\0Correct-horse-9').toString('base64')
  const { at, server } = await scripted({
    capabilities: 'AUTH=PLAIN',
    command: (name, received) => {
      if (received.tag === plain) return `${server.commands.at(-2)!.tag} OK in`
      return answers(name, received)
    },
  })
  const session = await openImapSession(at)
  await session.noop()
  session.destroy()
})

test('refused credentials, and a server that cannot say now', async () => {
  const script = (answer: string): ImapScript => ({
    command: (name) => (name === 'AUTHENTICATE' ? answer : undefined),
  })
  const { error } = await fails(script('% NO [AUTHENTICATIONFAILED] no'), 'credentials')
  assert.deepEqual(error.code, { code: 'AUTHENTICATIONFAILED' })
  assert.ok(!JSON.stringify([error.message, error.stack]).includes('Correct-horse'))
  await fails(script('% NO [UNAVAILABLE] the directory sleeps'), 'refused')
  await fails(script('% NO [SERVERBUG] Internal error occurred'), 'refused')
  await fails(script('% NO SERVERBUG Internal error occurred'), 'credentials')
  await fails({ capabilities: 'LOGINDISABLED' }, 'credentials')
  await fails({}, 'credentials', { credentials: { name: 'ann', accessToken: 't' } })
})

test('a challenge behind the token is an error, and is answered to hear the refusal', async () => {
  const { at } = await scripted({
    capabilities: 'AUTH=XOAUTH2 SASL-IR',
    command: (name, { tag }) => {
      if (name === 'AUTHENTICATE') {
        last = tag
        return '+ eyJzdGF0dXMiOiI0MDAifQ=='
      }
      return tag === '' ? `${last} NO expired` : undefined
    },
  })
  let last = ''
  const error = await failure(openImapSession({ ...at, credentials: { name: 'ann', accessToken: 't' } }))
  assert.equal(error.kind, 'credentials')
})

test('capabilities are asked for once, and not when the server says them unasked', async () => {
  const { server, session } = await scriptedSession({
    greeting: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello',
    command: (name) => (name === 'AUTHENTICATE' ? '% OK [CAPABILITY IMAP4rev1 IDLE MOVE] in' : undefined),
  })
  assert.equal(server.commands.length, 1)
  assert.ok(session.capabilities.has('MOVE') && !session.capabilities.has('AUTH=PLAIN'))
})

test('told to stop', async () => {
  const { at } = await scripted({ greeting: '' })
  assert.equal((await failure(openImapSession(at, AbortSignal.timeout(30)))).kind, 'aborted')
  assert.equal((await failure(openImapSession(at, AbortSignal.abort()))).kind, 'aborted')
  const whileReached = new AbortController()
  const opening = openImapSession(at, whileReached.signal)
  whileReached.abort()
  assert.equal((await failure(opening)).kind, 'aborted')
})

test('TLS from the first octet on a port for STARTTLS names imap://', async () => {
  const { at } = await scripted()
  const { kind, message } = await failure(openImapSession({ ...at, tls: { mode: 'implicit' } }))
  assert.equal(kind, 'tls')
  assert.match(
    message,
    /^127\.0\.0\.1 does not begin with TLS on this port\. Name it with imap:\/\/ \(STARTTLS\)/,
  )
})
