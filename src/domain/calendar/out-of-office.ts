import { createHash } from 'node:crypto'
import type { HeaderField } from '#src/formats/header/fields.ts'
import { findNoAnswer, isAddressedTo } from '#src/formats/trace-headers/auto-reply.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { readSettings } from './settings.ts'

/** What somebody who is away lets others know (EWS UserOofSettings). */
export type OutOfOffice = {
  state: 'disabled' | 'enabled' | 'scheduled'
  /** Of `scheduled`: epoch milliseconds, `to` not in it. EWS always shows them, so they stay when the state changes. */
  from: number
  to: number
  /** Who outside the organisation is answered: nobody, who is among the contacts, or everybody. */
  externalAudience: 'none' | 'known' | 'all'
  /** HTML or plain text; empty answers nobody. */
  internalText: string
  externalText: string
}

const NAME = 'Landbridge.OutOfOffice'
const ANSWERED = 'Landbridge.OutOfOffice.Answered'
const MOST_REMEMBERED = 5_000
/** Characters of one text. */
export const LONGEST_ABSENCE_TEXT = 128 * 1024
/** Somebody who writes again after so long may have forgotten. */
const AGAIN_AFTER_MS = 30 * 86_400_000

const usual: OutOfOffice = {
  state: 'disabled',
  from: 0,
  to: 86_400_000,
  externalAudience: 'none',
  internalText: '',
  externalText: '',
}

export const outOfOffice = (mailboxes: MailboxReader, at: MailboxRef): Promise<OutOfOffice> =>
  readSettings(mailboxes, at, NAME, usual)

/** Whether somebody has ever set one here. */
export async function hasOutOfOffice(mailboxes: MailboxReader, at: MailboxRef): Promise<boolean> {
  return (await mailboxes.findConfiguration(at, 'root', NAME)) !== undefined
}

/** Refuses `invalid-parameter`. Turned on anew, everybody is answered once again. */
export async function setOutOfOffice(
  store: Pick<Store, 'mailboxes' | 'transact'>,
  at: MailboxRef,
  settings: OutOfOffice,
): Promise<void> {
  const { state, from, to, externalAudience, internalText, externalText } = settings
  const refuse = (what: string) => new Refusal('invalid-parameter', what)
  if (state === 'scheduled' && !(from < to)) throw refuse('An absence ends after it begins.')
  if (internalText.length > LONGEST_ABSENCE_TEXT || externalText.length > LONGEST_ABSENCE_TEXT)
    throw refuse(`A text of an absence has at most ${LONGEST_ABSENCE_TEXT} characters.`)
  const root = await store.mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) throw new Refusal('no-such-folder', 'The mailbox has no root folder for settings.')
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const before = await outOfOffice(mailboxes, at)
    if (before.state !== state || before.from !== from || before.to !== to)
      await mailboxes.putConfiguration(at, root.no, ANSWERED, null)
    const content = { state, from, to, externalAudience, internalText, externalText }
    await mailboxes.putConfiguration(at, root.no, NAME, content)
  })
}

export const isAway = ({ state, from, to }: OutOfOffice, now: number): boolean =>
  state === 'enabled' || (state === 'scheduled' && now >= from && now < to)

type AbsenceFacts = {
  settings: OutOfOffice
  now: number
  /** Envelope sender; empty for the null sender. */
  sender: string
  fields: readonly HeaderField[]
  /** Every address of who is away. */
  own: ReadonlySet<string>
  /** A colleague, here or on the Exchange side of a shared domain. */
  internal: boolean
}

/** Whether a message is answered and with which text; `known` when that depends on the contacts. RFC 3834 §2 before all. */
export function decideAbsence({
  settings,
  now,
  sender,
  fields,
  own,
  internal,
}: AbsenceFacts): { text: string; ifKnown: boolean } | undefined {
  if (!isAway(settings, now) || own.has(sender.toLowerCase())) return undefined
  if (findNoAnswer(sender, fields, 'out-of-office') !== undefined || !isAddressedTo(fields, own))
    return undefined
  const text = internal ? settings.internalText : settings.externalText
  if (text.trim() === '' || (!internal && settings.externalAudience === 'none')) return undefined
  return { text, ifKnown: !internal && settings.externalAudience === 'known' }
}

/** Notes that somebody is answered; false when that was done already in this absence. Within a transaction: at most one answer. */
export async function noteAnswered(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  sender: string,
  now: number,
): Promise<boolean> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) return false
  const kept = await mailboxes.findConfiguration(at, root.no, ANSWERED)
  const told = new Map(Object.entries((kept?.content.told ?? {}) as Record<string, number>))
  const key = createHash('sha256').update(sender.toLowerCase()).digest('base64url').slice(0, 16)
  if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) return false
  told.delete(key)
  told.set(key, now)
  while (told.size > MOST_REMEMBERED) told.delete(told.keys().next().value!)
  await mailboxes.putConfiguration(at, root.no, ANSWERED, { told: Object.fromEntries(told) })
  return true
}

const MOST_CONTACTS = 5_000
const PAGE = 200

/** Whether an address is among the contacts of a mailbox, the newest first and as many as an honest address book has. */
export async function isContact(mailboxes: MailboxReader, at: MailboxRef, address: string): Promise<boolean> {
  const contacts = await mailboxes.findFolder(at, { distinguished: 'contacts' })
  if (contacts === undefined) return false
  const wanted = address.toLowerCase()
  let after: number | string | null = null
  for (let seen = 0; seen < MOST_CONTACTS; seen += PAGE) {
    const page: Awaited<ReturnType<MailboxReader['listItems']>> = await mailboxes.listItems(at, contacts.no, {
      order: 'newest',
      after,
      limit: PAGE,
      parts: ['content'],
    })
    for (const { content } of page.rows) {
      const emails = Object.values((content?.emails ?? {}) as Record<string, { address?: unknown }>)
      if (emails.some((one) => typeof one.address === 'string' && one.address.toLowerCase() === wanted))
        return true
    }
    if (page.next === null) return false
    after = page.next
  }
  return false
}
