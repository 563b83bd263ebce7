import assert from 'node:assert/strict'
import { it } from 'node:test'
import { stageReading } from '#src/domain/directory-sync/reading.ts'
import type { SourceKey, SourceReading } from '#src/domain/directory-sync/source.ts'
import { guidOf } from '#test/support/memory-directory.ts'
import { synced } from './synced.ts'

/** A forest of two domains whose servers have counted very different numbers of changes. */
function readingOf(keys: readonly SourceKey[]): SourceReading {
  const position = { server: 'dc1', generation: 'g1' }
  return {
    positions: [
      { ...position, partition: 'dc=large', changeNumber: '100000' },
      { ...position, partition: 'dc=small', changeNumber: '50' },
    ],
    full: null,
    async *changes() {},
    async *keys() {
      yield keys
    },
    async *photos() {},
    close: async () => undefined,
  }
}

it('change numbers are compared with those of their own domain', async () => {
  const world = await synced()
  const along = {
    expected: 0,
    report: () => undefined,
    tick: async () => undefined,
    signal: new AbortController().signal,
  }
  const missed = async (partition: string, changeNumber: string) => {
    const reading = readingOf([{ guid: guidOf(1), changeNumber, partition }])
    return (await stageReading(world.store, world.organization, 1, reading, along)).missed
  }
  try {
    assert.equal(await missed('dc=small', '50'), 1)
    // It changed while the run went on: the next one brings it.
    assert.equal(await missed('dc=small', '51'), 0)
    assert.equal(await missed('dc=large', '51'), 1)
    assert.equal(await missed('dc=large', '100001'), 0)
  } finally {
    await world.temporary.remove()
  }
})
