import { createHash } from 'node:crypto'
import { Flag, type Item } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import type { SourceItem } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { attachmentsOf } from '../../stored-item.ts'
import { CanonicalMessage, type MessageSayings, saidOtherwise } from '../items/canonical-message.ts'

/** As many are named. */
const MOST_NAMED = 5
const LONGEST_NAME = 120

/** What a stored message says; undefined where that cannot be told. */
export async function sayingsHere(
  { mailboxes }: Pick<Store, 'mailboxes'>,
  at: MailboxRef,
  { body, flags }: Item,
): Promise<MessageSayings | undefined> {
  return sayingsOf(mailboxes.readBody(at, body!), (flags & Flag.draft) !== 0)
}

export async function sayingsOf(
  octets: AsyncIterable<Uint8Array>,
  draft: boolean,
): Promise<MessageSayings | undefined> {
  const message = new CanonicalMessage()
  for await (const piece of octets) message.push(piece)
  return message.finish({ draft })
}

/** Said where octets differ and it cannot be told in what. */
export const UNTOLD = 'Its octets are not those of the source, and what both say cannot be compared.'

/** What is otherwise at the source, as a sentence; undefined where both say the same. */
export function otherwise(
  there: MessageSayings | undefined,
  here: MessageSayings | undefined,
): string | undefined {
  const names = there && here && saidOtherwise(there, here)
  if (names?.length === 0) return undefined
  if (names === undefined) return UNTOLD
  return `It is not as it is at the source: ${listed(names)}.`
}

/**
 * Reads the files of an event, contact, task or note at the source, before the next item is asked for, and answers as a sentence which
 * are not here; undefined: none, or they cannot be had. Attached events, contacts and tasks are written anew at each reading, and are not
 * compared. There are as many here of each occurrence.
 */
export async function filesOtherwise(
  { mailboxes }: Pick<Store, 'mailboxes'>,
  at: MailboxRef,
  { attachments }: Pick<SourceItem, 'attachments'>,
  item: Item,
  signal: AbortSignal,
): Promise<string | undefined> {
  let there: readonly SaidFile[]
  try {
    there = await filesSay(attachments, signal)
  } catch (error) {
    // Which the source does not hand out any more.
    if (error instanceof SourceFailure && error.kind === 'item-permanent') return undefined
    throw error
  }
  const left = (await filesSay(attachmentsOf(mailboxes, at, item), signal)).map(({ said }) => said)
  const names = there.flatMap(({ name, said }) => {
    const found = left.indexOf(said)
    if (found >= 0) left.splice(found, 1)
    return found >= 0 ? [] : [`"${name}"`]
  })
  return names.length === 0 ? undefined : `Its files are not those of the source: ${listed(names)}.`
}

/** `said`: of which occurrence it is, and what it says. */
type SaidFile = { name: string; said: string }

async function filesSay(files: SourceItem['attachments'], signal: AbortSignal): Promise<SaidFile[]> {
  const all: SaidFile[] = []
  for (const file of files) {
    let said = ''
    if (file.item === 'message') {
      const message = new CanonicalMessage()
      const octets = await digestOf(file.open(signal), message)
      const sayings = message.finish({ draft: true })
      said = sayings ? JSON.stringify([...sayings].sort(([a], [b]) => (a < b ? -1 : 1))) : octets
    } else if (file.item === undefined) said = await digestOf(file.open(signal))
    all.push({ name: file.name, said: `${file.occurrence ?? ''} ${said}` })
  }
  return all
}

async function digestOf(octets: AsyncIterable<Uint8Array>, beside?: CanonicalMessage): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of octets) {
    hash.update(piece)
    beside?.push(piece)
  }
  return hash.digest('base64url')
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMED).map((name) => name.slice(0, LONGEST_NAME))
  return names.length > MOST_NAMED ? `${some.join(', ')}, and others` : some.join(', ')
}
