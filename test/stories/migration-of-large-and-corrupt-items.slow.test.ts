/**
 * Scenario 7 of migration.md 5 over EWS, with a service that is a process: an item that its server cannot give and one above the
 * limit are listed, a very large one below it comes in little memory. `bench/migrate-limits.ts item` has it with 1 GB.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { BodyNo } from '#src/domain/mailbox/item.ts'
import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { bodyDigest } from '#src/domain/migration/engine/verify/verify.ts'
import type { Store } from '#src/domain/store.ts'
import { formatFault } from '#src/wire/ews/fault.ts'
import {
  ANNA,
  asksForItems,
  openRelayedExchange,
  type RelayedExchange,
  startCopy,
} from './relayed-exchange.ts'
import { freshFolder } from './service-process.ts'
import { mailboxOf, openData } from './two-landbridges.ts'

const MIB = 2 ** 20
// Held whole, it would not fit beside what a process has anyway (300 MiB).
const LARGE = 128 * MIB
const LIMIT = LARGE + 4 * MIB
const SIZES = { small: 1_000, corrupt: 1_000, large: LARGE, 'too large': LIMIT + 4 * MIB }
const MOST_MEMORY = 400 * MIB

const here = freshFolder('large-items', after)
let exchange: RelayedExchange
before(async () => {
  exchange = await openRelayedExchange()
  const { store } = exchange.source.service.data
  const inbox = (await store.mailboxes.findFolder(exchange.at, { distinguished: 'inbox' }))!
  const scope = { organization: exchange.at.organization, mailboxes: [exchange.at.mailbox] }
  for (const [subject, sizeBytes] of Object.entries(SIZES)) {
    // Past what a person may send.
    const { staged, item } = await indexedMessage(store, exchange.at, sizeBytes, message(subject, sizeBytes))
    const placed = { folder: inbox.no, receivedAt: 1_700_000_000_000, body: staged, ignoreQuota: true }
    await store.transact(scope, ({ mailboxes }) => mailboxes.appendItem(exchange.at, { ...item, ...placed }))
  }
})
after(() => exchange.end())

async function* message(subject: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const head = Buffer.from(`Subject: ${subject}\r\n\r\n`)
  yield head
  const lines = Buffer.alloc(MIB, `${'figures '.repeat(9)}\r\n`)
  for (let left = sizeBytes - head.length; left > 0; left -= lines.length)
    yield lines.subarray(0, Math.min(left, lines.length))
}

/** Bodies of an inbox by their subjects. */
async function inboxOf(store: Store, at: MailboxRef): Promise<Map<string, BodyNo>> {
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const { rows } = await store.mailboxes.listItems(at, inbox.no, {
    ...{ order: 'uid', limit: 10, parts: ['summary'] },
  })
  return new Map(rows.map(({ summary, body }) => [summary!.subject!, body!]))
}

test('what is corrupt or above the limit is listed, what is large below it is streamed', async () => {
  const { relay, source } = exchange
  const { RootFolder } = await source.client(ANNA).one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
  })
  const found = RootFolder.Items.map((each: { Message: unknown }) => each.Message) as {
    Subject: string
    ItemId: { Id: string }
  }[]
  const corrupt = found.find(({ Subject }) => Subject === 'corrupt')!.ItemId.Id
  relay.answering = (text, response) => {
    if (!asksForItems(text) || !text.includes(corrupt)) return false
    response.writeHead(500, { 'content-type': 'text/xml; charset=utf-8' })
    response.end(formatFault('ErrorInternalServerError', 'An internal server error occurred.').join(''))
    return true
  }
  const copying = await startCopy(here, relay, { LargestItemBytes: LIMIT })
  const { service } = copying
  await copying.until('it is copied', async () => (await copying.batch()).State === 'synced')
  const { Copied, Skipped } = await copying.member()
  assert.deepEqual([Copied, Skipped], [2, 2])
  const { Items } = (await copying.call('ListMigrationItems', { Address: ANNA })) as {
    Items: { Subject: string; Code: string }[]
  }
  assert.deepEqual(Items.map(({ Subject, Code }) => `${Subject}: ${Code}`).sort(), [
    'corrupt: ErrorInternalServerError',
    'too large: too-large',
  ])
  const status = `/proc/${service.child.pid}/status`
  if (existsSync(status)) {
    const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))![1])
    assert.ok(kilobytes * 1024 <= MOST_MEMORY, `${Math.round(kilobytes / 1024)} MiB at most`)
  }
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 0)
  const store = await openData(here)
  const [organization] = (await store.organizations.list(null, 1)).rows
  const { defaultDomain } = await store.directory.settings(organization!.id)
  const at = await mailboxOf(store, ANNA.replace(/@.*/, `@${defaultDomain}`))
  const came = await inboxOf(store, at)
  const there = await inboxOf(source.service.data.store, exchange.at)
  assert.deepEqual([...came.keys()].sort(), ['large', 'small'])
  for (const [subject, body] of came)
    assert.equal(
      await bodyDigest(store, at, body),
      await bodyDigest(source.service.data.store, exchange.at, there.get(subject)!),
    )
  await store.close()
})
