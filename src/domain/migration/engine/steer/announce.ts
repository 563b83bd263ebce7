import { createHash } from 'node:crypto'
import { counted } from '#src/base/figure-words.ts'
import { domainOf } from '../../../directory/address.ts'
import { resolveRecipient } from '../../../directory/recipient.ts'
import { Refusal } from '../../../refusal.ts'
import type { MigrationWriter } from '../../store.ts'
import type { Announcement, Batch, Member, ProjectId } from '../project/project.ts'
import { hasEnded } from '../project/state.ts'
import { event, type Steering, write } from '../project/steering.ts'

const MOST_SUBJECT = 200
const MOST_TEXT = 20_000
/** Who was not told is named up to so many. */
const MOST_MISSED = 20
/** A mail that cannot be sent is tried so often, a minute apart. */
const MOST_ATTEMPTS = 5
/** Minutes until it is looked at again what became of mails in the queue; after the last, each such time. */
const LOOK_MINUTES = [1, 2, 5, 15, 30, 60] as const
/** A mail that lies in the queue for so long has not reached anybody. */
export const LONG_QUEUED_MS = 15 * 60_000

export type Told = Pick<Announcement, 'subject' | 'text' | 'sender' | 'stopsAt'>

/**
 * Tells the people of a batch something by mail, from the next minute on: when they stop working there, when they begin here.
 * Refuses `invalid-parameter`, `wrong-state` where one is being sent, or the batch has ended.
 */
export async function announce(
  steering: Steering,
  no: number,
  { subject, text, sender, stopsAt }: Told,
): Promise<Batch> {
  const { organization, project, by, now } = steering
  requireText(subject, text)
  if (sender !== undefined) await requireSender(steering, sender)
  return write(steering, async ({ migration }) => {
    const batch = await migration.getBatch(organization, project, no)
    if (hasEnded(batch.state))
      throw new Refusal('wrong-state', `Batch ${no} has ended: there is nothing to tell its people any more.`)
    if (batch.announcement?.isDone === false)
      throw new Refusal(
        'wrong-state',
        `"${batch.announcement.subject}" is still being sent to the people of batch ${no}. Wait until that is done.`,
      )
    // By it one is told from another.
    const at = Math.max(now, (batch.announcement?.at ?? 0) + 1)
    const announcement: Announcement = {
      ...{ subject, text, sender, stopsAt, by, at, after: 0, comers: 0, attempts: 0, isDone: false },
      ...{ told: 0, missed: [], missing: 0 },
    }
    const after = { ...batch, announcement }
    await migration.putBatch(organization, after)
    await migration.addEvent(organization, project, {
      ...event(now, 'announced', by, `The people of batch ${no} are told by mail: "${subject}".`),
      batch: no,
    })
    return after
  })
}

/** Somebody of the organisation: contacts of its address book are at domains of others, whose mail is not ours to send. */
async function requireSender(
  { store: { directory }, organization }: Pick<Steering, 'store' | 'organization'>,
  sender: string,
): Promise<void> {
  const found = await resolveRecipient(directory, organization, sender)
  if (found !== undefined && found.entry.kind !== 'contact') {
    const domain = domainOf(sender)
    if ((await directory.findDomain(organization, domain)) !== undefined) return
    throw new Refusal(
      'invalid-parameter',
      `"${domain}" is no mail domain of the organisation, so mail from "${sender}" is not ours to send. Name an address at one of its own.`,
    )
  }
  throw new Refusal(
    'invalid-parameter',
    `"${sender}" is nobody of the organisation, so answers would reach nobody there. Name the address of somebody in it.`,
  )
}

function requireText(subject: string, text: string): void {
  const refuse = (what: string) => new Refusal('invalid-parameter', what)
  if (subject.trim() === '' || subject.length > MOST_SUBJECT || /\p{Cc}/u.test(subject))
    throw refuse(`A subject is one line of at most ${MOST_SUBJECT} characters.`)
  if (text.trim() === '' || text.length > MOST_TEXT)
    throw refuse(`The text of an announcement has from 1 to ${MOST_TEXT} characters.`)
  const strange = /\{[^{}\s]{0,40}\}/g
  const unknown = (words: string) =>
    words.match(strange)?.find((word) => word !== '{name}' && word !== '{address}')
  for (const [what, words] of Object.entries({ subject, text })) {
    const word = unknown(words)
    if (word !== undefined)
      throw refuse(`The ${what} has "${word}", which nobody fills in: {name} and {address} are filled in.`)
  }
}

/** Mailboxes whose people are told: who was taken out, or went back, is not concerned. */
export const isConcerned = ({ state }: Pick<Member, 'state'>): boolean =>
  !['left', 'cancelled', 'rolled-back'].includes(state)

export const filledIn = (text: string, { name, address }: { name: string; address: string }): string =>
  text.replaceAll(/\{(name|address)\}/g, (_, word: string) => (word === 'name' ? name : address))

/** Whether the mailbox was told this announcement of its batch, or could not be. */
export const isTold = ({ batch, announced }: Member, { at }: Announcement): boolean =>
  announced?.batch === batch && announced.at === at

/** Message-ID of the mail to a mailbox, without its host: whoever is handed it twice can tell. */
export const mailName = (project: ProjectId, { batch, address }: Member, { at }: Announcement): string => {
  const of = createHash('sha256').update([project, batch, address, at].join('\0')).digest('hex')
  return `announcement.${batch}.${at.toString(36)}.${of.slice(0, 32)}`
}

/** Pure: after the mail to a mailbox was not sent for a reason; `isFinal`: trying again would be in vain. */
export function afterFailure(
  before: Announcement,
  { address }: Pick<Member, 'address'>,
  failure: { reason: string; isFinal: boolean },
): Announcement {
  const attempts = before.attempts + 1
  if (!failure.isFinal && attempts < MOST_ATTEMPTS) return { ...before, attempts }
  const missed = [...before.missed, `${address}: ${failure.reason}`].slice(0, MOST_MISSED)
  return { ...before, missed, missing: before.missing + 1, attempts: 0 }
}

/** Pure: after a look at what became of the mails in the queue: whom they have not reached, and how many are still there. */
export function afterLook(
  before: Announcement,
  { unreached, waiting }: { unreached: readonly string[]; waiting: number },
  now: number,
): Announcement {
  const looks = (before.looks ?? 0) + 1
  return {
    ...before,
    unreached: unreached.slice(0, MOST_MISSED),
    unreaching: unreached.length,
    looks,
    lookAt: waiting === 0 ? null : nextLookAt(looks, now),
  }
}

export const nextLookAt = (looks: number, now: number): number =>
  now + (LOOK_MINUTES[looks] ?? LOOK_MINUTES.at(-1)!) * 60_000

/**
 * Whoever comes to a batch is told what its people are, or were, being told, until the time that it names. The others know it,
 * each by its own note.
 */
export async function tellComers(
  migration: MigrationWriter,
  { organization, project, now }: Pick<Steering, 'organization' | 'project' | 'now'>,
  no: number,
): Promise<void> {
  const batch = await migration.getBatch(organization, project, no)
  const { announcement } = batch
  // One of an older program has no notes of whom it told.
  if (announcement?.comers === undefined) return
  if (announcement.isDone && now >= (announcement.stopsAt ?? now)) return
  const anew = { ...announcement, comers: announcement.comers + 1, after: 0, isDone: false }
  await migration.putBatch(organization, { ...batch, announcement: anew })
}

/** What the trail says once everybody was told. */
export const toldSentence = (no: number, { subject, told, missing, missed }: Announcement): string =>
  `"${subject}" went to ${counted(told, 'person', 'people')} of batch ${no}${missing === 0 ? '.' : `; not told: ${namedOf(missing, missed)}`}`

/** The same where mails were taken and did not arrive. */
export const unreachedSentence = (
  no: number,
  { subject, unreaching = 0, unreached = [] }: Announcement,
): string => `"${subject}" has not reached ${namedOf(unreaching, unreached)} of batch ${no}.`

const namedOf = (count: number, some: readonly string[]): string =>
  `${count}, ${some.join('; ')}${count > some.length ? '; and others' : ''}`
