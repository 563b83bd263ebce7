import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import type { OutgoingMessage } from '#src/clients/smtp/message.ts'
import { openSmtpSession, type SmtpServer } from '#src/clients/smtp/open-session.ts'
import { SmtpPool } from '#src/clients/smtp/pool.ts'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

/**
 * A server that says what its script says: one answer for each line, `null` to close, `''` to say nothing. `silentAt` is the phase
 * in which it says nothing: that one alone has a short time, as a busy machine takes its own.
 */
async function scripted(
  greeting: string | null,
  answer: (line: string, nth: number) => string | null,
  silentAt?: string,
): Promise<SmtpServer> {
  const sockets = new Set<Socket>()
  let nth = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const say = (text: string | null) =>
      text === null ? socket.destroy() : socket.write(text.replace(/\n/g, '\r\n'))
    say(greeting)
    let pending = ''
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        say(answer(line, nth++))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as { port: number }
  const deadlines = { closeMs: 2_000, ...(silentAt && { [`${silentAt}Ms`]: 2_000 }) }
  return { host: '127.0.0.1', port, helloName: 'c.example', tls: { mode: 'never' }, deadlines }
}

const message: OutgoingMessage = {
  sender: 'bob@sender.example',
  recipients: [{ address: 'ann@corp.example' }, { address: 'cem@corp.example' }],
  eightBit: false,
  utf8: false,
  async *content() {
    yield Buffer.from('hello\r\n')
  },
}

/** Answers like a plain server, but for the verbs given. */
const like = (special: Record<string, string | null>) => (line: string) => {
  const verb = line.split(' ')[0]!.toUpperCase()
  if (Object.hasOwn(special, verb)) return special[verb]!
  if (verb === 'DATA') return '354 go\n'
  if (verb === 'QUIT') return '221 bye\n'
  return /^(?:EHLO|HELO|MAIL|RCPT|RSET|\.)$/.test(verb) ? '250 ok\n' : ''
}

async function outcome(server: SmtpServer, more: Partial<OutgoingMessage> = {}): Promise<string[]> {
  const session = await openSmtpSession(server)
  const results = await session.send({ ...message, ...more })
  session.destroy()
  return results.map(({ outcome }) => {
    if (outcome.state !== 'failed') return `${outcome.state} ${outcome.reply.code}`
    const { kind, phase, uncertain } = outcome.failure
    return `failed ${kind} ${phase}${uncertain ? ' uncertain' : ''}`
  })
}

const twice = (text: string) => [text, text]

const openings: [
  name: string,
  greeting: string | null,
  answer: (line: string) => string | null,
  failure: { kind: string; phase?: string; permanent?: boolean },
][] = [
  ['says nothing', '', like({}), { kind: 'timeout', phase: 'greeting' }],
  ['closes at once', null, like({}), { kind: 'lost', phase: 'greeting' }],
  ['greets with 554', '554 5.7.1 go away\n', like({}), { kind: 'greeting', permanent: true }],
  ['greets with 421', '421 busy\n', like({}), { kind: 'greeting', permanent: false }],
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\n', like({}), { kind: 'protocol' }],
  ['sends a line without end', `220 ${'x'.repeat(200_000)}\n`, like({}), { kind: 'protocol' }],
  [
    'refuses EHLO and HELO',
    '220 x\n',
    like({ EHLO: '500 what\n', HELO: '550 no\n' }),
    { kind: 'greeting', phase: 'hello' },
  ],
  ['falls silent at EHLO', '220 x\n', like({ EHLO: '' }), { kind: 'timeout', phase: 'hello' }],
]
for (const [name, greeting, answer, failure] of openings) {
  test(`a server that ${name}`, async () => {
    const silentAt = failure.kind === 'timeout' ? failure.phase : undefined
    await assert.rejects(openSmtpSession(await scripted(greeting, answer, silentAt)), {
      name: 'SmtpFailure',
      ...failure,
    })
  })
}

test('nobody listens', async () => {
  const server = await scripted('220 x\n', like({}))
  await assert.rejects(openSmtpSession({ ...server, port: 1 }), {
    kind: 'connect',
    message: /127.0.0.1 port 1/,
  })
})

const sendings: [name: string, special: Record<string, string | null>, expected: string[]][] = [
  ['only knows HELO', { EHLO: '502 what\n' }, twice('delivered 250')],
  ['refuses the sender', { MAIL: '550 no\n' }, twice('refused 550')],
  ['refuses every recipient', { RCPT: '450 later\n' }, twice('refused 450')],
  ['closes at RCPT with 421', { RCPT: '421 closing\n' }, ['refused 421', 'failed rejected rcpt']],
  ['closes at RCPT', { RCPT: null }, twice('failed lost rcpt')],
  ['refuses DATA', { DATA: '451 later\n' }, twice('refused 451')],
  ['falls silent at DATA', { DATA: '' }, twice('failed timeout data')],
  ['says 250 to DATA', { DATA: '250 ok\n' }, twice('failed protocol content')],
  ['refuses the message', { '.': '554 spam\n' }, twice('refused 554')],
  ['closes before its reply to the message', { '.': null }, twice('failed lost end uncertain')],
  ['falls silent after the message', { '.': '' }, twice('failed timeout end uncertain')],
  ['answers nonsense to the message', { '.': 'what?\n' }, twice('failed protocol end uncertain')],
  ['refuses a chunk', { EHLO: '250-x\n250 CHUNKING\n', BDAT: '552 big\n' }, twice('refused 552')],
  [
    'closes behind the last chunk',
    { EHLO: '250-x\n250 CHUNKING\n', BDAT: null },
    twice('failed lost end uncertain'),
  ],
  ['answers RCPT twice', { RCPT: '250 ok\n250 ok\n' }, twice('failed protocol rcpt')],
  [
    'answers RCPT twice and takes chunks',
    { EHLO: '250-x\n250-PIPELINING\n250 CHUNKING\n', RCPT: '250 ok\n250 ok\n' },
    twice('failed protocol data'),
  ],
  ['never ends its reply', { MAIL: '250-a' }, twice('failed timeout mail')],
]
for (const [name, special, expected] of sendings) {
  test(`a server that ${name}`, async () => {
    const silentAt = /timeout (\w+)/.exec(expected[0]!)?.[1]
    assert.deepEqual(await outcome(await scripted('220 x\n', like(special), silentAt)), expected)
  })
}

test('what a server cannot do is not asked of it', async () => {
  const server = await scripted('220 x\n', like({}))
  assert.deepEqual(await outcome(server, { eightBit: true }), twice('failed unsupported mail'))
  assert.deepEqual(await outcome(server, { utf8: true }), twice('failed unsupported mail'))
  assert.deepEqual(await outcome(server, { sender: 'jürgen@x.example' }), twice('failed unsupported mail'))
  assert.deepEqual(await outcome(server, { requireTls: true }), twice('failed unsupported mail'))
})

test('a server that refuses in the middle of a large message is heard', async () => {
  let data = false
  const server = await scripted('220 x\n', (line) => {
    if (data) {
      data = false
      return '552 too large\n'
    }
    if (line === 'DATA') data = true
    return like({})(line)
  })
  const large = {
    async *content() {
      yield Buffer.from('first line\r\n')
      for (let block = 0; block < 400; block++) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        yield Buffer.alloc(50_000, 'x')
      }
    },
  }
  assert.deepEqual(await outcome(server, large), twice('refused 552'))
})

test('words put behind the answer to STARTTLS end the connection', async () => {
  const server = await scripted(
    '220 x\n',
    like({ EHLO: '250-x\n250 STARTTLS\n', STARTTLS: '220 go\n250 injected\n' }),
  )
  await assert.rejects(openSmtpSession({ ...server, tls: { mode: 'required' } }), {
    kind: 'tls',
    message: /in clear/,
  })
})

test('a handshake that breaks: mail in clear when TLS is opportunistic, none when it is required', async () => {
  const answer = like({ EHLO: '250-x\n250 STARTTLS\n', STARTTLS: '220 go\n' })
  const server = await scripted('220 x\n', answer, 'hello')
  await assert.rejects(openSmtpSession({ ...server, tls: { mode: 'required' } }), { kind: 'tls' })
  const session = await openSmtpSession({ ...server, tls: { mode: 'opportunistic' } })
  assert.equal(session.secured, false)
  session.destroy()
})

test('a server that closes idle sessions with 421 costs a pool nothing', async () => {
  let messages = 0
  const server = await scripted('220 x\n', (line) => {
    if (line === '.') messages++
    return line === '.' ? '250 ok\n421 idle\n' : like({})(line)
  })
  const pool = new SmtpPool({
    open: (signal) => openSmtpSession(server, signal),
    maxConnections: 1,
    idleMs: 1_000,
    messagesPerConnection: 9,
  })
  for (let turn = 0; turn < 3; turn++) {
    assert.ok((await pool.send(message)).every(({ outcome }) => outcome.state === 'delivered'))
  }
  assert.equal(messages, 3)
  await pool.close()
})
