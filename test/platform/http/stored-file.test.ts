import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerStoredFile } from '#src/platform/http/stored-file.ts'

const octets = Buffer.from('0123456789')
const file = {
  contentType: 'application/octet-stream',
  sizeBytes: octets.length,
  etag: '"a"',
  modifiedAt: Date.UTC(2026, 10, 21, 12, 0, 0, 500),
  async *read({ start, end }: { start: number; end: number }) {
    yield octets.subarray(start, end)
  },
}

async function ask(headers: Record<string, string> = {}, method = 'GET') {
  const reply = answerStoredFile({ method, headers }, file)
  let body = ''
  if (typeof reply.body === 'string') body = reply.body
  else
    for await (const piece of reply.body as AsyncIterable<Uint8Array>) body += Buffer.from(piece).toString()
  return { status: reply.status, body, headers: reply.headers! }
}

test('all of it, with what the client needs to ask again', async () => {
  const { status, body, headers } = await ask()
  assert.deepEqual([status, body], [200, '0123456789'])
  assert.equal(headers['content-length'], '10')
  assert.equal(headers.etag, '"a"')
  assert.equal(headers['last-modified'], 'Sat, 21 Nov 2026 12:00:00 GMT')
  const head = await ask({ range: 'bytes=2-3' }, 'HEAD')
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '10'])
})

const ranges: [range: string, status: number, body: string, contentRange?: string][] = [
  ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=8-', 206, '89', 'bytes 8-9/10'],
  ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
  ['BYTES = 1-1', 206, '1', 'bytes 1-1/10'],
  ['bytes=10-', 416, '', 'bytes */10'],
  ['bytes=-0', 416, '', 'bytes */10'],
  // What is no single stretch does not count (RFC 9110 §14.2).
  ['bytes=4-2', 200, '0123456789'],
  ['bytes=-', 200, '0123456789'],
  ['bytes=0-1,3-4', 200, '0123456789'],
  ['lines=0-1', 200, '0123456789'],
]
for (const [range, status, body, contentRange] of ranges)
  test(`Range: ${range}`, async () => {
    const reply = await ask({ range })
    assert.deepEqual([reply.status, reply.body, reply.headers['content-range']], [status, body, contentRange])
  })

const conditions: [headers: Record<string, string>, status: number][] = [
  [{ 'if-none-match': '"a"' }, 304],
  [{ 'if-none-match': '"b", W/"a"' }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"b"' }, 200],
  [{ 'if-modified-since': 'Sat, 21 Nov 2026 12:00:00 GMT' }, 304],
  [{ 'if-modified-since': 'Sat, 21 Nov 2026 11:59:59 GMT' }, 200],
  [{ 'if-modified-since': 'some day' }, 200],
  [{ 'if-none-match': '"b"', 'if-modified-since': 'Sat, 21 Nov 2026 12:00:00 GMT' }, 200],
  [{ range: 'bytes=1-1', 'if-range': '"a"' }, 206],
  [{ range: 'bytes=1-1', 'if-range': '"b"' }, 200],
  [{ range: 'bytes=1-1', 'if-range': 'W/"a"' }, 200],
  [{ range: 'bytes=1-1', 'if-range': 'Sat, 21 Nov 2026 12:00:00 GMT' }, 206],
  [{ range: 'bytes=1-1', 'if-range': 'Sat, 21 Nov 2026 12:00:01 GMT' }, 200],
  [{ range: 'bytes=1-1', 'if-none-match': '"a"' }, 304],
]
for (const [headers, status] of conditions)
  test(`${JSON.stringify(headers)} is answered ${status}`, async () => {
    assert.equal((await ask(headers)).status, status)
  })

test('whatever the header says, a stretch is what it is said to be', async () => {
  const part = fc.oneof(fc.nat(20).map(String), fc.constant(''))
  await fc.assert(
    fc.asyncProperty(part, part, async (first, last) => {
      const { status, body, headers } = await ask({ range: `bytes=${first}-${last}` })
      if (status !== 206) return
      const [, from, to] = /^bytes (\d+)-(\d+)\/10$/.exec(headers['content-range']!)!
      assert.equal(body, octets.toString('latin1', Number(from), Number(to) + 1))
      assert.equal(headers['content-length'], String(body.length))
      assert.ok(body.length > 0)
    }),
  )
})
