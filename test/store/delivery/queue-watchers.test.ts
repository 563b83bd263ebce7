import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueueWatchers } from '#src/store/delivery/queue-watchers.ts'

test('who watches the queue is called, once for each watch, and not after it was taken away', async () => {
  const watchers = new QueueWatchers()
  let calls = 0
  const listener = () => calls++
  const ends = [watchers.add(listener), watchers.add(listener)]
  watchers.queued()
  await new Promise(setImmediate)
  assert.equal(calls, 2)
  ends[0]!()
  watchers.queued()
  await new Promise(setImmediate)
  assert.equal(calls, 3)
})

test('a watch that is taken away by one called before it is not called', async () => {
  const watchers = new QueueWatchers()
  const calls: string[] = []
  let end = () => {}
  watchers.add(() => {
    calls.push('one')
    end()
  })
  end = watchers.add(() => calls.push('other'))
  watchers.queued()
  await new Promise(setImmediate)
  assert.deepEqual(calls, ['one'])
})
