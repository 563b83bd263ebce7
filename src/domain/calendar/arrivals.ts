import type { OrganizationId } from '#src/base/ids.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import { findNoAnswer, isAddressedTo } from '#src/formats/trace-headers/auto-reply.ts'
import type { ArrivalStep, ArrivingMessage } from '../delivery/arrival.ts'
import { fromAddress } from '../delivery/message-events.ts'
import type { LocalTarget } from '../delivery/recipients.ts'
import type { Entry } from '../directory/entry.ts'
import { Refusal } from '../refusal.ts'
import { type Answerable, answerAbsence } from './answer-absence.ts'
import { MeetingArrival } from './scheduling/meeting-arrival.ts'
import type { MeetingPost } from './scheduling/post.ts'
import { type ArrivingText, readArriving } from './scheduling/read-arriving.ts'
import { addressesOfEntry, groupAddresses, personOf } from './scheduling/who.ts'
import { saidZone } from './working-hours.ts'

type ArrivalDeps = Omit<MeetingPost, 'intake'> & {
  /** The intake that this step is a part of. */
  intake: () => MeetingPost['intake']
  /** Told of an answer that could not be sent. */
  trouble: (sentence: string, error: unknown) => void
}

/**
 * What mail does in mailboxes here beside lying there: meeting messages change the calendar, resources answer requests, and
 * who is away lets others know.
 */
export function calendarArrivals({ intake, trouble, ...rest }: ArrivalDeps): ArrivalStep {
  return async (message, targets) => {
    const deps: MeetingPost = { ...rest, intake: intake() }
    const inboxes = targets.filter(
      ({ decision }) => decision.folder !== null && decision.folder !== 'junkemail',
    )
    const meeting = inboxes.length === 0 ? undefined : await readArriving(message.message)
    const absent = inboxes.filter((target) => mayAnswer(message, target))
    if (meeting === undefined && absent.length === 0) return undefined
    const arrival = meeting && (await meetingArrival(deps, message, meeting, inboxes))
    const answerable: Answerable = {
      organization: message.organization,
      messageId: message.messageId,
      sender: message.sender.address,
      fields: message.message.fields,
      subject: message.message.envelope.subject ?? '',
    }
    return {
      into: async (writer, at, target) => (await arrival?.into(writer, at, target)) ?? {},
      stored: async (writer, at, target, copy) => arrival?.stored(writer, at, target, copy),
      after: async (delivered) => {
        for (const target of delivered) {
          try {
            await arrival?.after(target)
            if (absent.includes(target)) await answerAbsence(deps, answerable, target)
          } catch (error) {
            trouble(`What the mailbox of ${target.address} answers by itself could not be sent`, error)
          }
        }
      },
    }
  }
}

async function meetingArrival(
  deps: MeetingPost,
  message: ArrivingMessage,
  text: ArrivingText,
  targets: readonly LocalTarget[],
): Promise<MeetingArrival> {
  const { directory } = deps.store
  const { id: organization } = message.organization
  const sender = await personOf(directory, organization, fromAddress(message.message.envelope))
  const groups = await groupAddresses(directory, organization, sender.entry)
  const owners = await entriesOf(deps, organization, targets)
  const sendersZone = text.inZone && (await zoneOf(deps, organization, sender.entry))
  return new MeetingArrival(deps, { ...text, sender, sendersZone, groups, organization, owners })
}

/** Whose mailbox is not here, or who never said it, has no zone that we know. */
async function zoneOf(
  { store }: MeetingPost,
  organization: OrganizationId,
  entry: Entry | undefined,
): Promise<TimeZone | undefined> {
  if (entry?.mailbox == null || entry.home !== 'local') return undefined
  return saidZone(store.mailboxes, { organization, mailbox: entry.mailbox })
}

/** Seen from the message alone, before any settings are read: most mail is from lists and programs, or to groups. */
function mayAnswer({ sender, message }: ArrivingMessage, { entry }: LocalTarget): boolean {
  if (entry.kind !== 'user' || sender.address === '') return false
  return (
    isAddressedTo(message.fields, new Set(addressesOfEntry(entry))) &&
    findNoAnswer(sender.address, message.fields, 'out-of-office') === undefined
  )
}

async function entriesOf(
  { store }: MeetingPost,
  organization: Parameters<typeof store.directory.getEntry>[0],
  targets: readonly LocalTarget[],
): Promise<Map<LocalTarget, Entry>> {
  const found = new Map<LocalTarget, Entry>()
  for (const target of targets) {
    try {
      found.set(target, await store.directory.getEntry(organization, target.entry.id))
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'no-such-entry') throw error
    }
  }
  return found
}
