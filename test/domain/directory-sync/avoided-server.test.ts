import assert from 'node:assert/strict'
import { test } from 'node:test'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import {
  type DirectorySource,
  SourceFailure,
  type SourceFailureKind,
  type SourceServer,
} from '#src/domain/directory-sync/source.ts'
import { mailboxObject } from '#test/support/memory-directory.ts'
import { synced } from './synced.ts'

test('a server that fails in mid-reading is avoided until a run has come to its end', async () => {
  const world = await synced()
  const at: SourceServer = { partition: 'DC=corp,DC=example', server: 'dc1' }
  const asked: (SourceServer | undefined)[] = []
  let fails: SourceFailureKind | undefined
  const source: DirectorySource = {
    name: 'one that fails',
    async read(options) {
      asked.push(options.avoid)
      if (fails === undefined) return world.directory.read(options)
      const failure = new SourceFailure(fails, 'It broke off.')
      failure.at = at
      throw failure
    },
  }
  const run = async (kind?: SourceFailureKind) => {
    fails = kind
    world.clock.now += 60_000
    const deps = { ...world.deps, store: world.store, openSource: () => source }
    await syncDirectory(deps, world.organization, { signal: new AbortController().signal }).catch(
      (error: unknown) => {
        if (kind === undefined) throw error
      },
    )
  }
  try {
    world.directory.put(mailboxObject(1, 'anna'))
    await run()
    await run('busy')
    // A wrong password is one with every server.
    await run('credentials')
    world.directory.put(mailboxObject(2, 'bert'))
    await run()
    await run()
    assert.deepEqual(asked, [undefined, undefined, at, at, undefined])
  } finally {
    await world.temporary.remove()
  }
})
