import { createHash } from 'node:crypto'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { WHOLE } from '#test/clients/imap/sessions.ts'
import { readAll } from './store.ts'
import { wholeMailbox } from './whole-mailbox.ts'

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
  [Flag.mdnSent, '$MDNSent'],
] as const

/** The same of a mailbox here, folders by their paths, empty ones too. */
export async function mailboxHere(store: Store, at: MailboxRef): Promise<Mailbox> {
  const whole = await wholeMailbox(store, at, async ({ body, flags, receivedAt, keywords }) => {
    const octets = body === null ? new Uint8Array() : await readAll(store, at, body)
    const marks = words.flatMap(([flag, word]) => ((flags & flag) === 0 ? [] : word))
    return lineOf(octets, receivedAt, [...marks, ...keywords])
  })
  return Object.fromEntries(whole)
}
