/**
 * Searches of a folder with --items messages of 12 KB, each key at first and again, and the longest the event loop waited.
 *
 *   node bench/search.ts [--items 10000] [--folder DIR]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { newMailboxId } from '#src/base/ids.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo } from '#src/domain/mailbox/item.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import { sortMessages } from '#src/domain/mailbox/search/sort.ts'
import { threadMessages } from '#src/domain/mailbox/search/thread.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const HOUR_MS = 3_600_000
const begun = Date.UTC(2025, 0, 1)
const say = (text: string) => process.stdout.write(`${text}\n`)

const work = await mkdtemp(join(values.folder, 'landbridge-bench-'))
const keys = localKeyFiles(join(work, 'keys'))
const store = await openStore({
  folder: work,
  keyProviders: [keys],
  defaultKeyProvider: keys.kind,
  trouble: say,
})
try {
  const { id } = await store.organizations.create({ alias: 'bench' })
  const at = { organization: id, mailbox: newMailboxId() }
  await store.transact({ organization: id, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(at, { quotaBytes: 2 ** 40, folders: distinguishedFolders }),
  )
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!.no
  await fill(store, at, inbox, Number(values.items))
  await benchSearches(store, at, inbox)
} finally {
  await store.close()
  await rm(work, { recursive: true })
}

async function fill(into: Store, at: MailboxRef, folder: FolderNo, count: number): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const some = Array.from({ length: Math.min(100, count - from) }, (_, n) => from + n)
    await Promise.all(
      some.map((n) => {
        const octets = Buffer.from(messageOf(n))
        const source = (async function* () {
          yield octets
        })()
        const flags = n % 3 === 0 ? 0 : Flag.seen
        const receivedAt = begun + n * HOUR_MS
        return addMessage(into, at, { folder, source, sizeBytes: octets.length, flags, receivedAt })
      }),
    )
  }
}

function messageOf(n: number): string {
  const line = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod'
  const text = `${line} ${n}\r\n`.repeat(60)
  const date = new Date(begun + n * HOUR_MS).toUTCString().replace('GMT', '+0000')
  return [
    `From: "Person ${n % 200}" <person${n % 200}@example.com>`,
    'To: bob@example.net',
    `Subject: ${n % 4 === 0 ? '' : 'Re: '}plan number ${n % 3_000}`,
    `Date: ${date}`,
    `Message-ID: <m${n}@example.com>`,
    `References: <m${n - 1 - (n % 7)}@example.com>`,
    `X-Index: ${n}`,
    'Content-Type: multipart/alternative; boundary=b\r\n',
    `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}`,
    `--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>${text.replaceAll('\r\n', '</p>\r\n<p>')}</p>`,
    '--b--\r\n',
  ].join('\r\n')
}

async function benchSearches(over: Store, at: MailboxRef, folder: FolderNo): Promise<void> {
  const deps = { mailboxes: over.mailboxes, digests: new Digests() }
  const find = (query: Query) => searchMessages(deps, at, folder, query)
  const count = (query: Query) => async () => {
    let found = 0
    for await (const page of find(query)) found += page.length
    return found
  }
  const all: Query = { kind: 'and', of: [] }
  const works: Record<string, () => Promise<number>> = {
    all: count(all),
    unseen: count({ kind: 'not', of: { kind: 'flags', flags: Flag.seen } }),
    subject: count({ kind: 'subject', contains: 'number 77' }),
    from: count({ kind: 'from', contains: 'person 77' }),
    'header x-index': count({ kind: 'header', name: 'x-index', contains: '777' }),
    'body, absent': count({ kind: 'body', contains: 'absent words' }),
    'text, absent': count({ kind: 'text', contains: 'absent words' }),
    'sort by subject': async () => (await sortMessages(deps, at, find(all), [{ field: 'subject' }])).length,
    'threads by references': async () => (await threadMessages(deps, at, find(all), 'references')).length,
  }
  say('search                   found   first ms   again ms   longest wait ms')
  for (const [name, search] of Object.entries(works)) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const times: number[] = []
    let found = 0
    for (let round = 0; round < 2; round++) {
      const from = performance.now()
      found = await search()
      times.push(performance.now() - from)
    }
    delay.disable()
    const [first, again] = times.map((ms) => ms.toFixed(1).padStart(11))
    say(
      `${name.padEnd(22)} ${String(found).padStart(7)}${first}${again} ${(delay.max / 1e6).toFixed(1).padStart(17)}`,
    )
  }
}
