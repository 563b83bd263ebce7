import type { Item, ItemNo } from '#src/domain/mailbox/item.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import { formatEnvelope } from '#src/wire/imap/envelope.ts'
import { itemsOfView } from '../items-of-view.ts'
import type { ImapSession } from '../session.ts'
import type { FetchPlan } from './fetch-plan.ts'

/** Items of a page, and ENVELOPEs of them in wire text where these are remembered. */
type FetchedPage = { items: readonly Item[]; envelopes: ReadonlyMap<ItemNo, string> }

const none: ReadonlyMap<ItemNo, string> = new Map()

/** What an item that is no message, too, has for an envelope. */
export const envelopeOf = ({ summary }: Item): Envelope =>
  summary?.envelope ?? { subject: summary?.subject ?? '' }

/**
 * Reads a page of UIDs. Where of what is sealed only the ENVELOPE is asked for, it is remembered for a short while, as
 * what searches look at is: lists of messages are asked for again and again.
 */
export async function readPage(
  session: ImapSession,
  plan: FetchPlan,
  page: Uint32Array,
): Promise<FetchedPage> {
  const { folder, store } = session
  const { digests } = session.options
  if (!plan.envelopeOnly || digests === undefined)
    return { items: await itemsOfView(store, folder, page, plan.parts), envelopes: none }
  const digest = digests.of<string>(folder.at, session.utf8 ? 'envelope utf-8' : 'envelope')
  const envelopes = new Map<ItemNo, string>()
  const states = await itemsOfView(store, folder, page, [])
  for (const state of states) {
    const known = digest.get(state)
    if (known === undefined) break
    envelopes.set(state.no, known)
  }
  if (envelopes.size === states.length) return { items: states, envelopes }
  envelopes.clear()
  const items = await itemsOfView(store, folder, page, plan.parts)
  for (const item of items) {
    const text = formatEnvelope(envelopeOf(item), session.utf8)
    envelopes.set(item.no, text)
    // Wire text has one octet a character.
    digest.set(item, text, text.length / 2)
  }
  return { items, envelopes }
}
