import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type MessageUrl, parseMessageUrl, rangeOf } from '#src/wire/imap/message-url.ts'
import type { CommandInput } from './command-input.ts'
import { MessageBody } from './fetch/message-body.ts'
import { BadUrl } from './refusal-codes.ts'
import type { ImapSession } from './session.ts'

/** Parts of one message; nobody writes so many by hand, and each costs a look into a mailbox. */
const MOST_PARTS = 1_000

/** A message put together of others and of texts; octets are read when it is stored. */
export type Catenation = { sizeBytes: number; octets: AsyncIterable<Uint8Array> }

type Piece = { octets: number; pieces: AsyncIterable<Uint8Array> | readonly Uint8Array[] }

/**
 * Takes the parts of CATENATE (RFC 4469): what URLs name stays where it is until it is copied, texts are held, and may
 * so have as many octets as a command may. Refuses `BadUrl`, `too-large`, `limit-exceeded`.
 */
export async function takeCatenation(session: ImapSession, input: CommandInput): Promise<Catenation> {
  const { messageBytes, commandOctets } = session.limits
  const parts: Piece[] = []
  let sizeBytes = 0
  let heldBytes = 0
  const grow = (octets: number) => {
    sizeBytes += octets
    if (sizeBytes > messageBytes)
      throw new Refusal(
        'too-large',
        `The message has more than the ${messageBytes} octets that are accepted.`,
      )
    if (parts.length >= MOST_PARTS)
      throw new Refusal('limit-exceeded', `At most ${MOST_PARTS} parts make one message.`)
  }
  for (let step = await input.step(); step.kind !== 'message-end'; step = await input.step()) {
    if (step.kind === 'url') {
      const part = await findPart(session, step.url)
      grow(part.octets)
      parts.push(part)
    } else if (step.kind === 'literal') {
      const { octets } = step.literal
      grow(octets)
      heldBytes += octets
      if (heldBytes > commandOctets)
        throw new Refusal(
          'too-large',
          `Texts of at most ${commandOctets} octets are put together. Store what is larger as a message, and name it by its URL.`,
        )
      const pieces: Uint8Array[] = []
      for await (const piece of input.octets(step.literal)) pieces.push(Uint8Array.from(piece))
      parts.push({ octets, pieces })
    } else throw new Error(`A ${step.kind} within a message`)
  }
  return { sizeBytes, octets: octetsOf(parts) }
}

async function* octetsOf(parts: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const { pieces } of parts) yield* pieces
}

async function findPart(session: ImapSession, url: string): Promise<Piece> {
  const parsed = parsedUrl(url)
  const { at, folder, uidValidity } = await placeOf(session, parsed, url)
  if (parsed.uidValidity !== undefined && parsed.uidValidity !== uidValidity) throw new BadUrl(url)
  const { mailboxes } = session.store
  const [item] = await mailboxes.getItemsByUid(at, folder, [parsed.uid], ['structure'])
  if (item === undefined) throw new BadUrl(url)
  const content = await new MessageBody(mailboxes, at, item).section(parsed.section, rangeOf(parsed))
  if (content === undefined) throw new BadUrl(url)
  return content
}

function parsedUrl(url: string): MessageUrl {
  try {
    return parseMessageUrl(url)
  } catch (error) {
    if (error instanceof SyntaxFault) throw new BadUrl(url)
    throw error
  }
}

async function placeOf(
  session: ImapSession,
  { mailbox }: MessageUrl,
  url: string,
): Promise<{ at: MailboxRef; folder: Folder['no']; uidValidity: number }> {
  if (mailbox === undefined) {
    const { selected } = session
    if (selected === undefined) throw new BadUrl(url)
    return { at: selected.at, folder: selected.no, uidValidity: selected.uidValidity }
  }
  try {
    const found = await session.mailboxes.get(mailbox, FolderRight.readAny)
    return { at: found.mailbox.at, folder: found.folder.no, uidValidity: found.folder.uidValidity }
  } catch (error) {
    if (error instanceof SyntaxFault || error instanceof Refusal) throw new BadUrl(url)
    throw error
  }
}
