import type { Item } from '#src/domain/mailbox/item.ts'
import { threadIdOf } from '#src/domain/mailbox/thread-id.ts'
import type { FetchAttribute } from '#src/wire/imap/fetch.ts'
import {
  type BodyName,
  type FetchItem,
  formatBody,
  formatBodyStart,
  formatFetchItem,
  formatFetchStart,
} from '#src/wire/imap/fetch-response.ts'
import { PeerGone, PeerTooSlow } from '../../peer-connection.ts'
import { flagText } from '../folder-news.ts'
import { emailIdOf } from '../object-ids.ts'
import type { ImapSession } from '../session.ts'
import { envelopeOf } from './envelopes.ts'
import { type Content, MessageBody } from './message-body.ts'

/**
 * Writes `* n FETCH (…)` for one message, at once where nothing of its text is asked for. `envelope`: wire text of its
 * ENVELOPE, when that is at hand. Gives what could not be answered.
 */
export function writeMessage(
  session: ImapSession,
  sequence: number,
  item: Item,
  attributes: readonly FetchAttribute[],
  envelope?: string,
): Promise<'unknown-encoding' | undefined> | undefined {
  // FLAGS of a new keyword must not come in the middle of this.
  const flags = attributes.some((each) => each.item === 'FLAGS') ? flagText(session, item) : '()'
  const body = new MessageBody(session.store.mailboxes, session.folder.at, item)
  const known: Known = { item, body, flags, envelope }
  let text = `* ${formatFetchStart(sequence)}`
  for (let index = 0; index < attributes.length; index++) {
    const small = smallText(session, attributes[index]!, known)
    if (small === undefined) {
      session.write(text)
      return writeFrom(session, known, attributes.slice(index), { isFirst: index === 0 })
    }
    text += index === 0 ? small : ` ${small}`
  }
  session.write(`${text})\r\n`)
  return undefined
}

/** `flags` and `envelope` are wire text. */
type Known = { item: Item; body: MessageBody; flags: string; envelope: string | undefined }

async function writeFrom(
  session: ImapSession,
  known: Known,
  attributes: readonly FetchAttribute[],
  { isFirst }: { isFirst: boolean },
): Promise<'unknown-encoding' | undefined> {
  let trouble: 'unknown-encoding' | undefined
  let lead = isFirst ? '' : ' '
  for (const attribute of attributes) {
    const small = smallText(session, attribute, known)
    if (small !== undefined) session.write(`${lead}${small}`)
    else if (!(await writeLarge(session, attribute, known.body, lead))) {
      trouble = 'unknown-encoding'
      continue
    }
    lead = ' '
  }
  // A response holds one thing at least.
  if (lead === '') session.write(`UID ${known.item.uid}`)
  session.write(')\r\n')
  return trouble
}

/** Wire text of what is no text of the message; undefined for the rest. */
function smallText(
  { utf8 }: ImapSession,
  attribute: FetchAttribute,
  { item, body, flags, envelope }: Known,
): string | undefined {
  // What is asked for of whole folders goes without a detour.
  if (attribute.item === 'FLAGS') return `FLAGS ${flags}`
  if (attribute.item === 'UID') return `UID ${item.uid}`
  if (attribute.item === 'ENVELOPE' && envelope !== undefined) return `ENVELOPE ${envelope}`
  const small = smallItem(attribute, item, body)
  return small && formatFetchItem(small, utf8)
}

function smallItem(attribute: FetchAttribute, item: Item, body: MessageBody): FetchItem | undefined {
  switch (attribute.item) {
    case 'MODSEQ':
      return { item: 'MODSEQ', modseq: item.modseq }
    case 'INTERNALDATE':
      return { item: 'INTERNALDATE', date: dateOf(item.receivedAt) }
    case 'SAVEDATE':
      return { item: 'SAVEDATE', date: dateOf(item.savedAt) }
    case 'RFC822.SIZE':
      return { item: 'RFC822.SIZE', octets: body.sizeBytes }
    case 'ENVELOPE':
      return {
        item: 'ENVELOPE',
        envelope: envelopeOf(item),
      }
    case 'BODY':
    case 'BODYSTRUCTURE':
      return { item: attribute.item, root: body.root }
    case 'EMAILID':
      return { item: 'EMAILID', id: emailIdOf(item) }
    case 'THREADID':
      return { item: 'THREADID', id: (item.summary && threadIdOf(item, item.summary)) ?? null }
    case 'PREVIEW':
      return { item: 'PREVIEW', text: item.summary?.preview ?? '' }
    default:
      return undefined
  }
}

const dateOf = (epochMs: number) => ({ epochMs, zoneMinutes: 0 })

/** Whether it was written: nothing can be said of a part in an unknown encoding (RFC 9051 §6.4.5). `lead` goes before it. */
async function writeLarge(
  session: ImapSession,
  attribute: FetchAttribute,
  body: MessageBody,
  lead: string,
): Promise<boolean> {
  if (attribute.item === 'BINARY.SIZE[]' || attribute.item === 'BINARY[]') {
    const { path } = attribute
    const range = attribute.item === 'BINARY[]' ? attribute.range : undefined
    const content = await body.decoded(path, range)
    if (content === 'unknown-encoding') return false
    session.write(lead)
    if (attribute.item === 'BINARY.SIZE[]')
      session.write(formatFetchItem({ item: 'BINARY.SIZE[]', path, octets: content?.octets ?? 0 }))
    else await writeContent(session, { item: 'BINARY[]', path, ...originOf(range) }, content)
    return true
  }
  session.write(lead)
  if (attribute.item === 'BODY[]') {
    const { section, range } = attribute
    const name = { item: 'BODY[]', section, ...originOf(range) } as const
    await writeContent(session, name, await body.section(section, range))
    return true
  }
  const item = attribute.item as 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT'
  const text = { RFC822: 'all', 'RFC822.HEADER': 'header', 'RFC822.TEXT': 'text' } as const
  await writeContent(
    session,
    { item },
    await body.section({ path: '', text: text[item], names: [] }, undefined),
  )
  return true
}

const originOf = (range: { start: number } | undefined) =>
  range === undefined ? {} : { origin: range.start }

async function writeContent(
  session: ImapSession,
  name: BodyName,
  content: Content | undefined,
): Promise<void> {
  if (content === undefined || content.octets === 0)
    return session.write(formatBody(name, content === undefined ? null : ''))
  session.write(formatBodyStart(name, content.octets, content.hasNul))
  let left = content.octets
  try {
    for await (const piece of content.pieces) {
      session.write(piece)
      left -= piece.length
      await session.flow()
    }
    if (left !== 0) throw new Error(`A message is ${left} octets shorter than its item says`)
  } catch (error) {
    if (error instanceof PeerGone || error instanceof PeerTooSlow) throw error
    // So many octets were announced: nothing else can be said on this connection.
    session.options.log.error({ err: error }, 'A message could not be read to its end')
    session.client.connection.destroy()
    throw new PeerGone('The rest of a literal is missing', { cause: error })
  }
}
