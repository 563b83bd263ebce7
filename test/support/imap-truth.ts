import { createHash } from 'node:crypto'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { WHOLE } from '#test/clients/imap/sessions.ts'
import { readAll } from './store.ts'

/** What each folder holds: hash of the octets, moment of arrival (to the second, as IMAP tells it), flags and keywords. */
export type Mailbox = Record<string, string[]>

const lineOf = (octets: Uint8Array, receivedAt: number, words: readonly string[]) =>
  [
    createHash('sha256').update(octets).digest('base64url').slice(0, 16),
    Math.floor(receivedAt / 1000),
    ...[...words].map((word) => word.toLowerCase()).sort(),
  ].join(' ')

/** Read by our client, message by message; folders by their whole names there. */
export async function mailboxThere(session: ImapSession, paths: readonly string[]): Promise<Mailbox> {
  const found: Mailbox = {}
  for (const path of paths) {
    const { exists } = await session.select(path, { readOnly: true })
    const lines: string[] = []
    const asked = [{ item: 'FLAGS' }, { item: 'INTERNALDATE' }, WHOLE] as const
    if (exists > 0)
      for await (const message of session.fetch(SequenceSet.all, asked)) {
        const pieces: Buffer[] = []
        for await (const piece of message.body()) pieces.push(Buffer.from(piece))
        const { flags = [], internalDate } = message.data
        const words = flags.filter((flag) => !/^\\Recent$/i.test(flag))
        lines.push(lineOf(Buffer.concat(pieces), internalDate!.epochMs, words))
      }
    found[path] = lines.sort()
  }
  return found
}

const words = [
  [Flag.seen, '\\Seen'],
  [Flag.answered, '\\Answered'],
  [Flag.flagged, '\\Flagged'],
  [Flag.deleted, '\\Deleted'],
  [Flag.draft, '\\Draft'],
  [Flag.forwarded, '$Forwarded'],
] as const

/** The same of a mailbox here, folders by their paths; without what is in the recoverable area, and without empty folders unless `empty`. */
export async function mailboxHere(store: Store, at: MailboxRef): Promise<Mailbox> {
  const folders = await store.mailboxes.listFolders(at)
  const byNo = new Map(folders.map((folder) => [folder.no, folder]))
  const pathOf = (folder: Folder): string =>
    folder.parent === null ? '' : `${pathOf(byNo.get(folder.parent)!)}/${folder.name}`
  const found: Mailbox = {}
  for (const folder of folders) {
    const path = pathOf(folder).replace(/^\/Top of Information Store/, '')
    if (folder.parent === null || path.startsWith('/Recoverable')) continue
    const lines: string[] = []
    for (let after: number | string | null = 0; after !== null; ) {
      const page = await store.mailboxes.listItems(at, folder.no, {
        order: 'uid',
        after,
        limit: 500,
        parts: ['summary', 'content'],
      })
      for (const item of page.rows) {
        const octets = item.body === null ? new Uint8Array() : await readAll(store, at, item.body)
        const marks = words.flatMap(([flag, word]) => ((item.flags & flag) === 0 ? [] : word))
        lines.push(lineOf(octets, item.receivedAt, [...marks, ...item.keywords]))
      }
      after = page.next
    }
    found[path] = lines.sort()
  }
  return found
}
