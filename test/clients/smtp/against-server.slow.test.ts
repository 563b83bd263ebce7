import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { OutgoingMessage } from '#src/clients/smtp/message.ts'
import { openSmtpSession, type SmtpServer } from '#src/clients/smtp/open-session.ts'
import { SmtpPool } from '#src/clients/smtp/pool.ts'
import { runServer, serverName, testCertificate } from '#test/protocols/smtp/running-server.ts'
import { ScriptedIntake } from '#test/protocols/smtp/scripted-intake.ts'

let pair: { cert: string; key: string }
const stops: (() => Promise<void>)[] = []
before(async () => {
  pair = await testCertificate()
})
after(async () => {
  for (const stop of stops) await stop()
})

async function serve(...[role, intake, options]: Parameters<typeof runServer>) {
  const server = await runServer(role, intake, { pair, ...options })
  stops.push(server.stop)
  return server
}

const at = (port: number, more: Partial<SmtpServer> = {}): SmtpServer => ({
  host: '127.0.0.1',
  port,
  helloName: 'client.example',
  tls: { mode: 'never' },
  ...more,
})

const message = (content: Uint8Array | string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  sender: 'bob@sender.example',
  recipients: [{ address: 'ann@corp.example' }],
  eightBit: false,
  utf8: false,
  async *content() {
    const octets = Buffer.from(content as string)
    for (let at = 0; at < octets.length; at += 50_000) yield octets.subarray(at, at + 50_000)
  },
  ...more,
})

const states = (results: Awaited<ReturnType<SmtpPool['send']>>) => results.map(({ outcome }) => outcome.state)

test('messages of every shape arrive as they were sent, by BDAT and by DATA, on one connection', async () => {
  const intake = new ScriptedIntake()
  const { port } = await serve('mx', intake)
  const session = await openSmtpSession(at(port))
  const plain = await openSmtpSession(at(port))
  ;(plain.extensions as Map<string, unknown>).delete('CHUNKING')
  ;(plain.extensions as Map<string, unknown>).delete('PIPELINING')
  const big = `${randomBytes(900_000).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n.\r\n..\r\n`
  const contents = ['', '.\r\n', '..x\r\n', 'hello\r\n', 'a\r\n.\r\nb\r\n', big]
  for (const content of contents) {
    assert.deepEqual(states(await session.send(message(content, { sizeBytes: content.length }))), [
      'delivered',
    ])
    assert.deepEqual(states(await plain.send(message(content))), ['delivered'])
  }
  assert.deepEqual(
    intake.messages.map((each) => each.content.toString('latin1')),
    contents.flatMap((content) => [content, content]),
  )
  await session.quit()
  await plain.quit()
})

test('bare CR and LF are mended before they leave, so our own server takes them', async () => {
  const intake = new ScriptedIntake()
  const { port } = await serve('mx', intake)
  const session = await openSmtpSession(at(port))
  assert.deepEqual(states(await session.send(message('a\n.\nb\rc'))), ['delivered'])
  assert.equal(intake.messages[0]!.content.toString(), 'a\r\n.\r\nb\r\nc')
  await session.quit()
})

test('each recipient has its own result, and the connection serves again after a refusal', async () => {
  const intake = new ScriptedIntake([
    { call: 'recipient', argument: 'ghost@corp.example', outcome: 'no-such-entry' },
    { call: 'begin', argument: 'spam@sender.example', outcome: '5.7.1' },
  ])
  const { port } = await serve('mx', intake)
  const session = await openSmtpSession(at(port))
  const recipients = ['ann', 'ghost', 'cem'].map((name) => ({ address: `${name}@corp.example` }))
  const results = await session.send(message('x\r\n', { recipients }))
  assert.deepEqual(states(results), ['delivered', 'refused', 'delivered'])
  const refused = results[1]!.outcome
  assert.equal(refused.state === 'refused' && refused.reply.status, '5.1.1')
  const all = await session.send(message('x\r\n', { recipients: [{ address: 'ghost@corp.example' }] }))
  assert.deepEqual(states(all), ['refused'])
  assert.deepEqual(
    states(await session.send(message('x\r\n', { sender: 'spam@sender.example', recipients }))),
    Array(3).fill('refused'),
  )
  assert.deepEqual(states(await session.send(message('x\r\n'))), ['delivered'])
  assert.deepEqual(
    intake.messages.map((each) => each.recipients.length),
    [2, 1],
  )
  await session.quit()
})

test('more recipients than the server takes at a time are refused for now, not lost', async () => {
  const { port } = await serve('mx', new ScriptedIntake(), { limits: { recipients: 500 } })
  const session = await openSmtpSession(at(port))
  const recipients = Array.from({ length: 501 }, (_, index) => ({ address: `u${index}@corp.example` }))
  const results = await session.send(message('x\r\n', { recipients }))
  assert.equal(results.filter(({ outcome }) => outcome.state === 'delivered').length, 500)
  const last = results[500]!.outcome
  assert.equal(last.state === 'refused' && last.reply.code, 452)
  await session.quit()
})

test('what DSN, 8BITMIME and SMTPUTF8 say reaches the other side', async () => {
  const intake = new ScriptedIntake()
  const { port } = await serve('mx', intake)
  const session = await openSmtpSession(at(port))
  await session.send(
    message('x\r\n', {
      sender: 'jürgen@müller.example',
      eightBit: true,
      envelopeId: 'id 1',
      returnContent: 'full',
      recipients: [
        {
          address: 'ann@corp.example',
          notify: ['FAILURE'],
          originalRecipient: { type: 'rfc822', address: 'a+b@x' },
        },
      ],
    }),
  )
  assert.match(
    intake.calls[0]!,
    /<jürgen@müller.example> \{"eightBit":true,"utf8":true,"envelopeId":"id 1","returnContent":"full"/,
  )
  assert.match(intake.calls[1]!, /"failure":true.*"a\+b@x"/)
  await session.quit()
})

test('a message that is larger than the server says is not sent at all', async () => {
  const intake = new ScriptedIntake()
  const { port } = await serve('mx', intake, { limits: { messageBytes: 1_000 } })
  const session = await openSmtpSession(at(port))
  const [result] = await session.send(message('x', { sizeBytes: 1_001 }))
  assert.equal(result!.outcome.state === 'failed' && result!.outcome.failure.kind, 'too-large')
  assert.deepEqual(intake.calls, [])
  // Without a size the server finds out itself, in the middle.
  assert.deepEqual(states(await session.send(message('x'.repeat(1_001)))), ['refused'])
  assert.deepEqual(states(await session.send(message('x'.repeat(1_000)))), ['delivered'])
  await session.quit()
})

test('STARTTLS with the right name, and refused with a wrong one or unknown authority', async () => {
  const intake = new ScriptedIntake()
  const { port } = await serve('mx', intake)
  const tls = { mode: 'required' as const, verifyName: serverName, ca: pair.cert }
  const session = await openSmtpSession(at(port, { tls }))
  assert.equal(session.secured, true)
  assert.deepEqual(states(await session.send(message('x\r\n'))), ['delivered'])
  assert.match(intake.calls[0]!, /mx client.example ESMTP TLS nobody$/)
  await session.quit()
  for (const wrong of [
    { ...tls, verifyName: 'mx.other.example' },
    { mode: 'required' as const, verifyName: serverName },
  ]) {
    await assert.rejects(openSmtpSession(at(port, { tls: wrong })), {
      name: 'SmtpFailure',
      kind: 'tls',
      phase: 'tls',
    })
  }
})

test('opportunistic TLS takes any certificate, and none', async () => {
  const { port } = await serve('mx', new ScriptedIntake())
  const secured = await openSmtpSession(at(port, { tls: { mode: 'opportunistic' } }))
  assert.equal(secured.secured, true)
  await secured.quit()
  const clear = await runServer('mx', new ScriptedIntake())
  stops.push(clear.stop)
  const plain = await openSmtpSession(at(clear.port, { tls: { mode: 'opportunistic' } }))
  assert.equal(plain.secured, false)
  await plain.quit()
  await assert.rejects(openSmtpSession(at(clear.port, { tls: { mode: 'required' } })), { kind: 'tls' })
})

test('logins on both ports of submission', async () => {
  const right = { name: 'ann@corp.example', password: 'open sesame' }
  const tls = { verifyName: serverName, ca: pair.cert }
  for (const role of ['submission', 'submissions'] as const) {
    const intake = new ScriptedIntake()
    const { port } = await serve(role, intake)
    const mode = role === 'submission' ? ('required' as const) : ('implicit' as const)
    const session = await openSmtpSession(at(port, { tls: { ...tls, mode }, login: right }))
    assert.deepEqual(states(await session.send(message('x\r\n'))), ['delivered'])
    assert.match(intake.calls[0]!, /TLS ann@corp.example$/)
    await session.quit()
    const login = { ...right, password: 'wrong' }
    await assert.rejects(openSmtpSession(at(port, { tls: { ...tls, mode }, login })), {
      kind: 'login',
      permanent: true,
    })
    const nobody = await openSmtpSession(at(port, { tls: { ...tls, mode } }))
    const [result] = await nobody.send(message('x\r\n'))
    assert.equal(result!.outcome.state === 'refused' && result!.outcome.reply.code, 530)
    await nobody.quit()
  }
  const { port } = await serve('mx', new ScriptedIntake())
  await assert.rejects(openSmtpSession(at(port, { login: right })), {
    kind: 'login',
    message: /under TLS only/,
  })
})

test('a pool sends many messages over few connections and outlives a server that closes them', async () => {
  const intake = new ScriptedIntake()
  let opened = 0
  let { port, stop } = await serve('mx', intake)
  const pool = new SmtpPool({
    open: (signal) => {
      opened++
      return openSmtpSession(at(port), signal)
    },
    maxConnections: 3,
    idleMs: 5_000,
    messagesPerConnection: 100,
  })
  const many = () => Promise.all(Array.from({ length: 30 }, () => pool.send(message('x\r\n'))))
  assert.ok((await many()).every((results) => states(results)[0] === 'delivered'))
  assert.ok(opened <= 3)
  await stop()
  ;({ port, stop } = await serve('mx', intake))
  assert.ok((await many()).every((results) => states(results)[0] === 'delivered'))
  assert.ok(opened <= 6)
  assert.equal(intake.messages.length, 60)
  await pool.close()
  assert.deepEqual(states(await pool.send(message('x'))), ['failed'])
})

test('a source that fails, and a call to stop, end the connection without a message', async () => {
  const intake = new ScriptedIntake()
  const { port } = await serve('mx', intake)
  const broken = message('', {
    async *content() {
      yield Buffer.alloc(600_000, 'x')
      throw new Error('disk')
    },
  })
  const session = await openSmtpSession(at(port))
  const [failed] = await session.send(broken)
  assert.equal(failed!.outcome.state === 'failed' && failed!.outcome.failure.kind, 'source')
  assert.equal(session.isUsable, false)
  const stopping = new AbortController()
  const endless = message('', {
    async *content() {
      yield Buffer.alloc(600_000, 'x')
      stopping.abort()
      yield Buffer.alloc(600_000, 'x')
      await new Promise((resolve) => setTimeout(resolve, 20))
      yield Buffer.alloc(600_000, 'x')
    },
  })
  const [aborted] = await (await openSmtpSession(at(port))).send(endless, stopping.signal)
  assert.equal(aborted!.outcome.state === 'failed' && aborted!.outcome.failure.kind, 'aborted')
  assert.equal(intake.messages.length, 0)
})
