import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FolderPages } from '#src/domain/migration/engine/folders/folder-pages.ts'
import type { PassRun } from '#src/domain/migration/engine/ledger/page-run.ts'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { systemClock } from '#src/domain/migration/engine/pace/clock.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import type { SourceChange, SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

const folder = (key: string) => ({ key, name: key, items: 1 }) as SourceFolder

function pagesOver(
  changes: (key: string, cursor: string | null, signal: AbortSignal) => Promise<string>,
  named: (key: string) => readonly string[] = () => [],
) {
  const idle = new AbortController().signal
  const budget = new SourceBudget('old', 10, systemClock)
  // It was asked for the folders before.
  budget.succeeded()
  const lane = new Lane({
    clock: systemClock,
    budget,
    random: () => 0.5,
    signal: idle,
    drain: idle,
    alert: () => undefined,
  })
  const source = {
    changes: async ({ key }: SourceFolder, cursor: string | null, _: number, signal: AbortSignal) => ({
      changes: named(key).map((key): SourceChange => ({ kind: 'gone', key })),
      cursor: await changes(key, cursor, signal),
      more: false,
      restarted: false,
    }),
  }
  return new FolderPages({ lane, source, settings: { pageItems: 10 } } as unknown as PassRun)
}

test('pages are asked for ahead, each once, and only as many as allowed', async () => {
  const asked: string[] = []
  const pages = pagesOver(async (key, cursor) => {
    asked.push(`${key}/${cursor}`)
    return `${key}1`
  })
  pages.beginAll(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({ at: folder(key), cursor: null })))
  assert.equal((await pages.next(folder('a'), null)).cursor, 'a1')
  assert.deepEqual(asked, ['a/null', 'b/null', 'c/null', 'd/null'])
  pages.begin(folder('a'), 'a1')
  await pages.next(folder('b'), null)
  await pages.next(folder('a'), 'a1')
  assert.deepEqual(asked.slice(4), ['a/a1'])
  await pages.close()
})

for (const [what, ofB, again] of [
  ['names an item that was named since', ['x', 'y'], ['b']],
  ['names others than were named since', ['y'], []],
] as const)
  test(`a page that waited and ${what}: ${again.length === 0 ? 'it is taken' : 'it is asked for anew'}`, async () => {
    const asked: string[] = []
    const pages = pagesOver(
      async (key) => {
        asked.push(key)
        return `${key}1`
      },
      (key) => (key === 'b' ? ofB : ['x']),
    )
    pages.begin(folder('b'), null)
    await new Promise((resolve) => setImmediate(resolve))
    await pages.next(folder('a'), null)
    // Asked for when the other had been answered.
    pages.begin(folder('c'), null)
    await pages.next(folder('c'), null)
    await pages.next(folder('b'), null)
    assert.deepEqual(asked, ['b', 'a', 'c', ...again])
    await pages.close()
  })

test('a page that was asked for with another cursor is not taken', async () => {
  const pages = pagesOver(async (_key, cursor) => `after ${cursor}`)
  pages.begin(folder('a'), 'old')
  assert.equal((await pages.next(folder('a'), null)).cursor, 'after null')
  await pages.close()
})

test('what fails ahead is told to whoever takes it, and to nobody when nobody does', async () => {
  const pages = pagesOver(async (key) => {
    throw new SourceFailure('mailbox-permanent', 'gone', `No ${key}`)
  })
  pages.beginAll([folder('a'), folder('b')].map((at) => ({ at, cursor: null })))
  await assert.rejects(pages.next(folder('a'), null), /No a/)
  await pages.close()
})

test('what is still under way at the end is cut off', async () => {
  const pages = pagesOver(
    (_key, _cursor, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  pages.begin(folder('a'), null)
  await new Promise((resolve) => setImmediate(resolve))
  await pages.close()
})
