import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whenFree } from '#src/domain/directory-sync/when-free.ts'
import { Refusal } from '#src/domain/refusal.ts'

const { signal } = new AbortController()
const busy = () => new Refusal('try-later', 'The address book is being synchronised already.')

test('a run that is asked for waits for the one under way', async () => {
  let asked = 0
  const run = async () => {
    if (++asked < 3) throw busy()
    return asked
  }
  assert.equal(await whenFree(run, signal), 3)
})

test('it waits for nothing else, and no longer than somebody waits for it', async () => {
  let asked = 0
  const refused = new Refusal('invalid-configuration', 'No directory is connected.')
  const run = async (error: Error) => {
    asked++
    throw error
  }
  await assert.rejects(
    whenFree(() => run(refused), signal),
    refused,
  )
  await assert.rejects(
    whenFree(() => run(busy()), AbortSignal.abort()),
    { name: 'AbortError' },
  )
  assert.equal(asked, 2)
})
