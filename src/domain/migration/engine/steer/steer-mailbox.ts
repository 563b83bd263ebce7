import { momentWords } from '#src/base/figure-words.ts'
import { Refusal } from '../../../refusal.ts'
import { getMemberOf } from '../project/named.ts'
import { type OwnChange, ownAfter, settingsFor } from '../project/own-settings.ts'
import type { Member } from '../project/project.ts'
import { changedSettings } from '../project/setting-words.ts'
import { memberTakes, memberWords } from '../project/state.ts'
import { event, type Steering, write } from '../project/steering.ts'

export type MailboxChange = {
  own?: OwnChange
  priority?: number
  /** Null: as its batch. */
  startAfter?: number | null
}

/**
 * What one mailbox has otherwise than its batch and project, from its next pass on. Refuses `wrong-state` once it has moved or ended, and
 * `no-such-item`.
 */
export function changeMailbox(
  steering: Steering,
  address: string,
  { own = {}, priority, startAfter }: MailboxChange,
): Promise<Member> {
  const { organization, project: id, by, now } = steering
  return write(steering, async ({ migration }) => {
    const member = await getMemberOf({ migration }, organization, id, address)
    if (!memberTakes(member.state, 'leave') || member.state === 'returning')
      throw new Refusal(
        'wrong-state',
        `${member.address} is "${memberWords[member.state]}", so how it is copied is settled.`,
      )
    const project = await migration.getProject(organization, id)
    const batch = await migration.getBatch(organization, id, member.batch)
    const after: Member = {
      ...member,
      own: ownAfter(member.own, own),
      ...(priority !== undefined && { priority }),
      ...(startAfter !== undefined && { startAfter: startAfter ?? undefined }),
    }
    // One that waited for its time is looked at anew.
    const waits =
      member.startAfter !== after.startAfter && member.state === 'waiting' && member.dueAt !== null
    await migration.putMember(
      organization,
      waits ? { ...after, dueAt: now, cause: '', idle: undefined } : after,
    )
    const when = (at: number | undefined) => (at === undefined ? 'as its batch' : momentWords(at))
    const words = [
      ...changedSettings(settingsFor(project, batch, member), settingsFor(project, batch, after)),
      ...(member.priority === after.priority
        ? []
        : [`priority, from "${member.priority}" to "${after.priority}"`]),
      ...(member.startAfter === after.startAfter
        ? []
        : [`begins after, from "${when(member.startAfter)}" to "${when(after.startAfter)}"`]),
    ]
    const what = words.length === 0 ? 'its own settings were given again as they were' : words.join('; ')
    await migration.addEvent(organization, id, {
      ...event(now, 'changed', by, `${member.address} was changed: ${what}.`),
      ...{ batch: member.batch, member: member.no },
    })
    return waits ? { ...after, dueAt: now } : after
  })
}
