import { randomUUID } from 'node:crypto'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import { formatMessageHeader } from '#src/formats/mime/build.ts'
import { type ComposedPart, composeMessage, type SizedSource } from '#src/formats/mime/compose.ts'
import type { RunningIntake } from '../../delivery/accept-message.ts'
import { MESSAGE_LIMITS } from '../../delivery/incoming-message.ts'
import type { IntakeTransaction } from '../../delivery/intake.ts'
import { type Entry, primaryAddress } from '../../directory/entry.ts'
import type { Authenticated } from '../../directory/login/authenticator.ts'
import { Flag } from '../../mailbox/item.ts'
import { indexedMessage } from '../../mailbox/message-parts.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { kindOfMethod, type MeetingMark } from './meeting-message.ts'
import type { MeetingNote, Named } from './meeting-objects.ts'
import { stampText } from './meeting-objects.ts'
import { meetingProse, meetingSubject } from './meeting-text.ts'

/** What sending about meetings needs. */
export type MeetingPost = {
  store: Store
  intake: Pick<RunningIntake, 'begin' | 'automatic'>
  hostName: string
  now: () => number
}

/** For whom something is sent or answered. */
export type Actor = {
  /** Whose calendar it is: mail is from this address. */
  owner: Entry
  at: MailboxRef
  /** Who does it, the owner or a delegate with the right to send (DIR-20); null when the service does, for a resource. */
  login: Authenticated | null
}

export type Letter = {
  note: MeetingNote
  response?: 'accepted' | 'declined' | 'tentative'
  comment?: string
  /** A sentence before everything else. */
  sentence?: string
  subject?: string
  /** Who is told that nobody wrote it by hand. */
  automatic?: boolean
  /** Files that go along. */
  files?: readonly ComposedPart[]
}

/** The address that mail for somebody's meetings comes from. Refuses `wrong-state` for an entry without one. */
export function namedOwner({ owner }: Actor): Named {
  const address = primaryAddress(owner)
  if (address === null) throw new Refusal('wrong-state', `${owner.name} has no e-mail address to send from.`)
  return { name: owner.displayName, address }
}

/** The delegate's address, for SENT-BY; undefined when the owner acts. */
export function sentByOf({ owner, login }: Actor): string | undefined {
  return login === null || login.user.id === owner.id ? undefined : (primaryAddress(login.user) ?? undefined)
}

/**
 * What a change of a calendar is going to send is looked at before it is stored. Refuses `too-large` and `limit-exceeded` (LIM-02,
 * LIM-11), and what the intake refuses of whom the actor sends for. `beside`: files of the letters that are not parts of them yet.
 */
export async function requireSendable(
  deps: MeetingPost,
  actor: Actor,
  letters: readonly Letter[],
  beside?: SizedSource,
): Promise<void> {
  if (letters.length === 0) return
  for (const letter of letters) requireFits(writeLetter(deps, actor, letter).octets, letter, beside)
  if (actor.login !== null) await (await beginAs(deps, actor, namedOwner(actor).address, 0)).abort()
}

function requireFits(letter: SizedSource, { files = [] }: Letter, beside?: SizedSource): void {
  const sizeBytes = letter.sizeBytes + (beside?.sizeBytes ?? 0)
  const decodedBytes = decodedOf(letter) + (beside ? decodedOf(beside) : 0)
  if (sizeBytes > MESSAGE_LIMITS.mimeBytes || decodedBytes > MESSAGE_LIMITS.decodedBytes)
    throw new Refusal(
      'too-large',
      `The invitation has ${decodedBytes} octets of text and files, and at most ${MESSAGE_LIMITS.decodedBytes} are sent. Send large files another way.`,
    )
  if (files.length > MESSAGE_LIMITS.attachments)
    throw new Refusal('limit-exceeded', `An invitation has at most ${MESSAGE_LIMITS.attachments} files.`)
}

const decodedOf = ({ sizeBytes, decodedBytes = sizeBytes }: SizedSource): number => decodedBytes

/**
 * Sends a meeting message to everybody it is for, as the actor, the way any mail of theirs goes. `save` puts a copy into
 * Sent Items. Refuses what the intake refuses; recipients that cannot be written to are left out and told in the answer.
 */
export async function sendLetter(
  deps: MeetingPost,
  actor: Actor,
  letter: Letter,
  { save }: { save: boolean },
): Promise<{ refused: readonly string[] }> {
  const { octets, mark } = writeLetter(deps, actor, letter)
  const refused: string[] = []
  const { to } = letter.note
  for (let from = 0; from < to.length; from += MESSAGE_LIMITS.recipients)
    refused.push(...(await sendTo(deps, actor, to.slice(from, from + MESSAGE_LIMITS.recipients), octets)))
  if (save) await saveSent(deps, actor.at, octets, mark)
  return { refused }
}

function writeLetter(
  { hostName, now }: MeetingPost,
  actor: Actor,
  { note, response, comment, sentence, subject, automatic, files = [] }: Letter,
): { octets: SizedSource; mark: MeetingMark } {
  const { method, to } = note
  const stamp = note.object.updated === undefined ? now() : Date.parse(note.object.updated)
  const object = { ...note.object, updated: stampText(stamp) }
  const kind = kindOfMethod[method]
  const from = namedOwner(actor)
  const prose = meetingProse(
    subject ?? meetingSubject(object.title ?? '', kind, response),
    object,
    comment,
    sentence,
  )
  const calendar = formatCalendar([object], { method, stamp })
  const body: ComposedPart = {
    multipart: 'alternative',
    parts: [
      { text: prose.text, subtype: 'plain' },
      { text: prose.html, subtype: 'html' },
      { text: calendar, subtype: 'calendar', params: { method } },
    ],
  }
  const header = formatMessageHeader({
    from: [mailboxOf(from)],
    to: to.map(mailboxOf),
    subject: prose.subject,
    dateMs: now(),
    messageId: `<${randomUUID()}@${hostName}>`,
    headers: automatic
      ? [
          ['Auto-Submitted', 'auto-replied'],
          ['X-Auto-Response-Suppress', 'All'],
        ]
      : [],
  })
  const octets = composeMessage(header, { multipart: 'mixed', parts: [body, ...files] })
  const mark: MeetingMark = {
    '@type': 'MeetingMessage',
    kind,
    method,
    uid: object.uid,
    ...(object.recurrenceId !== undefined && { recurrenceId: object.recurrenceId }),
    ...(response && { response }),
    ...(comment && { comment }),
    outcome: 'sent',
    object,
  }
  return { octets, mark }
}

export function mailboxOf({ name, address }: Named): Mailbox {
  const { mailbox, host } = parseAddrSpec(address)
  const plain = name.replace(/[\r\n\0]+/g, ' ').trim()
  return plain === '' || plain.toLowerCase() === address.toLowerCase()
    ? { mailbox, host }
    : { name: plain, mailbox, host }
}

async function sendTo(
  deps: MeetingPost,
  actor: Actor,
  to: readonly Named[],
  octets: SizedSource,
): Promise<string[]> {
  const transaction = await beginAs(deps, actor, namedOwner(actor).address, octets.sizeBytes)
  const refused: string[] = []
  try {
    for (const { address } of to) {
      try {
        await transaction.recipient({ address })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refused.push(address)
      }
    }
    if (refused.length < to.length) {
      // What is written may be kept; pieces of a stored file are not ours to give away.
      for await (const piece of octets.read()) await transaction.write(Uint8Array.from(piece))
      await transaction.finish()
    }
    return refused
  } finally {
    await transaction.abort()
  }
}

/** The service's word for the actor to one address, under the null sender (RFC 3834 §3). Nothing goes to whom it is refused for. */
export async function sendAutomatic(
  deps: Pick<MeetingPost, 'intake' | 'hostName'>,
  actor: Actor,
  address: string,
  octets: Uint8Array,
): Promise<void> {
  const transaction = await beginAs(deps, { ...actor, login: null }, '', octets.length)
  try {
    await transaction.recipient({ address })
    await transaction.write(octets)
    await transaction.finish()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  } finally {
    await transaction.abort()
  }
}

/** A message as the actor: who signed in sends it, or the service for a resource. `sender` is that of the envelope. */
function beginAs(
  { intake, hostName }: Pick<MeetingPost, 'intake' | 'hostName'>,
  { owner, at, login }: Actor,
  sender: string,
  sizeBytes: number,
): Promise<IntakeTransaction> {
  const envelope = { address: sender, sizeBytes, eightBit: false, utf8: false, requireTls: false }
  if (login === null) return intake.automatic({ organization: at.organization, entry: owner }, envelope)
  const connection = {
    role: 'submission',
    clientAddress: 'local',
    helo: hostName,
    extended: true,
    user: login,
  } as const
  return intake.begin(connection, envelope)
}

async function saveSent(
  { store, now }: MeetingPost,
  at: MailboxRef,
  octets: SizedSource,
  mark: MeetingMark,
): Promise<void> {
  const { staged, item } = await indexedMessage(store, at, octets.sizeBytes, octets.read())
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const folder = await mailboxes.findFolder(at, { distinguished: 'sentitems' })
    if (folder === undefined) throw new Refusal('no-such-folder', 'The mailbox has no folder for sent mail.')
    await mailboxes.appendItem(at, {
      ...item,
      flags: item.flags | Flag.seen,
      folder: folder.no,
      receivedAt: now(),
      body: staged,
      content: mark as unknown as Record<string, unknown>,
    })
  })
}
