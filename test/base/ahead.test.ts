import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ahead } from '#src/base/ahead.ts'

it('one is asked for ahead, in order, and a failure comes when it is its turn', async () => {
  const asked: number[] = []
  let closed = 0
  async function* numbers() {
    try {
      for (let no = 1; no <= 3; no++) {
        asked.push(no)
        if (no === 3) throw new Error('broken')
        yield no
      }
    } finally {
      closed++
    }
  }
  const taken: number[] = []
  await assert.rejects(async () => {
    for await (const no of ahead(numbers())) {
      await new Promise(setImmediate)
      assert.equal(asked.at(-1), no + 1)
      taken.push(no)
    }
  }, /broken/)
  assert.deepEqual(taken, [1, 2])
  for await (const no of ahead(numbers())) if (no === 1) break
  assert.equal(closed, 2)
})
