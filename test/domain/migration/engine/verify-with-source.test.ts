import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { BodyDigest } from '#src/domain/migration/engine/canonical.ts'
import type { Lane } from '#src/domain/migration/engine/lane.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify.ts'
import type { SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Store } from '#src/domain/store.ts'

const { signal } = new AbortController()

test('a message whose conversation broke while it was compared is compared all the same, once', async () => {
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
      if (opened++ === 0) throw new SourceFailure('transient', 'CLOSED', 'The server closed the connection.')
      yield Buffer.from('as it is now')
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
  const said = differences.map(({ what }) => what).filter((what) => /at the source/.test(what))
  // Once more to see what it says.
  assert.deepEqual([said, opened], [['It is not as it is at the source: the text (plain).'], 3])
})
