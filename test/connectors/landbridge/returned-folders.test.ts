/** Folders that are put elsewhere in a mailbox of another Landbridge, as a mailbox goes back. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { storedReturns } from '#connectors/landbridge/returns.ts'
import { storedMailbox } from '#connectors/landbridge/stored-mailbox.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import { temporaryStore } from '#test/support/store.ts'

const { signal } = new AbortController()
const there = await temporaryStore()
after(() => there.remove())

const at = there.mailboxes[0]!
const returns = storedReturns({ store: there.store, spool: undefined as never }, at)
const make = (name: string, parent: SourceFolder | null) =>
  returns.makeFolder!({ name, class: 'message' }, parent, signal)
const placeOf = async ({ key }: SourceFolder) => {
  const listed = await Array.fromAsync(storedMailbox(there.store, at, false).folders(signal))
  return listed.find((each) => each.key === key)?.parent
}

test('a folder does not go below itself, and may once the one below has left it', async () => {
  const upper = await make('Upper', null)
  const lower = await make('Lower', upper)
  const inside = await make('Inside', lower)
  for (const parent of [upper, lower, inside])
    await assert.rejects(returns.placeFolder!(upper, { name: 'Upper', parent }, signal), {
      kind: 'item-permanent',
      message: '"Upper" cannot be moved into itself. Choose a folder outside it.',
    })
  assert.equal(await placeOf(upper), null)
  await returns.placeFolder!(lower, { name: 'Lower', parent: null }, signal)
  await returns.placeFolder!(upper, { name: 'Above', parent: lower }, signal)
  assert.deepEqual(await Promise.all([upper, lower, inside].map(placeOf)), [lower.key, null, lower.key])
})
