/**
 * What the store costs beside what it stands on (issue "Foundation", To show 3). Ratios of one run; single
 * rates depend on the machine.
 *
 *   node bench/store.ts [--seconds 2] [--mailboxes 1,10,100] [--items 1000000] [--only appends|folder]
 *
 * 1. Durable appends a second through the store, against better-sqlite3 with a group commit and node:crypto and
 *    nothing else, and against one fdatasync for each message in both readings of that: a bare file that is
 *    appended to and synced after each message, with no row, key or index; and this store with one message at a
 *    time, which syncs after each (a message over 16 KiB twice: its segment, then the log).
 * 2. Append, the newest 50 and a change query in a folder of --items against one of 1,000.
 */
import { createCipheriv, randomBytes } from 'node:crypto'
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { newMailboxId } from '#src/base/ids.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef, NewItem } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { envelopeOf } from '#src/formats/mime/envelope.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    mailboxes: { type: 'string', default: '1,10,100' },
    items: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const sliceMs = Number(values.seconds) * 1000
const say = (text: string) => process.stdout.write(`${text}\n`)
const sync = promisify(fdatasync)

/** What the store is compared with, in the order of the columns. */
const others = ['sqlite+crypto', 'file, sync each', 'store, one by one']

const work = await mkdtemp(join(values.folder, 'landbridge-bench-'))
try {
  if (values.only !== 'folder') await benchAppends()
  if (values.only !== 'appends') await benchFolder(Number(values.items))
} finally {
  await rm(work, { recursive: true })
}

/** A contender takes one message for mailbox `n` and resolves when it is on disk. */
type Contender = { append: (n: number) => Promise<unknown>; close: () => Promise<void> }

async function benchAppends(): Promise<void> {
  const ratios = others.map((name) => `: ${name}`.padStart(19))
  say(
    `size     mailboxes   store/s${others.map((name) => `${name}/s`.padStart(21)).join('')}     ratios of the store to them`,
  )
  say(`${' '.repeat(90)}${ratios.join('')}`)
  for (const sizeBytes of [4 * 1024, 75 * 1024]) {
    for (const mailboxes of values.mailboxes.split(',').map(Number)) {
      const message = messageOf(sizeBytes)
      const contenders = [
        await storeContender(message, mailboxes, 'store'),
        bareContender(message),
        fileContender(message),
        oneByOne(await storeContender(message, mailboxes, 'one-by-one')),
      ]
      const rates = contenders.map(() => [] as number[])
      // In turn, so that a slow minute of the machine falls on all of them. The first round warms them up.
      for (let round = 0; round <= 5; round++) {
        for (const [i, contender] of contenders.entries()) {
          const rate = await rateOf(contender, mailboxes, sliceMs / 5)
          if (round > 0) rates[i]!.push(rate)
        }
      }
      for (const contender of contenders) await contender.close()
      const [ours, ...theirs] = rates.map(median) as [number, ...number[]]
      const cells = [
        `${sizeBytes / 1024} KB`.padEnd(9),
        String(mailboxes).padStart(8),
        ours.toFixed(0).padStart(10),
        ...theirs.map((rate) => rate.toFixed(0).padStart(21)),
        ...theirs.map((rate) => (ours / rate).toFixed(2).padStart(19)),
      ]
      say(cells.join(''))
    }
  }
}

async function rateOf(contender: Contender, mailboxes: number, forMs: number): Promise<number> {
  const start = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: mailboxes }, async (_, n) => {
      while (performance.now() - start < forMs) {
        await contender.append(n)
        done++
      }
    }),
  )
  return (done * 1000) / (performance.now() - start)
}

async function storeContender(message: Buffer, mailboxes: number, name: string): Promise<Contender> {
  const { store, refs, inbox } = await openedStore(`${name}-${mailboxes}-${message.length}`, mailboxes)
  const item = itemOf(message, inbox)
  return {
    append: async (n) => {
      const at = refs[n]!
      const body = await store.stageBody(at, message.length, [message] as never)
      const scope = { organization: at.organization, mailboxes: [at.mailbox] }
      return store.transact(scope, (writer) => writer.mailboxes.appendItem(at, { ...item, body }))
    },
    close: () => store.close(),
  }
}

/**
 * better-sqlite3 and node:crypto alone: a row with the sealed message and its nonce, a commit and a shared sync for each group.
 * What SQLite is told is what the store tells it, but for its memory for pages, of which it has more; the log is moved as SQLite
 * does by itself. All that waits makes one group: to commit half of it while the rest is synced, as the store does, was measured slower here.
 */
function bareContender(message: Buffer): Contender {
  const file = join(work, `bare-${message.length}-${randomBytes(4).toString('hex')}.sqlite`)
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('cache_size = -131072')
  database.pragma('secure_delete = ON')
  database.exec('CREATE TABLE message (mailbox INTEGER, no INTEGER, sealed BLOB, PRIMARY KEY (mailbox, no))')
  const log = openSync(`${file}-wal`, 'r+')
  const insert = database.prepare('INSERT INTO message (mailbox, no, sealed) VALUES (?, ?, ?)')
  const commit = database.transaction((group: readonly { n: number; sealed: Buffer }[]) => {
    for (const { n, sealed } of group) insert.run(n, ++next, sealed)
  })
  const key = randomBytes(32)
  let next = 0
  let waiting: { n: number; sealed: Buffer; resolve: () => void }[] = []
  let committing = false
  const commitAll = async () => {
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      commit(group)
      await sync(log)
      for (const { resolve } of group) resolve()
    }
    committing = false
  }
  return {
    append: (n) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([nonce, cipher.update(message), cipher.final(), cipher.getAuthTag()])
      return new Promise<void>((resolve) => {
        waiting.push({ n, sealed, resolve })
        if (committing) return
        committing = true
        void commitAll()
      })
    },
    close: async () => {
      closeSync(log)
      database.close()
    },
  }
}

function fileContender(message: Buffer): Contender {
  const file = openSync(join(work, `each-${randomBytes(4).toString('hex')}`), 'w')
  return oneByOne({
    append: () => {
      writeSync(file, message)
      return sync(file)
    },
    close: async () => closeSync(file),
  })
}

/** Each message begins when the one before is on disk. */
function oneByOne({ append, close }: Contender): Contender {
  let last: Promise<unknown> = Promise.resolve()
  return {
    append: (n) => {
      last = last.then(() => append(n))
      return last
    },
    close,
  }
}

async function benchFolder(items: number): Promise<void> {
  const { store, refs, inbox } = await openedStore('folder', 2)
  const [small, large] = refs as [MailboxRef, MailboxRef]
  const message = messageOf(1024)
  const item = { ...itemOf(message, inbox), body: undefined }
  const fill = async (at: MailboxRef, count: number) => {
    const scope = { organization: at.organization, mailboxes: [at.mailbox] }
    for (let done = 0; done < count; done += 500) {
      await store.transact(scope, async (writer) => {
        for (let i = done; i < Math.min(count, done + 500); i++) {
          await writer.mailboxes.appendItem(at, {
            ...itemOf(message, inbox),
            receivedAt: 1_700_000_000_000 + i,
          })
        }
      })
    }
  }
  await fill(small, 1_000)
  say(`\nFilling a folder with ${items} items`)
  const start = performance.now()
  await fill(large, items)
  say(`  ${((items * 1000) / (performance.now() - start)).toFixed(0)} items a second, 500 to a transaction`)

  const calls: Record<string, (at: MailboxRef) => Promise<unknown>> = {
    append: (at) =>
      store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
        writer.mailboxes.appendItem(at, item as unknown as NewItem),
      ),
    'newest 50': (at) =>
      store.mailboxes.listItems(at, inbox, { order: 'newest', limit: 50, parts: ['summary'] }),
    changes: async (at) => {
      const { modseq } = await store.mailboxes.getMailbox(at)
      return store.mailboxes.changes(at, { since: modseq - 20, folder: inbox, limit: 100 })
    },
  }
  say(`\ncall         µs in 1,000   µs in ${items}   ratio`)
  for (const [name, call] of Object.entries(calls)) {
    const times: [number[], number[]] = [[], []]
    for (let round = 0; round < 300; round++) {
      for (const [i, at] of [small, large].entries()) {
        const begin = performance.now()
        await call(at)
        times[i]!.push((performance.now() - begin) * 1000)
      }
    }
    const [few, many] = times.map(median) as [number, number]
    say(
      `${name.padEnd(12)} ${few.toFixed(0).padStart(11)} ${many.toFixed(0).padStart(15)} ${(many / few).toFixed(2).padStart(7)}`,
    )
  }
  await store.close()
}

async function openedStore(
  name: string,
  mailboxes: number,
): Promise<{ store: Store; refs: MailboxRef[]; inbox: FolderNo }> {
  const folder = join(work, name)
  const store = await openStore({
    folder,
    keyProviders: [localKeyFiles(join(folder, 'keys'))],
    defaultKeyProvider: 'local',
  })
  const { id: organization } = await store.organizations.create({ alias: 'bench' })
  const refs: MailboxRef[] = []
  for (let i = 0; i < mailboxes; i++) {
    const at = { organization, mailbox: newMailboxId() }
    await store.transact({ organization, newMailboxes: [at.mailbox] }, (writer) =>
      writer.mailboxes.createMailbox(at, {
        quotaBytes: 2 ** 50,
        folders: [
          { distinguished: 'root', parent: null, name: 'Root', class: 'other' },
          { distinguished: 'inbox', parent: 'root', name: 'Inbox', class: 'message' },
        ],
      }),
    )
    refs.push(at)
  }
  const inbox = await store.mailboxes.findFolder(refs[0]!, { distinguished: 'inbox' })
  return { store, refs, inbox: inbox!.no }
}

function messageOf(sizeBytes: number): Buffer {
  const head =
    'From: Anna Example <anna@corp.example>\r\nTo: Ben Example <ben@corp.example>\r\nSubject: Quarterly figures\r\n' +
    'Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@corp.example>\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: text/plain; charset=utf-8\r\n\r\n'
  const line = `${'The figures of the quarter are below. '.repeat(2)}\r\n`
  return Buffer.from(head + line.repeat(Math.ceil(sizeBytes / line.length))).subarray(0, sizeBytes)
}

function itemOf(message: Buffer, folder: FolderNo): NewItem {
  const index = indexMessage(message)
  const envelope = envelopeOf(index.headerBytes)
  return {
    folder,
    class: 'message',
    receivedAt: Date.now(),
    summary: { subject: envelope.subject ?? '', envelope, preview: 'The figures of the quarter are below.' },
    structure: index.root,
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
