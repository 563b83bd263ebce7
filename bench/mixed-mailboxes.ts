/** Mailboxes with all that people have in them, served by a process of its own; and what is in a mailbox, to compare copies of it. */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { contentDigest, propertyDigestHere } from '#src/domain/migration/engine/items/canonical.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'
import { readAll } from '#test/support/store.ts'
import { wholeMailbox } from '#test/support/whole-mailbox.ts'
import { type ContentKind, fillWith } from './contents.ts'
import { MOVER, movingService, WEB } from './moving-service.ts'
import { nodeProcess } from './node-process.ts'
import { fill } from './served-process.ts'

/** Of a hundred items. */
const shares: Readonly<Record<'mail' | ContentKind, number>> = {
  ...{ mail: 70, events: 8, series: 4, contacts: 10, lists: 2, tasks: 4, notes: 2 },
}
const FOLDERS = 4

export const peopleOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `user${at}@corp.test`)

/** Four messages of five have 1 to 6 KB, the fifth 24. */
function messageOf(no: number): Buffer {
  const text = `What was agreed upon in week ${no}, and who does what until when.\r\n`.repeat(
    no % 5 === 0 ? 360 : 15 + (no % 75),
  )
  return Buffer.from(
    `From: bob@sender.example\r\nTo: ann@corp.test\r\nSubject: Figures ${no}\r\nMessage-ID: <${no}@sender.example>\r\n` +
      `Date: ${new Date(1_700_000_000_000 + no * 60_000).toUTCString()}\r\n\r\n${text}`,
  )
}

async function fillMixed(store: Store, at: MailboxRef, items: number): Promise<void> {
  const { mail, ...contents } = shares
  const countOf = (share: number) => Math.round((items * share) / 100)
  await fill(store, at, { count: countOf(mail), together: 50, messageOf }, FOLDERS)
  for (const [kind, share] of Object.entries(contents))
    await fillWith(kind as ContentKind, store, at, { count: countOf(share), together: 50 })
}

/** What a copy of a mailbox is to be, item by item. */
export type Picture = {
  /** Folder, class, subject and, of mail, a digest of its octets; sorted. */
  names: string[]
  /** Of everything in it. */
  digest: string
}

async function pictureOf(store: Store, at: MailboxRef): Promise<Picture> {
  const sha256 = (octets: Uint8Array | string) => createHash('sha256').update(octets).digest('base64url')
  const lineOf = async (item: Item) => {
    const body = item.body === null ? '' : sha256(await readAll(store, at, item.body))
    const content = item.content ? contentDigest(item.content) : ''
    const name = `${item.class}\t${item.summary!.subject}\t${item.class === 'message' ? body : ''}`
    return `${name}\n${propertyDigestHere(item)} ${content} ${body}`
  }
  const whole = await wholeMailbox(store, at, lineOf, ['summary', 'content', 'properties'])
  const lines = [...whole].flatMap(([path, own]) => own.map((line) => `${path}\t${line}`))
  return { names: lines.map((line) => line.split('\n')[0]!), digest: sha256(lines.join('\n')) }
}

/** The store of a data folder that no service has open. */
export function openStoreOf(folder: string): Promise<Store> {
  const keys = localKeyFiles(join(folder, 'keys'))
  return openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind })
}

/** By the address of its mailbox, with all of them in the only organisation of a data folder. */
export async function picturesOf(store: Store, people: readonly string[]): Promise<Map<string, Picture>> {
  const [organization] = (await store.organizations.list(null, 1)).rows
  const all = new Map<string, Picture>()
  for (const address of people)
    all.set(address, await pictureOf(store, await mailboxAt(store, organization!.id, address)))
  return all
}

/** What is in one and not in the other, each as often as it is there more often. */
export function differenceOf(wanted: readonly string[], found: readonly string[]) {
  const left = new Map<string, number>()
  for (const name of wanted) left.set(name, (left.get(name) ?? 0) + 1)
  for (const name of found) left.set(name, (left.get(name) ?? 0) - 1)
  const beyond = (sign: number) =>
    [...left].flatMap(([name, count]) => Array.from({ length: Math.max(0, sign * count) }, () => name))
  return { lost: beyond(1), doubled: beyond(-1) }
}

type MixedSource = {
  /** Where it is reached over HTTPS. */
  port: number
  /** Everything of one run lies in it. */
  folder: string
  /** What is in its mailboxes; the source has ended then. */
  pictures(): Promise<Map<string, Picture>>
}

/** A source in a process of its own with so many items in all, and a folder for everything; both are gone afterwards. */
export async function besideMixed(
  people: readonly string[],
  items: number,
  work: (source: MixedSource) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const data = join(folder, 'source')
  const own = [fileURLToPath(import.meta.url), data, String(people.length), String(items)]
  const child = nodeProcess(own)
  const ended = once(child, 'close')
  const end = async () => {
    child.kill('SIGTERM')
    await ended
  }
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const pictures = async () => {
      await end()
      const store = await openStoreOf(data)
      try {
        return await picturesOf(store, people)
      } finally {
        await store.close()
      }
    }
    await work({ port: Number(said.toString()), folder, pictures })
  } finally {
    await end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function serve(folder: string, mailboxes: number, items: number): Promise<void> {
  const people = peopleOf(mailboxes)
  const source = await movingService(folder, [...people, MOVER])
  await source.call('PutImpersonationAccount', { UserId: 'mover', Enabled: true })
  for (const address of people) {
    const at = await mailboxAt(source.store, source.organization, address)
    await fillMixed(source.store, at, Math.ceil(items / mailboxes))
  }
  process.once('SIGTERM', () => void source.stop().then(() => process.exit(0)))
  process.stdout.write(`${source.port(WEB)}\n`)
}

if (import.meta.main) await serve(process.argv[2]!, Number(process.argv[3]), Number(process.argv[4]))
