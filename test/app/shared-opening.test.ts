import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SharedOpening } from '#src/app/shared-opening.ts'

test('it is opened once for all, closed after the last, and only then opened anew', async () => {
  const shared = new SharedOpening<number>()
  const log: string[] = []
  let count = 0
  const open = async () => {
    log.push(`open ${++count}`)
    return count
  }
  const close = async (value: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    log.push(`close ${value}`)
  }
  const [one, two] = await Promise.all([shared.use('a', open, close), shared.use('a', open, close)])
  assert.deepEqual([one.value, two.value], [1, 1])
  await one.release()
  await one.release()
  assert.deepEqual(log, ['open 1'], 'the second user still has it, however often the first lets go')
  const closing = two.release()
  const three = await shared.use('a', open, close)
  await closing
  assert.equal(three.value, 2)
  assert.deepEqual(log, ['open 1', 'close 1', 'open 2'])
})

test('an opening that failed is forgotten', async () => {
  const shared = new SharedOpening<number>()
  const close = async () => undefined
  await assert.rejects(
    shared.use('a', () => Promise.reject(new Error('locked')), close),
    /locked/,
  )
  assert.equal((await shared.use('a', async () => 7, close)).value, 7)
})
