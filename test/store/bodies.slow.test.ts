import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { giveBack } from '#src/base/give-back.ts'
import { behind } from '#src/store/bodies/pieces.ts'
import { appendMessage, openTestStore, readAll, temporaryStore } from '#test/support/store.ts'

/** Number and sealed octets of the newest body of a data folder. */
function newestBody(folder: string): { no: number; sealed: Buffer } {
  const database = new Database(join(folder, 'landbridge.sqlite'), { readonly: true })
  try {
    return database.prepare('SELECT no, sealed FROM body ORDER BY no DESC LIMIT 1').get() as never
  } finally {
    database.close()
  }
}

const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((octet, i) => octet ^ b[i]!))

test('two machines that go on from one backup never seal two bodies with the same key stream', async (t) => {
  const original = await temporaryStore()
  const second = await mkdtemp(join(tmpdir(), 'landbridge-store-'))
  t.after(async () => {
    await original.remove()
    await rm(second, { recursive: true, force: true })
  })
  const mailbox = original.mailboxes[0]!
  await original.store.close()
  await cp(original.folder, second, { recursive: true })
  await original.reopen()
  const copy = await openTestStore(second)
  const [one, two] = [Buffer.alloc(1_000, 'a'), Buffer.alloc(1_000, 'b')]
  await appendMessage(original.store, mailbox, 'one', one)
  await appendMessage(copy.store, mailbox, 'two', two)
  const [left, right] = [newestBody(original.folder), newestBody(second)]
  assert.equal(left.no, right.no, 'both give out the same number')
  const text = (sealed: Buffer) => sealed.subarray(0, 1_000)
  assert.notDeepEqual(xor(text(left.sealed), text(right.sealed)), xor(one, two))
  await copy.store.close()
})

test('large and small bodies come back whole and in part', async (t) => {
  const { store, mailboxes, remove } = await temporaryStore()
  t.after(remove)
  const at = mailboxes[0]!
  for (const sizeBytes of [0, 1, 16_384, 16_385, 65_536, 65_537, 262_144, 262_145, 600_000]) {
    const bytes = Buffer.alloc(sizeBytes).map((_, i) => i % 251)
    const item = await appendMessage(store, at, 'size', bytes)
    assert.deepEqual(await readAll(store, at, item.body!), bytes)
    for (const [start, end] of [
      [0, 10],
      [sizeBytes - 5, sizeBytes + 5],
      [65_530, 65_540],
      [70_000, 200_000],
    ] as const) {
      const part: Uint8Array[] = []
      for await (const piece of store.mailboxes.readBody(at, item.body!, { start, end })) part.push(piece)
      assert.deepEqual(Buffer.concat(part), bytes.subarray(Math.max(0, start), Math.max(0, end)))
    }
  }
})

test('a body is the same however its octets come', async (t) => {
  const { store, mailboxes, remove } = await temporaryStore()
  t.after(remove)
  const at = mailboxes[0]!
  for (const sizeBytes of [0, 300, 16_384, 65_536, 200_000]) {
    const bytes = Buffer.alloc(sizeBytes).map((_, i) => i % 251)
    for (const cut of [1, 7, 1_000, 9_000, 40_000, 65_535, 65_536, 300_000]) {
      if (sizeBytes / cut > 20_000) continue
      async function* source() {
        for (let from = 0; from < sizeBytes; from += cut) {
          yield bytes.subarray(from, from + cut)
          yield bytes.subarray(0, 0)
        }
      }
      const staged = await store.stageBody(at, sizeBytes, source())
      const scope = { organization: at.organization, mailboxes: [at.mailbox] }
      const item = { folder: at.inbox, class: 'message', receivedAt: 0, summary: { subject: '' } } as const
      const { body } = await store.transact(scope, (writer) =>
        writer.mailboxes.appendItem(at, { ...item, body: staged }),
      )
      assert.ok((await readAll(store, at, body!)).equals(bytes), `${sizeBytes} octets by ${cut}`)
    }
  }
})

test('what was sealed of a body is all that is needed of it', async (t) => {
  const { store, mailboxes, remove } = await temporaryStore()
  t.after(remove)
  const at = mailboxes[0]!
  for (const sizeBytes of [0, 300, 16_384, 16_385, 65_536, 131_072, 200_000, 700_000]) {
    const bytes = Buffer.alloc(sizeBytes).map((_, i) => i % 251)
    const given = Buffer.from(bytes)
    let calls = 0
    async function* source() {
      for (let from = 0; from < sizeBytes; from += 50_000) yield given.subarray(from, from + 50_000)
    }
    const staged = await store.stageBody(at, sizeBytes, source(), () => {
      calls++
      given.fill(255)
    })
    assert.equal(calls, 1, `${sizeBytes} octets`)
    const scope = { organization: at.organization, mailboxes: [at.mailbox] }
    const item = { folder: at.inbox, class: 'message', receivedAt: 0, summary: { subject: '' } } as const
    const { body } = await store.transact(scope, (writer) =>
      writer.mailboxes.appendItem(at, { ...item, body: staged }),
    )
    assert.ok((await readAll(store, at, body!)).equals(bytes), `${sizeBytes} octets`)
  }
})

test('what a write leaves over is what comes behind the octets it took', () => {
  const pieces = ['abc', '', 'd', 'efg'].map((text) => Buffer.from(text))
  const whole = Buffer.concat(pieces).toString()
  for (let taken = 0; taken <= whole.length; taken++) {
    const left = behind(pieces, taken)
    assert.equal(Buffer.concat(left).toString(), whole.slice(taken))
    assert.ok(left.every(({ length }) => length > 0))
  }
})

test('memory is given back of pieces that have it for themselves, and twice is once', () => {
  const shared = Buffer.alloc(100, 7)
  const pieces = [Buffer.alloc(50), shared.subarray(0, 99), new Uint8Array(0)]
  giveBack(pieces)
  giveBack(pieces)
  assert.deepEqual(
    pieces.map(({ length }) => length),
    [0, 99, 0],
  )
  assert.deepEqual(shared, Buffer.alloc(100, 7))
})

test('what was sealed of a large body is no memory any more once it is written, and its source is untouched', async (t) => {
  const { store, mailboxes, remove } = await temporaryStore()
  t.after(remove)
  const bytes = Buffer.allocUnsafeSlow(1024 * 1024).fill('x')
  const held = () => process.memoryUsage().arrayBuffers
  const before = held()
  for (let i = 0; i < 40; i++) await appendMessage(store, mailboxes[0]!, 'large', bytes)
  assert.ok(held() - before < 20 * 1024 * 1024, `${held() - before} octets are held`)
  assert.ok(bytes.every((octet) => octet === 120))
})
