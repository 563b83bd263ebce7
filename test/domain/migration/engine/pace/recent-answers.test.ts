import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentAnswers } from '#src/domain/migration/engine/pace/recent-answers.ts'

test('what takes long to read is read seldom, what is quick each time', async () => {
  let now = 0
  let reads = 0
  const answers = new RecentAnswers<number>(() => now)
  const ask = (key: string, takes: number) =>
    answers.get(key, async () => {
      now += takes
      return ++reads
    })
  assert.deepEqual([await ask('quick', 0), await ask('quick', 0)], [1, 2])
  assert.equal(await ask('slow', 100), 3)
  now += 4_999
  assert.equal(await ask('slow', 100), 3)
  now += 1
  assert.equal(await ask('slow', 100), 4)
  now += 10_000
  assert.equal(await ask('very slow', 60_000), 5)
  now += 29_999
  assert.equal(await ask('very slow', 60_000), 5)
  now += 1
  assert.equal(await ask('very slow', 60_000), 6)
})

test('who asks meanwhile hears the same, and a failure is not kept', async () => {
  const answers = new RecentAnswers<string>(() => 0)
  const wait = Promise.withResolvers<string>()
  const first = answers.get('batch', () => wait.promise)
  const second = answers.get('batch', async () => 'other')
  wait.reject(new Error('The disk is gone'))
  await assert.rejects(first, /disk/)
  await assert.rejects(second, /disk/)
  assert.equal(await answers.get('batch', async () => 'anew'), 'anew')
})

test('nobody waits longer than they want to: told is what was read before, and what is read goes on', async () => {
  let now = 0
  const answers = new RecentAnswers<string>(() => now)
  const first = Promise.withResolvers<string>()
  assert.equal(await answers.within(1, 'batch', () => first.promise), undefined, 'nothing was read yet')
  now = 1
  first.resolve('first')
  await first.promise
  assert.equal(await answers.within(60_000, 'batch', async () => 'not asked'), 'first')
  now = 100
  const second = Promise.withResolvers<string>()
  assert.equal(await answers.within(1, 'batch', () => second.promise), 'first')
  now = 101
  second.resolve('second')
  await second.promise
  assert.equal(await answers.within(60_000, 'batch', async () => 'not asked'), 'second')
  now += 11 * 60_000
  const third = Promise.withResolvers<string>()
  assert.equal(await answers.within(1, 'batch', () => third.promise), undefined, 'that is too old')
  third.reject(new Error('The disk is gone'))
  await assert.rejects(
    answers.within(60_000, 'batch', () => third.promise),
    /disk/,
  )
})

test('who has no time to wait is told what is known, and those that were read longest ago have their turn first', async () => {
  let now = 0
  const answers = new RecentAnswers<string>(() => now)
  const turns = () => answers.inTurn(['a', 'b', 'c'], (key) => key)
  assert.deepEqual(turns(), ['a', 'b', 'c'])
  assert.equal(answers.known('a'), undefined)
  for (const key of ['a', 'b']) {
    now++
    assert.equal(await answers.get(key, async () => `${key} at ${now}`), `${key} at ${now}`)
  }
  assert.deepEqual(turns(), ['c', 'a', 'b'])
  assert.equal(answers.known('a'), 'a at 1')
  now += 11 * 60_000
  assert.equal(answers.known('a'), undefined)
})
