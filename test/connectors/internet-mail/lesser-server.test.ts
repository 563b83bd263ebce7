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
  const send = async (message: Parameters<typeof attemptTo>[1], text = 'Subject: x\r\n\r\nx\r\n') => {
    const content = async function* () {
      yield Buffer.from(text)
    }
    const [result] = await host.deliver({ ...attemptTo({ kind: 'exchange' }, message), content }, signal)
    assert.ok(result !== undefined && result.outcome !== 'stopped')
    return result.outcome === 'refused'
      ? `${result.permanent ? 'never' : 'later'} ${result.status} ${result.problem}`
      : 'delivered'
  }
  return { server, said, send }
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

test('without SMTPUTF8 there is no way to an address outside ASCII, nor for a header of UTF-8 (RFC 6531)', async (t) => {
  const { said, send } = await offering(t, ['8BITMIME'])
  assert.match(await send({ recipients: [{ address: 'jürgen@far.example' }] }), /^never 5\.6\.7 .*SMTPUTF8/)
  assert.match(await send({ message: { utf8: true } }), /^never 5\.6\.9 .*SMTPUTF8/)
  assert.deepEqual(said, [])
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
