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
import { shownFlags } from '../folder-news.ts'
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
  const body = new MessageBody(session.store.mailboxes, session.folder.at, item)
  // FLAGS of a new keyword must not come in the middle of this.
  const flags = attributes.some((each) => each.item === 'FLAGS') ? shownFlags(session, item) : []
  let text = `* ${formatFetchStart(sequence)}`
  for (const [index, attribute] of attributes.entries()) {
    if (index > 0) text += ' '
    if (envelope !== undefined && attribute.item === 'ENVELOPE') {
      text += `ENVELOPE ${envelope}`
      continue
    }
    const small = smallItem(attribute, item, body, flags)
    if (small === undefined) {
      session.write(text)
      return writeFrom(session, { item, body, flags, envelope }, attributes.slice(index))
    }
    text += formatFetchItem(small, session.utf8)
  }
  session.write(`${text})\r\n`)
  return undefined
}

type Known = { item: Item; body: MessageBody; flags: readonly string[]; envelope: string | undefined }

async function writeFrom(
  session: ImapSession,
  { item, body, flags, envelope }: Known,
  attributes: readonly FetchAttribute[],
): Promise<'unknown-encoding' | undefined> {
  let trouble: 'unknown-encoding' | undefined
  for (const [index, attribute] of attributes.entries()) {
    if (index > 0) session.write(' ')
    if (envelope !== undefined && attribute.item === 'ENVELOPE') {
      session.write(`ENVELOPE ${envelope}`)
      continue
    }
    const small = smallItem(attribute, item, body, flags)
    if (small !== undefined) session.write(formatFetchItem(small, session.utf8))
    else trouble = (await writeLarge(session, attribute, body)) ?? trouble
  }
  session.write(')\r\n')
  return trouble
}

function smallItem(
  attribute: FetchAttribute,
  item: Item,
  body: MessageBody,
  flags: readonly string[],
): FetchItem | undefined {
  switch (attribute.item) {
    case 'UID':
      return { item: 'UID', uid: item.uid }
    case 'FLAGS':
      return { item: 'FLAGS', flags }
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

async function writeLarge(
  session: ImapSession,
  attribute: FetchAttribute,
  body: MessageBody,
): Promise<'unknown-encoding' | undefined> {
  if (attribute.item === 'BINARY.SIZE[]' || attribute.item === 'BINARY[]') {
    const { path } = attribute
    const range = attribute.item === 'BINARY[]' ? attribute.range : undefined
    const content = await body.decoded(path, range)
    const known = content === 'unknown-encoding' ? undefined : content
    if (attribute.item === 'BINARY.SIZE[]')
      session.write(formatFetchItem({ item: 'BINARY.SIZE[]', path, octets: known?.octets ?? 0 }))
    else await writeContent(session, { item: 'BINARY[]', path, ...originOf(range) }, known)
    return content === 'unknown-encoding' ? content : undefined
  }
  if (attribute.item === 'BODY[]') {
    const { section, range } = attribute
    const name = { item: 'BODY[]', section, ...originOf(range) } as const
    await writeContent(session, name, await body.section(section, range))
    return
  }
  const item = attribute.item as 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT'
  const text = { RFC822: 'all', 'RFC822.HEADER': 'header', 'RFC822.TEXT': 'text' } as const
  await writeContent(
    session,
    { item },
    await body.section({ path: '', text: text[item], names: [] }, undefined),
  )
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
