import { membersOf } from '../flip/flip.ts'
import type { Member } from '../project/project.ts'
import { hasEnded, isBack, isFlipped } from '../project/state.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { endWaiting, ofServer } from './steer-project.ts'

/**
 * Sources that mailboxes of a batch wait for, as they were refused or were not there, are opened and asked anew at once, as if they
 * had been given again: what is wrong there may have been put right there. Their names.
 */
export async function askSourcesAnew(steering: Steering, no: number): Promise<readonly string[]> {
  const { store, organization, project, by, now } = steering
  const { state } = await store.migration.getBatch(organization, project, no)
  if (hasEnded(state) && !isBack(state) && !isFlipped(state)) return []
  const waits = ({ idle, dueAt }: Member) => ofServer.includes(idle) && (dueAt === null || dueAt > now)
  const waiting = (await membersOf(store.migration, organization, project, no)).filter(waits)
  const sources = [...new Set(waiting.map(({ source }) => source))]
  for (const id of sources) {
    await write(steering, async ({ migration }) => {
      const login = await migration.getSourceLogin(organization, project, id)
      const changedAt = Math.max(now, login.config.changedAt + 1)
      await migration.putSource(organization, project, { ...login, config: { ...login.config, changedAt } })
      const sentence = `Source "${id}" is asked anew, as mailboxes of batch ${no} wait for it.`
      await migration.addEvent(organization, project, { ...event(now, 'source', by, sentence), batch: no })
    })
    await endWaiting(steering, id)
  }
  return sources
}
