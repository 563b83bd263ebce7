import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gatewayMail, type SmartHost, smartHostMail } from '#connectors/internet-mail/smart-host.ts'
import type { AttemptResult } from '#src/domain/delivery/transport.ts'
import { testCertificate } from '#test/protocols/smtp/running-server.ts'
import { attemptTo } from '#test/support/mail-attempt.ts'
import { type ScriptedSmtp, type SmtpScript, scriptedSmtp } from '#test/support/scripted-smtp.ts'

const never = AbortSignal.any([])
const options = { helloName: 'mx.corp.example' }

async function server(t: TestContext, script: SmtpScript = {}): Promise<ScriptedSmtp> {
  const made = await scriptedSmtp(script)
  t.after(() => made.close())
  return made
}

const told = (results: readonly AttemptResult[]) =>
  results.map((result) =>
    result.outcome === 'refused'
      ? `${result.permanent ? 'never' : 'later'} ${result.status}`
      : result.outcome,
  )

const toExchange = (message = {}) => attemptTo({ kind: 'exchange' }, { message })

test('everything goes to the one server, with a certificate that proves the name', async (t) => {
  const certificate = await testCertificate('exchange.corp.example')
  const { port, messages } = await server(t, { certificate })
  const at: SmartHost = { host: '127.0.0.1', port, tls: 'required', ca: certificate.cert }
  const good = smartHostMail({ ...at, verifyName: 'exchange.corp.example' }, options)
  assert.deepEqual(told(await good.deliver(toExchange(), never)), ['delivered'])
  assert.equal(messages[0]!.tls, true)
  const bad = smartHostMail({ ...at, verifyName: 'other.corp.example' }, options)
  assert.deepEqual(told(await bad.deliver(toExchange(), never)), ['later 4.7.5'])
  assert.equal(messages.length, 1)
  await Promise.all([good.close(), bad.close()])
})

test('a message that must not travel in clear has TLS with a proven name on a route that would do without', async (t) => {
  const { port, messages } = await server(t, { extensions: ['REQUIRETLS'] })
  const clear = smartHostMail({ host: '127.0.0.1', port, tls: 'opportunistic' }, options)
  assert.deepEqual(told(await clear.deliver(toExchange({ requireTls: true }), never)), ['never 5.7.10'])
  assert.equal(messages.length, 0)
  const certificate = await testCertificate('gw.example')
  const secure = await server(t, { certificate, extensions: ['REQUIRETLS'] })
  const at: SmartHost = { host: '127.0.0.1', port: secure.port, tls: 'never', ca: certificate.cert }
  const named = smartHostMail({ ...at, verifyName: 'gw.example' }, options)
  assert.deepEqual(told(await named.deliver(toExchange({ requireTls: true }), never)), ['delivered'])
  assert.equal(secure.messages[0]!.tls, true)
  await Promise.all([clear.close(), named.close()])
})

test('credentials are sent under TLS only; a refused password is for later, as administrators can mend it', async (t) => {
  const login = { name: 'relay', password: 'open sesame' }
  const lines: string[] = []
  const command: SmtpScript['command'] = (verb, line) => {
    lines.push(line)
    if (verb !== 'AUTH') return undefined
    return line.includes(Buffer.from('\0relay\0open sesame').toString('base64'))
      ? '235 2.7.0 ok'
      : '535 5.7.8 no'
  }
  const certificate = await testCertificate('gw.example')
  const extensions = ['AUTH PLAIN']
  const clear = await server(t, { extensions, command })
  const inClear = smartHostMail({ host: '127.0.0.1', port: clear.port, tls: 'opportunistic', login }, options)
  assert.deepEqual(told(await inClear.deliver(toExchange(), never)), ['later 4.7.8'])
  assert.ok(!lines.some((line) => line.startsWith('AUTH')))

  const { port } = await server(t, { certificate, extensions, command })
  const at: SmartHost = { host: '127.0.0.1', port, tls: 'required' }
  const good = smartHostMail({ ...at, login }, options)
  assert.deepEqual(told(await good.deliver(toExchange(), never)), ['delivered'])
  const wrong = smartHostMail({ ...at, login: { ...login, password: 'guess' } }, options)
  assert.deepEqual(told(await wrong.deliver(toExchange(), never)), ['later 4.7.8'])
  await Promise.all([inClear.close(), good.close(), wrong.close()])
})

test('sizes and recipients beyond its caps are not offered', async (t) => {
  const { port, messages } = await server(t)
  const host = smartHostMail(
    { host: '127.0.0.1', port, tls: 'never', maxBytes: 100, maxRecipients: 2 },
    options,
  )
  assert.deepEqual(told(await host.deliver(toExchange({ sizeBytes: 101 }), never)), ['never 5.3.4'])
  const recipients = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ address: `${name}@far.example` }))
  await host.deliver(attemptTo({ kind: 'exchange' }, { recipients }), never)
  assert.deepEqual(
    messages.map(({ rcpt }) => rcpt.length),
    [2, 2, 1],
  )
  await host.close()
})

test('gateways are found by organisation and name, and share no session', async (t) => {
  const { port } = await server(t)
  const connected: string[] = []
  const gateways = gatewayMail(async (organization, name) => {
    connected.push(`${organization} ${name}`)
    return name === 'archive' ? { host: '127.0.0.1', port, tls: 'never' } : undefined
  }, options)
  const to = (name: string) => attemptTo({ kind: 'gateway', name })
  assert.deepEqual(told(await gateways.deliver(to('archive'), never)), ['delivered'])
  assert.deepEqual(told(await gateways.deliver(to('gone'), never)), ['never 5.3.5'])
  assert.deepEqual(connected, ['m-1 archive', 'm-1 gone'])
  await gateways.close()
})

test('a server that is away is not asked by every message', async (t) => {
  // Held at another address, so that nobody else takes the port meanwhile.
  const { port } = await server(t)
  let now = 0
  const host = smartHostMail({ host: '127.0.0.2', port, tls: 'never' }, { ...options, now: () => now })
  assert.deepEqual(told(await host.deliver(toExchange(), never)), ['later 4.4.1'])
  let connections = 0
  const again = createServer((socket) => {
    connections++
    socket.end('421 4.3.2 not now\r\n')
  })
  await once(again.listen(port, '127.0.0.2'), 'listening')
  t.after(() => again.close())
  for (let i = 0; i < 50; i++)
    assert.deepEqual(told(await host.deliver(toExchange(), never)), ['later 4.4.1'])
  assert.equal(connections, 0)
  now = 16_000
  assert.deepEqual(told(await host.deliver(toExchange(), never)), ['later 4.3.2'])
  assert.equal(connections, 1)
  await host.close()
})

test('where private networks are closed, no gateway leads there, by address or by name', async (t) => {
  const inside = await server(t)
  const closed = { ...options, privateAddresses: false }
  for (const [host, status] of [
    ['127.0.0.1', 'later 4.3.5'],
    ['::ffff:127.0.0.1', 'later 4.3.5'],
    ['localhost', 'later 4.4.1'],
  ] as const) {
    const gateways = gatewayMail(async () => ({ host, port: inside.port, tls: 'never' }), closed)
    const [result] = await gateways.deliver(attemptTo({ kind: 'gateway', name: 'inside' }), never)
    assert.deepEqual(told([result!]), [status])
    assert.ok(result?.outcome === 'refused' && /outbound\.privateAddresses/.test(result.problem), host)
    await gateways.close()
  }
  assert.equal(inside.connections, 0)
})
