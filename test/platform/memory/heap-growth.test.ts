import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeapGrowth } from '#src/platform/memory/heap-growth.ts'

test('the heap may grow twice as far while anybody holds that, and as usual behind the last one', () => {
  const set: string[] = []
  const growth = new HeapGrowth(['--heap-growing-percent=50', '--other'], (flag) => set.push(flag))
  const [one, other] = [growth.begin(), growth.begin()]
  one()
  one()
  assert.deepEqual(set, ['--heap-growing-percent=100'])
  other()
  assert.deepEqual(set, ['--heap-growing-percent=100', '--heap-growing-percent=50'])
  growth.begin()()
  assert.equal(set.length, 4)
})

test('a process that nobody holds to less is left as it is', () => {
  const set: string[] = []
  new HeapGrowth([], (flag) => set.push(flag)).begin()()
  assert.deepEqual(set, [])
})
