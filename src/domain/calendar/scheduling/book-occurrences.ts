import type { ItemNo } from '../../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../../mailbox/store.ts'
import { type Booked, type BookingRequest, bookResource } from './book-resource.ts'
import { changesBetween, decideMeeting } from './decide-meeting.ts'
import type { Change, Kept, MeetingFacts } from './meeting-facts.ts'

/**
 * Books a resource for what one message asks for. Of several occurrences each is decided by itself, so that one which clashes
 * leaves the others; what delegates decide goes to them as a whole. Within the transaction that stores the request.
 */
export async function bookOccurrences(
  mailboxes: MailboxReader,
  at: MailboxRef,
  request: Omit<BookingRequest, 'kept' | 'meeting'>,
  facts: MeetingFacts<ItemNo>,
): Promise<Booked> {
  const { meeting, kept } = facts
  const nothingToDo = request.decision.changes.length === 0
  if (meeting.objects.length === 1 || meeting.method !== 'REQUEST' || nothingToDo)
    return bookResource(mailboxes, at, { ...request, meeting, kept })
  let state = kept
  const each: Booked[] = []
  for (const object of meeting.objects) {
    const one = { method: meeting.method, objects: [object] as const }
    const decision = decideMeeting({ ...facts, meeting: one, kept: state })
    const booked = await bookResource(mailboxes, at, { ...request, meeting: one, decision, kept: state })
    if (booked.answer === 'delegates')
      return { answer: 'delegates', changes: request.decision.changes, replies: [] }
    each.push(booked)
    state = afterwards(state, booked.changes)
  }
  const isNew = ({ item }: Kept<ItemNo>): boolean => item < 0
  const after = state.map((one) => ({ ...one, item: isNew(one) ? null : one.item }))
  const answer = (['accept', 'decline'] as const).find((word) => each.some((one) => one.answer === word))
  return {
    answer: answer ?? 'nothing',
    changes: changesBetween(kept, after),
    replies: each.flatMap(({ replies }) => replies),
  }
}

/** What is added has no number yet, and takes one below zero until then. */
function afterwards(
  state: readonly Kept<ItemNo>[],
  changes: readonly Change<ItemNo>[],
): readonly Kept<ItemNo>[] {
  let after = [...state]
  for (const change of changes) {
    if (change.do === 'add') after.push({ item: (-1 - after.length) as ItemNo, event: change.event })
    else if (change.do === 'remove') after = after.filter(({ item }) => item !== change.item)
    else after = after.map((one) => (one.item === change.item ? { ...one, event: change.event } : one))
  }
  return after
}
