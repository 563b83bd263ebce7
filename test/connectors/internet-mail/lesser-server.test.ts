import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { smartHostMail } from '#connectors/internet-mail/smart-host.ts'
import { attemptTo } from '#test/support/mail-attempt.ts'
import { scriptedSmtp } from '#test/support/scripted-smtp.ts'

const signal = AbortSignal.any([])

/** A server that offers these extensions, and what becomes of a message to it. */
async function offering(t: TestContext, extensions: readonly string[]) {
  const said: string[] = []
  const server = await scriptedSmtp({
    extensions,
    command: (verb, line) => {
      if (verb === 'MAIL') said.push(line)
      return undefined
    },
  })
  const host = smartHostMail({ host: '127.0.0.1', port: server.port, tls: 'never' }, { helloName: 'mx.test' })
  t.after(async () => {
    await host.close()
    server.close()
  })
  const deliver = async (message: Parameters<typeof attemptTo>[1], text = 'Subject: x\r\n\r\nx\r\n') => {
    const content = async function* () {
      yield Buffer.from(text)
    }
    return host.deliver({ ...attemptTo({ kind: 'exchange' }, message), content }, signal)
  }
  const send = async (...given: Parameters<typeof deliver>) => {
    const [result] = await deliver(...given)
    assert.ok(result !== undefined && result.outcome !== 'stopped')
    return result.outcome === 'refused'
      ? `${result.permanent ? 'never' : 'later'} ${result.status} ${result.problem}`
      : 'delivered'
  }
  return { server, said, deliver, send }
}

const eightBit = { message: { eightBit: true, sizeBytes: 30 } }

test('a server without 8BITMIME gets the message in quoted-printable', async (t) => {
  const { server, said, send } = await offering(t, ['SIZE 1000'])
  assert.equal(await send(eightBit, 'Subject: x\r\n\r\nschön\r\n'), 'delivered')
  assert.match(
    server.messages[0]!.content,
    /Content-Transfer-Encoding: quoted-printable\r\n\r\nsch=C3=B6n\r\n$/,
  )
  // Its new size is not known, so the old one is not claimed.
  assert.deepEqual(said, ['MAIL FROM:<bob@corp.example>'])
})

test('a server with it gets the message as it is', async (t) => {
  const { server, said, send } = await offering(t, ['8BITMIME', 'SIZE 1000'])
  assert.equal(await send(eightBit, 'Subject: x\r\n\r\nschön\r\n'), 'delivered')
  assert.match(server.messages[0]!.content, /\r\n\r\nsch\xc3\xb6n\r\n$/)
  assert.deepEqual(said, ['MAIL FROM:<bob@corp.example> SIZE=30 BODY=8BITMIME'])
})

test('what has no form in 7 bits goes back to its sender (RFC 6152)', async (t) => {
  const { server, said, send } = await offering(t, [])
  const signed = 'Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nä\r\n--b--\r\n'
  assert.match(await send(eightBit, signed), /^never 5\.6\.3 .*8BITMIME.*signed/)
  assert.deepEqual([server.messages.length, said.length], [0, 0])
})

const utf8 = { message: { utf8: true, eightBit: true, sizeBytes: 30 } }

test('without SMTPUTF8 there is no way to an address outside ASCII (RFC 6531)', async (t) => {
  const { said, send } = await offering(t, ['8BITMIME'])
  assert.match(await send({ recipients: [{ address: 'jürgen@far.example' }] }), /^never 5\.6\.7 .*SMTPUTF8/)
  assert.match(await send(utf8, 'From: jürgen@corp.example\r\n\r\nx\r\n'), /^never 5\.6\.9 .*SMTPUTF8.*From/)
  assert.deepEqual(said, [])
})

test('a domain outside ASCII has a form that every server knows (RFC 5890)', async (t) => {
  const { server, said, send } = await offering(t, ['8BITMIME'])
  const message = { ...utf8.message, sender: 'bob@müller.example' }
  assert.equal(await send({ message, recipients: [{ address: 'ann@bücher.example' }] }), 'delivered')
  assert.deepEqual(said, ['MAIL FROM:<bob@xn--mller-kva.example> BODY=8BITMIME'])
  assert.deepEqual(server.messages[0]!.rcpt, ['ann@xn--bcher-kva.example'])
})

test('those with other addresses get the message all the same', async (t) => {
  const { server, deliver } = await offering(t, ['8BITMIME'])
  const recipients = ['jürgen@far.example', 'ann@far.example'].map((address) => ({ address }))
  assert.deepEqual((await deliver({ recipients })).map(({ no, outcome }) => [no, outcome]).toSorted(), [
    [1, 'refused'],
    [2, 'delivered'],
  ])
  assert.deepEqual(
    server.messages.map(({ rcpt }) => rcpt),
    [['ann@far.example']],
  )
})

test('what was sent with SMTPUTF8 and does not need it goes as it is, as mail from large providers does', async (t) => {
  const { server, said, send } = await offering(t, ['8BITMIME', 'SIZE 1000'])
  assert.equal(await send(utf8, 'Subject: x\r\n\r\nschön\r\n'), 'delivered')
  assert.match(server.messages[0]!.content, /^Subject: x\r\n\r\nsch\xc3\xb6n\r\n$/)
  assert.deepEqual(said, ['MAIL FROM:<bob@corp.example> SIZE=30 BODY=8BITMIME'])
})

test('a header of UTF-8 is said in encoded words to a server without SMTPUTF8, that of a part too', async (t) => {
  const { server, said, send } = await offering(t, ['8BITMIME', 'SIZE 1000'])
  assert.equal(await send(utf8, 'From: Jürgen <j@corp.example>\r\nSubject: schön\r\n\r\nx\r\n'), 'delivered')
  assert.equal(
    server.messages[0]!.content,
    'From: =?UTF-8?Q?J=C3=BCrgen?= <j@corp.example>\r\nSubject: =?UTF-8?B?c2Now7Zu?=\r\n\r\nx\r\n',
  )
  const part = 'Content-Type: application/pdf; name="schön.pdf"\r\n\r\nx'
  assert.equal(
    await send(utf8, `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${part}\r\n--b--\r\n`),
    'delivered',
  )
  assert.match(server.messages[1]!.content, /name\*=utf-8''sch%C3%B6n\.pdf/i)
  assert.deepEqual(said, ['MAIL FROM:<bob@corp.example>', 'MAIL FROM:<bob@corp.example>'])
})

test('more octets than it takes are not sent to it', async (t) => {
  const { said, send } = await offering(t, ['SIZE 1000'])
  assert.match(await send({ message: { sizeBytes: 1_001 } }), /^never 5\.3\.4 .*1001 octets.* 1000/)
  assert.deepEqual(said, [])
  assert.equal(await send({ message: { sizeBytes: 1_000 } }), 'delivered')
  // SIZE without a number, or 0, names no limit (RFC 1870).
  const open = await offering(t, ['SIZE 0'])
  assert.equal(await open.send({ message: { sizeBytes: 1_001 } }), 'delivered')
})
