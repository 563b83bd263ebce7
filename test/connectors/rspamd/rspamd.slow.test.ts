import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'node:test'
import { rspamd } from '#connectors/rspamd/rspamd.ts'
import type { ScanEnvelope, SpamVerdict } from '#src/domain/scanning/scanner.ts'

let server: Server | undefined
let asked: { method: string; url: string; headers: Record<string, string[]>; body: string }[] = []
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  asked = []
})

const message = 'Subject: x\r\n\r\nbuy'
const content = {
  sizeBytes: message.length,
  async *open() {
    yield Buffer.from(message.slice(0, 5))
    yield Buffer.from(message.slice(5))
  },
}
const envelope: ScanEnvelope = {
  queueId: 'q1',
  clientAddress: '192.0.2.1',
  helo: 'mx.b.test',
  clientName: 'mx.b.test',
  sender: '',
  recipients: ['c@d.test', 'ü@d.test', 'e@d.test'],
  user: 'evil\r\nX: y',
}

async function scan(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  attemptMs = 20_000,
): Promise<SpamVerdict> {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({
      method: request.method!,
      url: request.url!,
      headers: request.headersDistinct as Record<string, string[]>,
      body,
    })
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return rspamd(url, { attemptMs, attempts: 2, password: 'secret' }).scan(content, envelope)
}
const json = (value: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.end(JSON.stringify(value))
}

test('tells the envelope in headers and streams the message', async () => {
  const answer = {
    action: 'add header',
    score: 7.5,
    required_score: 15,
    symbols: { GTUBE: {}, R_SPF_FAIL: {} },
  }
  assert.deepEqual(await scan(json(answer)), {
    word: 'FAIL',
    score: 7.5,
    threshold: 15,
    rules: ['GTUBE', 'R_SPF_FAIL'],
  })
  const [{ method, url, headers, body }] = asked as [(typeof asked)[0]]
  assert.deepEqual([method, url, body], ['POST', '/checkv2', message])
  const told = ['ip', 'helo', 'hostname', 'from', 'queue-id', 'user', 'password', 'rcpt', 'content-length']
  assert.deepEqual(
    told.map((name) => headers[name]?.join('|')),
    ['192.0.2.1', 'mx.b.test', 'mx.b.test', '<>', 'q1', undefined, 'secret', 'c@d.test|e@d.test', '17'],
  )
})

const actions: [action: string, word: string][] = [
  ['no action', 'PASS'],
  ['greylist', 'GRAY'],
  ['soft reject', 'GRAY'],
  ['rewrite subject', 'FAIL'],
  ['reject', 'FAIL'],
]
for (const [action, word] of actions) {
  test(`'${action}' is ${word}`, async () => {
    assert.equal((await scan(json({ action, score: 1, required_score: 15, symbols: {} }))).word, word)
  })
}

const troubles: [
  what: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  failure: string,
  times: number,
][] = [
  ['silence', () => undefined, 'unavailable', 2],
  ['status 500', (_, response) => response.writeHead(500).end(), 'unavailable', 2],
  ['status 403', (_, response) => response.writeHead(403).end('{"error":"no"}'), 'unreadable', 1],
  ['no JSON', (_, response) => response.end('<html>'), 'unreadable', 1],
  ['null', json(null), 'unreadable', 1],
  ['a name of Object', json({ action: 'constructor' }), 'unreadable', 1],
  ['a broken answer', (request) => request.socket.destroy(), 'unavailable', 2],
  ['an endless answer', (_, response) => void response.write('x'.repeat(2_000_000)), 'unavailable', 2],
]
for (const [what, answer, failure, times] of troubles) {
  test(`${what} is PROCESSING_FAILED, ${failure}`, async () => {
    const verdict = await scan(answer, what === 'silence' ? 300 : undefined)
    assert.ok(verdict.word === 'PROCESSING_FAILED')
    assert.equal(verdict.failure, failure, verdict.reason)
    assert.equal(asked.length, times)
    assert.ok(!verdict.reason.includes('secret'))
  })
}

test("an error of the message is not the scanner's", async () => {
  await scan(json({}))
  const broken = {
    sizeBytes: 10,
    async *open() {
      yield Buffer.from('x')
      throw new Error('disk gone')
    },
  }
  const url = `http://127.0.0.1:${(server!.address() as AddressInfo).port}`
  await assert.rejects(rspamd(url).scan(broken, envelope), /disk gone/)
})
