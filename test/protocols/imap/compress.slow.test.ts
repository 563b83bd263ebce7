/** COMPRESS=DEFLATE (RFC 4978) with a client's own zlib. */
import assert from 'node:assert/strict'
import { type Duplex, duplexPair } from 'node:stream'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync } from 'node:zlib'
import { ImapConnection } from '#src/protocols/imap/connection.ts'
import { PASSWORD } from '#test/domain/directory/furnished.ts'
import { deliver, type ImapWorld, imapWorld, mailboxOf } from './imap-world.ts'

let world: ImapWorld
before(async () => {
  world = await imapWorld()
  const organization = await world.organization('compressed')
  const user = await world.user(organization, 'ann', 'compressed.example')
  const text = Array.from({ length: 400 }, (_, at) => `line ${at} of a text that says ${at * 7919}`).join(
    '\r\n',
  )
  for (const subject of ['one', 'two'])
    await deliver(
      world.store,
      mailboxOf(organization, user),
      Buffer.from(`Subject: ${subject}\r\n\r\n${text}\r\n`),
    )
})
after(() => world.remove())

class Client {
  readonly #stream: Duplex
  readonly done: Promise<void>
  readonly #inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
  readonly #deflate = createDeflateRaw()
  #plain = ''
  #isCompressed = false
  #tag = 0
  octetsHeard = 0
  closed = false

  constructor() {
    const [ours, theirs] = duplexPair()
    this.done = new ImapConnection(ours, world.options({ limits: { lingerMs: 20 } })).run()
    this.#stream = theirs
    theirs.on('error', () => {})
    theirs.on('close', () => (this.closed = true))
    theirs.on('end', () => (this.closed = true))
    theirs.on('data', (octets: Buffer) => {
      this.octetsHeard += octets.length
      if (this.#isCompressed) this.#inflate.write(octets)
      else this.#plain += octets.toString('latin1')
    })
    this.#inflate.on('data', (octets: Buffer) => (this.#plain += octets.toString('latin1')))
    this.#deflate.on('data', (octets: Buffer) => theirs.write(octets))
  }

  raw(octets: Uint8Array): boolean {
    return this.#stream.write(octets)
  }

  drained(): Promise<unknown> {
    return new Promise((resolve) => {
      this.#stream.once('drain', resolve)
      this.#stream.once('close', resolve)
    })
  }

  async command(text: string): Promise<string> {
    const tag = `t${++this.#tag}`
    this.#plain = ''
    if (this.#isCompressed) {
      this.#deflate.write(`${tag} ${text}\r\n`)
      this.#deflate.flush(constants.Z_SYNC_FLUSH)
    } else this.#stream.write(`${tag} ${text}\r\n`)
    const answered = new RegExp(`(^|\\r\\n)${tag} [^\\r]*\\r\\n$`)
    for (const until = performance.now() + 100_000; !answered.test(this.#plain); await delay(2))
      assert.ok(performance.now() < until && !this.closed, `no answer to ${text}: ${this.#plain.slice(-200)}`)
    return this.#plain
  }

  async begin(): Promise<void> {
    await this.command(`LOGIN ann@compressed.example ${PASSWORD}`)
    assert.match(await this.command('COMPRESS DEFLATE'), /^t2 OK /m)
    this.#isCompressed = true
  }

  async end(): Promise<void> {
    this.#stream.end()
    await this.done
  }
}

test('what follows is compressed in both directions, once', async () => {
  const client = new Client()
  await client.begin()
  assert.match(await client.command('SELECT INBOX'), /OK \[READ-WRITE\]/)
  client.octetsHeard = 0
  const answer = await client.command('FETCH 1 BODY.PEEK[]')
  assert.match(answer, /line 399 of a text/)
  assert.ok(client.octetsHeard < answer.length / 2, `${client.octetsHeard} for ${answer.length}`)
  assert.match(await client.command('COMPRESS DEFLATE'), /NO \[COMPRESSIONACTIVE\]/)
  assert.doesNotMatch(await client.command('CAPABILITY'), /COMPRESS/)
  assert.match(await client.command('UNAUTHENTICATE'), / OK /)
  assert.match(await client.command(`LOGIN ann@compressed.example ${PASSWORD}`), /OK (?!.*COMPRESS)/)
  assert.match(await client.command('LOGOUT'), /BYE/)
  await client.end()
})

test('no answer is shorter because of an earlier one', async () => {
  const client = new Client()
  await client.begin()
  await client.command('SELECT INBOX')
  const sizes: number[] = []
  for (const number of [1, 2, 1]) {
    client.octetsHeard = 0
    await client.command(`FETCH ${number} BODY.PEEK[TEXT]`)
    sizes.push(client.octetsHeard)
  }
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 4, `sizes ${sizes}`)
  await client.end()
})

test('octets that are no DEFLATE end the connection', async () => {
  const client = new Client()
  await client.begin()
  client.raw(Buffer.from('t3 NOOP\r\nt4 NOOP\r\n'))
  await client.done
})

test('octets that grow without end cost no memory, and end the connection', async () => {
  const client = new Client()
  await client.begin()
  // More than a session reads over (64 MB), in less than 100 KB.
  const bomb = deflateRawSync(Buffer.alloc(72 * 1024 * 1024, 'a'), { level: 9 })
  const before = process.memoryUsage().rss
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 5)
  for (let at = 0; at < bomb.length && !client.closed; at += 8_192)
    if (!client.raw(bomb.subarray(at, at + 8_192))) await client.drained()
  await client.done
  clearInterval(watch)
  assert.ok(most < 60 * 1024 * 1024, `${most} octets more`)
})

test('a client that reads nothing is waited for', async () => {
  const [ours, theirs] = duplexPair()
  const limits = { lingerMs: 20, writeMs: 300 }
  const done = new ImapConnection(ours, world.options({ limits })).run()
  theirs.on('error', () => {})
  theirs.write(`a1 LOGIN ann@compressed.example ${PASSWORD}\r\na2 SELECT INBOX\r\na3 COMPRESS DEFLATE\r\n`)
  let heard = ''
  while (!heard.includes('a3 OK')) heard += (theirs.read() ?? (await delay(2)) ?? '').toString('latin1')
  const asked = Array.from({ length: 3_000 }, (_, at) => `b${at} FETCH 1:2 BODY.PEEK[]\r\n`).join('')
  theirs.write(deflateRawSync(asked, { finishFlush: constants.Z_SYNC_FLUSH }))
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, ours.writableLength + theirs.readableLength)
  }, 5)
  await done
  clearInterval(watch)
  assert.ok(most > 0 && most < 200_000, `${most} octets wait`)
})
