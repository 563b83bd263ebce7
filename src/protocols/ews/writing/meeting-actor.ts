import type { Actor, MeetingPost } from '#src/domain/calendar/scheduling/post.ts'
import type { EwsCall } from '../call.ts'
import type { ReachedMailbox } from '../places.ts'

/** What sending about meetings needs. */
export const meetingPost = ({ services }: EwsCall): MeetingPost => ({
  store: services.store,
  intake: services.intake,
  hostName: services.hostName,
  now: services.now,
})

/** For whom the caller acts in a mailbox: its owner, or a delegate of the owner. */
export const meetingActor = ({ caller }: EwsCall, { owner, at }: ReachedMailbox): Actor => ({
  owner,
  at,
  login: caller.acting,
})
