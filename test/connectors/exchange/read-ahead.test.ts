import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BATCH_BYTES, type Batch, halved } from '#connectors/exchange/item-batches.ts'
import { OctetRoom } from '#connectors/exchange/octet-room.ts'
import { readAhead } from '#connectors/exchange/read-ahead.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { settled } from '#test/support/settled.ts'

const items = (count: number, sizeBytes = BATCH_BYTES) =>
  Array.from({ length: count }, (_, no) => ({ key: `${no}`, head: { sizeBytes, itemClass: 'IPM.Note' } }))
const keysOf = (batch: Batch) => batch.items.map(({ key }) => key)
const signal = new AbortController().signal

/** Answers each batch when it is told to; remembers what was let go of. */
function server() {
  const asked: { batch: Batch; signal: AbortSignal; answer: () => void; fail: (error: unknown) => void }[] =
    []
  const released: string[] = []
  const fetch = (batch: Batch, signal: AbortSignal) =>
    new Promise<{ answers: string[]; again: Batch[]; release(): Promise<void> }>((resolve, reject) => {
      const answers = keysOf(batch)
      const release = async () => void released.push(...answers)
      asked.push({ batch, signal, answer: () => resolve({ answers, again: [], release }), fail: reject })
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  return { asked, released, fetch }
}

const places = (count: number) => {
  let free = count
  const spare = () => {
    if (free === 0) return undefined
    free--
    return () => {
      free++
    }
  }
  return { spare, free: () => free }
}

test('without places to spare one request is under way, the next one while what came is taken', async () => {
  const { asked, released, fetch } = server()
  const reading = readAhead(items(3), { fetch, room: new OctetRoom(2 ** 30), spare: undefined }, signal)
  const first = reading.next()
  await settled()
  assert.equal(asked.length, 1)
  asked[0]!.answer()
  assert.equal((await first).value, '0')
  await settled()
  assert.equal(asked.length, 2)
  assert.deepEqual(released, [])
  asked[1]!.answer()
  assert.equal((await reading.next()).value, '1')
  assert.deepEqual(released, ['0'])
  await settled()
  asked[2]!.answer()
  assert.equal((await reading.next()).value, '2')
  assert.equal((await reading.next()).done, true)
  assert.deepEqual(released, ['0', '1', '2'])
})

test('as many requests as there are places, and no more octets than there is room for', async () => {
  const { asked, fetch } = server()
  const { spare, free } = places(2)
  const room = new OctetRoom(2 * BATCH_BYTES)
  const reading = readAhead(items(6), { fetch, room, spare }, signal)
  const first = reading.next()
  await settled()
  assert.equal(asked.length, 2, 'room for two, places for three')
  const other = server()
  const beside = readAhead(items(2), { fetch: other.fetch, room, spare }, signal)
  const theirs = beside.next()
  await settled()
  assert.equal(other.asked.length, 1, 'what is wanted now is asked for whether there is room or not')
  for (const one of [...asked, ...other.asked]) one.answer()
  await Promise.all([first, theirs])
  await reading.return(undefined)
  await beside.return(undefined)
  assert.equal(free(), 2)
  assert.equal(room.take(2 * BATCH_BYTES), true, 'everything was given back')
})

test('a request goes in the place that the caller has as soon as that is free, also while others are under way', async () => {
  const { asked, fetch } = server()
  const { spare, free } = places(3)
  const reading = readAhead(items(4), { fetch, room: new OctetRoom(2 * BATCH_BYTES), spare }, signal)
  const first = reading.next()
  await settled()
  assert.deepEqual([asked.length, free()], [2, 2])
  asked[0]!.answer()
  const second = first.then(() => reading.next())
  await settled()
  assert.deepEqual([asked.length, free()], [3, 2], 'two under way: one of its own, one in a place to spare')
  asked[1]!.answer()
  await second
  await reading.return(undefined)
  assert.equal(free(), 3)
})

test('a failure is thrown where its items would come, what is behind it is cut off and let go of', async () => {
  const { asked, released, fetch } = server()
  const { spare, free } = places(3)
  const room = new OctetRoom(2 ** 30)
  const reading = readAhead(items(5), { fetch, room, spare }, signal)
  const first = reading.next()
  await settled()
  assert.equal(asked.length, 4)
  asked[1]!.answer()
  asked[0]!.fail(new Error('busy'))
  await assert.rejects(first, /busy/)
  assert.equal(asked[2]!.signal.aborted, true)
  assert.deepEqual(released, ['1'])
  assert.equal(free(), 3)
  assert.equal(room.take(2 ** 30), true)
})

test('where the server refused one as too many, what it let in is taken before that is told', async () => {
  const { asked, released, fetch } = server()
  const { spare, free } = places(2)
  const reading = readAhead(items(5), { fetch, room: new OctetRoom(2 ** 30), spare }, signal)
  const first = reading.next()
  await settled()
  assert.equal(asked.length, 3)
  asked[0]!.fail(new SourceFailure('too-many', 'ErrorExceededConnectionCount', 'Too many at once'))
  await settled()
  assert.deepEqual([asked[1]!.signal.aborted, asked.length], [false, 3])
  asked[1]!.answer()
  assert.equal((await first).value, '1')
  asked[2]!.answer()
  assert.equal((await reading.next()).value, '2')
  await assert.rejects(reading.next(), { kind: 'too-many' })
  assert.deepEqual([released, free(), asked.length], [['1', '2'], 2, 3])
})

test('after a failure nothing more is asked for, and what came before it is told', async () => {
  const { asked, fetch } = server()
  const reading = readAhead(items(5), { fetch, room: new OctetRoom(2 ** 30), spare: places(1).spare }, signal)
  const first = reading.next()
  await settled()
  asked[1]!.fail(new Error('busy'))
  await settled()
  asked[0]!.answer()
  assert.equal((await first).value, '0')
  await assert.rejects(reading.next(), /busy/)
  assert.equal(asked.length, 2)
})

test('one who is called off between two requests is told so, and not that all was read', async () => {
  const { asked, fetch } = server()
  const caller = new AbortController()
  const options = { fetch, room: new OctetRoom(BATCH_BYTES), spare: undefined }
  const reading = readAhead(items(2), options, caller.signal)
  const first = reading.next()
  await settled()
  asked[0]!.answer()
  assert.equal((await first).value, '0')
  caller.abort(new Error('called off'))
  await assert.rejects(reading.next(), /called off/)
  assert.equal(asked.length, 1)
})

test('what was too much comes in halves, each item once', async () => {
  const room = new OctetRoom(2 ** 30)
  const fetch = async (batch: Batch) => {
    const release = async () => undefined
    return batch.items.length > 3
      ? { answers: [], again: halved(batch), release }
      : { answers: keysOf(batch), again: [], release }
  }
  const found: string[] = []
  const { spare } = places(2)
  for await (const key of readAhead(items(250, 1_000), { fetch, room, spare }, signal)) found.push(key)
  assert.deepEqual(
    found.sort(),
    items(250)
      .map(({ key }) => key)
      .sort(),
  )
  assert.equal(room.take(2 ** 30), true)
})
