import { counted } from '#src/base/figure-words.ts'
import { Refusal } from '../../refusal.ts'
import type { Announcement, Batch, Member } from './project.ts'
import { hasEnded } from './state.ts'
import { event, type Steering, write } from './steering.ts'

const MOST_SUBJECT = 200
const MOST_TEXT = 20_000
/** Who was not told is named up to so many. */
const MOST_MISSED = 20
/** A mail that cannot be sent is tried so often, a minute apart. */
const MOST_ATTEMPTS = 5

/**
 * Tells the people of a batch something by mail, from the next minute on: when they stop working there, when they begin here.
 * Refuses `invalid-parameter`, `wrong-state` where one is being sent, or the batch has ended.
 */
export async function announce(
  steering: Steering,
  no: number,
  { subject, text }: { subject: string; text: string },
): Promise<Batch> {
  const { organization, project, by, now } = steering
  requireText(subject, text)
  return write(steering, async ({ migration }) => {
    const batch = await migration.getBatch(organization, project, no)
    if (hasEnded(batch.state))
      throw new Refusal('wrong-state', `Batch ${no} has ended: there is nothing to tell its people any more.`)
    if (batch.announcement?.isDone === false)
      throw new Refusal(
        'wrong-state',
        `"${batch.announcement.subject}" is still being sent to the people of batch ${no}. Wait until that is done.`,
      )
    const announcement: Announcement = {
      ...{ subject, text, by, at: now, after: 0, attempts: 0, isDone: false },
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

/** Pure: after the mail to a mailbox went out (`null`), or did not for a reason; `isFinal`: trying again would be in vain. */
export function afterMail(
  before: Announcement,
  { no, address }: Pick<Member, 'no' | 'address'>,
  failure: { reason: string; isFinal: boolean } | null,
): Announcement {
  if (failure === null) return { ...before, after: no, told: before.told + 1, attempts: 0 }
  const attempts = before.attempts + 1
  if (!failure.isFinal && attempts < MOST_ATTEMPTS) return { ...before, attempts }
  const missed = [...before.missed, `${address}: ${failure.reason}`].slice(0, MOST_MISSED)
  return { ...before, after: no, missed, missing: before.missing + 1, attempts: 0 }
}

/** What the trail says once everybody was told. */
export const toldSentence = (no: number, { subject, told, missing, missed }: Announcement): string =>
  `"${subject}" went to ${counted(told, 'person', 'people')} of batch ${no}${
    missing === 0
      ? '.'
      : `; not told: ${missing}, ${missed.join('; ')}${missing > missed.length ? '; and others' : ''}`
  }`
