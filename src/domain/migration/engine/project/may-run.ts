import { windowFor } from './own-settings.ts'
import type { Batch, Member, Project } from './project.ts'
import { isBack, isCopying, isFlipped, memberTakes } from './state.ts'
import { workingTime } from './window.ts'

/** Of a batch that went back, what came in since is taken there; nothing else of it runs, and nobody who was taken out. */
export const mayRun = ({ state, paused }: Batch, member: Pick<Member, 'state'>): boolean =>
  isBack(state)
    ? member.state === 'returning'
    : !paused && (isCopying(state) || isFlipped(state)) && memberTakes(member.state, 'begin')

/** What follows the flip, and the last delta before it, is done whatever the window: people are waiting. */
export const isOpen = (project: Project, batch: Batch, now: number): boolean =>
  batch.state === 'finalising' ||
  isBack(batch.state) ||
  isFlipped(batch.state) ||
  workingTime(windowFor(project, batch), now)?.from === now

/** How a mailbox stands that may run, but not at this hour; `null` if it may now. */
export function waitsForTime(
  project: Project,
  batch: Batch,
  { state, startAfter }: Pick<Member, 'state' | 'startAfter'>,
  now: number,
): Pick<Member, 'dueAt' | 'idle' | 'cause'> | null {
  if (state === 'waiting' && startAfter !== undefined && startAfter > now) {
    const cause = `It starts after ${new Date(startAfter).toISOString()}.`
    return { dueAt: startAfter, idle: 'window closed', cause }
  }
  if (isOpen(project, batch, now)) return null
  const from = workingTime(windowFor(project, batch), now)?.from ?? null
  const cause = `The next window opens ${from === null ? 'never' : new Date(from).toISOString()}.`
  return { dueAt: from, idle: 'window closed', cause }
}
