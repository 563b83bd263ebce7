import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { HttpsAnswer } from '#src/clients/https/exchange-octets.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'
import { stubHttps } from '#test/support/stub-https.ts'

const MOST = 8 * 1024 * 1024

/** A server that answers as it is told at the moment, and how to ask it over one connection. */
async function served(t: TestContext) {
  let write: (response: ServerResponse) => void | Promise<void> = () => undefined
  const stub = await stubHttps(({ response }) => write(response))
  const peer = new HttpsPeer({ userAgent: 'test', tls: { ca: stub.pair.cert }, connections: 1 })
  t.after(() => {
    peer.close()
    return stub.close()
  })
  const url = new URL(stub.url)
  return {
    /** How many connections there were. */
    connections: () => stub.connections,
    ask(told: typeof write, mostOctets = MOST): Promise<HttpsAnswer> {
      write = told
      const limits = { timeoutMs: 60_000, mostOctets, repeatable: false }
      return peer.send({ method: 'POST', url, body: new Uint8Array(0) }, limits)
    },
  }
}

/** Whatever may write it: pieces of these lengths, `size` announced or in chunks. */
const writing =
  (octets: Buffer, lengths: readonly number[], headers: Record<string, string>) =>
  async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, headers)
    let at = 0
    for (const length of lengths) {
      if (at >= octets.length) break
      if (!response.write(octets.subarray(at, at + length))) await once(response, 'drain')
      at += length
    }
    response.end(octets.subarray(at))
  }

test('octets are those that were sent, in whatever pieces, however slowly they are read', async (t) => {
  const { ask, connections } = await served(t)
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        size: fc.oneof(
          fc.constant(0),
          fc.integer({ min: 1, max: 2_000 }),
          fc.integer({ min: 1, max: 700_000 }),
        ),
        lengths: fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 12 }),
        announced: fc.boolean(),
        packed: fc.boolean(),
        pauses: fc.boolean(),
      }),
      async ({ size, lengths, announced, packed, pauses }) => {
        const plain = randomBytes(size)
        const octets = packed ? gzipSync(plain) : plain
        const headers = {
          ...(announced && { 'content-length': String(octets.length) }),
          ...(packed && { 'content-encoding': 'gzip' }),
        }
        const { body } = await ask(writing(octets, lengths, headers))
        // Kept until all have come: none of them may lie where the next is read to.
        const pieces: Uint8Array[] = []
        for await (const piece of body) {
          pieces.push(piece)
          if (pauses) await setImmediate()
        }
        assert.ok(Buffer.concat(pieces).equals(plain))
      },
    ),
    { numRuns: 20 },
  )
  assert.equal(connections(), 1)
})

const MUCH = 64 * 1024 * 1024

/** A server that writes `MUCH`, and how many octets it has written once it writes no more. */
function writingMuch() {
  let written = 0
  const piece = Buffer.alloc(64 * 1024)
  return {
    async told(response: ServerResponse): Promise<void> {
      const closed = once(response, 'close')
      for (; written < MUCH && !response.destroyed; written += piece.length)
        if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed])
      response.end()
    },
    async settled(): Promise<number> {
      for (let before = -1; before !== written; ) {
        before = written
        for (let turns = 0; turns < 200; turns++) await setImmediate()
      }
      return written
    },
  }
}

test('a reader that rests makes the server rest', async (t) => {
  const { ask } = await served(t)
  const { told, settled } = writingMuch()
  const { body } = await ask(told, 2 * MUCH)
  const pieces = body[Symbol.asyncIterator]()
  await pieces.next()
  const written = await settled()
  assert.ok(written < MUCH / 2, `${written} octets went`)
  await pieces.return()
})

test('who leaves early ends the connection, and the next request has one', async (t) => {
  const { ask, connections } = await served(t)
  const octets = randomBytes(600_000)
  for await (const _ of (await ask(writing(octets, [], {}))).body) break
  const pieces: Uint8Array[] = []
  for await (const piece of (await ask(writing(octets, [], {}))).body) pieces.push(piece)
  assert.ok(Buffer.concat(pieces).equals(octets))
  assert.equal(connections(), 2)
})

test('who leaves before the first piece does too, also where all of it has come', async (t) => {
  const { ask } = await served(t)
  for (const headers of [{}, { 'content-encoding': 'gzip' }]) {
    const octets = gzipSync('short')
    const sent = Promise.withResolvers<void>()
    const told = async (response: ServerResponse): Promise<void> => {
      response.once('finish', sent.resolve)
      await writing(octets, [], headers)(response)
    }
    const { body } = await ask(told)
    await sent.promise
    for (let turns = 0; turns < 20; turns++) await setImmediate()
    await body.return()
    const pieces = await Array.fromAsync((await ask(writing(octets, [], {}))).body)
    assert.ok(Buffer.concat(pieces).equals(octets))
  }
})

test('an answer that breaks off, is too long or is no gzip fails by name, once, and frees its place', async (t) => {
  const { ask } = await served(t)
  const octets = randomBytes(300_000)
  const broken = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': String(octets.length) })
    response.write(octets.subarray(0, 100_000), () => response.destroy())
  }
  const cases: [string, (response: ServerResponse) => void | Promise<void>, number][] = [
    ['lost', broken, MOST],
    ['protocol', writing(octets, [], {}), 100_000],
    ['protocol', writing(octets, [], { 'content-encoding': 'gzip' }), MOST],
    ['protocol', writing(gzipSync(Buffer.alloc(300_000)), [], { 'content-encoding': 'gzip' }), 100_000],
  ]
  for (const [kind, told, most] of cases) {
    const { body } = await ask(told, most)
    await assert.rejects(
      Array.fromAsync(body),
      (error) => error instanceof HttpsFailure && error.kind === kind,
    )
    assert.deepEqual(await Array.fromAsync(body), [])
  }
})

/** Every octet that flows, with a reader that rests now and then. */
async function flowing({ body }: HttpsAnswer, rests = false): Promise<Buffer> {
  const copies: Buffer[] = []
  await body.flow((piece) => {
    copies.push(Buffer.from(piece))
    return rests && copies.length % 3 === 0 ? setImmediate() : undefined
  })
  assert.equal((await body.next()).done, true)
  return Buffer.concat(copies)
}

test('what flows is what was sent, however it was written, and however long its reader rests', async (t) => {
  const { ask, connections } = await served(t)
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        size: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 700_000 })),
        lengths: fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 12 }),
        announced: fc.boolean(),
        packed: fc.boolean(),
        rests: fc.boolean(),
        late: fc.boolean(),
      }),
      async ({ size, lengths, announced, packed, rests, late }) => {
        const plain = randomBytes(size)
        const octets = packed ? gzipSync(plain) : plain
        const headers = {
          ...(announced && { 'content-length': String(octets.length) }),
          ...(packed && { 'content-encoding': 'gzip' }),
        }
        const answer = await ask(writing(octets, lengths, headers))
        if (late) await setImmediate()
        assert.ok((await flowing(answer, rests)).equals(plain))
      },
    ),
    { numRuns: 20 },
  )
  assert.equal(connections(), 1)
})

test('a flow whose reader rests makes the server rest', async (t) => {
  const { ask } = await served(t)
  const { told, settled } = writingMuch()
  const { body } = await ask(told, 2 * MUCH)
  const rest = Promise.withResolvers<void>()
  let had = 0
  const flowed = body.flow((octets) => {
    had += octets.length
    return had > octets.length ? undefined : rest.promise
  })
  const written = await settled()
  assert.ok(written < MUCH / 2, `${written} octets went`)
  rest.resolve()
  await flowed
  assert.equal(had, MUCH)
})

test('what a reader of a flow throws ends the connection, and is what its caller is told', async (t) => {
  const { ask, connections } = await served(t)
  const fault = new Error('Nobody wants this')
  for (const thrown of [
    () => {
      throw fault
    },
    () => Promise.reject(fault),
  ]) {
    const { body } = await ask(writing(randomBytes(300_000), [], {}))
    await assert.rejects(body.flow(thrown), fault)
  }
  const octets = randomBytes(1_000)
  assert.ok((await flowing(await ask(writing(octets, [], {})))).equals(octets))
  assert.equal(connections(), 3)
})

test('a flow that breaks off, is too long or has broken chunks fails by name, and frees its place', async (t) => {
  const { ask } = await served(t)
  const octets = randomBytes(300_000)
  const raw =
    (text: string) =>
    ({ socket }: ServerResponse): void => {
      socket!.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text}`)
    }
  const cases: [string, (response: ServerResponse) => void | Promise<void>, number][] = [
    ['lost', (response) => void response.write(octets, () => response.destroy()), MOST],
    ['protocol', writing(octets, [], {}), 100_000],
    ['protocol', writing(octets, [], { 'content-encoding': 'gzip' }), MOST],
    ['lost', raw('3\r\nabc\r\n'), MOST],
    ['lost', raw('3\r\nabcd\r\n0\r\n\r\n'), MOST],
    ['lost', raw('x\r\nabc\r\n0\r\n\r\n'), MOST],
    ['lost', raw(`3;${'x'.repeat(5_000)}\r\nabc\r\n0\r\n\r\n`), MOST],
    ['lost', raw('3\r\nabc\r\n0\r\nno trailer\r\n\r\n'), MOST],
  ]
  for (const [kind, told, most] of cases) {
    const answer = await ask(told, most)
    await assert.rejects(
      flowing(answer),
      (error) => error instanceof HttpsFailure && error.kind === kind,
      kind,
    )
    assert.deepEqual(await Array.fromAsync(answer.body), [])
  }
})
