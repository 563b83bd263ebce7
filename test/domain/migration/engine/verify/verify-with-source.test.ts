import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { BodyDigest } from '#src/domain/migration/engine/items/canonical.ts'
import type { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Store } from '#src/domain/store.ts'

const { signal } = new AbortController()

/** Differences with the source of one message that was copied as `as it was`; `octets`: what each reading of it gives, from 1. */
async function differing(octets: (no: number) => string) {
  const hash = new BodyDigest()
  hash.push(Buffer.from('as it was'))
  const marks = { class: 'message', flags: 0, keywords: [], receivedAt: 0, properties: {} }
  const row = { source: 'old', key: 'a', version: '1', folder: 1, item: 1, modseq: 1, state: 'copied' }
  const store = {
    migration: {
      countLedger: async () => ({ counts: { copied: 1, skipped: 0 }, losses: {} }),
      listLedgerItems: async () => ({
        rows: [{ ...row, sizeBytes: 9, hash: hash.finish(), facts: 'x' }],
        next: null,
      }),
      listLedgerFolders: async () => [{ no: 1, key: 'in', name: 'Inbox', target: 4, cursor: 'c' }],
      digestKey: async () => Buffer.alloc(32),
    },
    mailboxes: {
      listFolders: async () => [{ no: 4 }],
      getItems: async () => [{ ...marks, no: 1, modseq: 1, body: 1 }],
      readBody: async function* () {
        yield Buffer.from('as it was')
      },
    },
  } as unknown as Store
  let opened = 0
  const items = async function* (_: unknown, keys: readonly string[]) {
    const open = async function* () {
      yield Buffer.from(octets(++opened))
    }
    for (const key of keys)
      yield { kind: 'item', item: { ...marks, key, version: '1', attachments: [], message: { open } } }
  }
  const lane = {
    portion: <T>(some: readonly T[]) => ({ some, bytes: 0 }),
    call: async (work: (signal: AbortSignal, spend: () => void) => Promise<void>) => {
      const ask = () => work(signal, () => undefined)
      await ask().catch(ask)
    },
  } as unknown as Lane
  const { differences } = await verifyMailbox({
    ...{ store, at: {} as MailboxRef, sourceId: 'old', level: 3, sampledPart: 0, random: () => 1, signal },
    ...{ lane, source: { items } as unknown as SourceMailbox },
  })
  return { said: differences.map(({ what }) => what).filter((what) => /source\b.*\./.test(what)), opened }
}

const NOT_READ = 'Its properties are not those that were read from the source.'

test('a message whose conversation broke while it was compared is compared all the same, once', async () => {
  const { said, opened } = await differing((no) => {
    if (no === 1) throw new SourceFailure('transient', 'CLOSED', 'The server closed the connection.')
    return 'as it is now'
  })
  // Once more to see what it says.
  assert.deepEqual(
    [said.filter((what) => what !== NOT_READ), opened],
    [['It is not as it is at the source: the text (plain).'], 3],
  )
})

test('a message that cannot be read once more is one that differs, and the others are compared', async () => {
  const { said, opened } = await differing((no) => {
    if (no === 2) throw new SourceFailure('item-permanent', 'gone', 'It is not there any more.')
    return 'as it is now'
  })
  const untold = 'Its octets are not those of the source, and what both say cannot be compared.'
  assert.deepEqual([said.filter((what) => what !== NOT_READ), opened], [[untold], 2])
})
