import { counted } from '#src/base/figure-words.ts'
import type { MigrationWriter } from '../../store.ts'
import type { LateLooks, Member, Project, ProjectSettings } from './project.ts'

/**
 * Looks at the source for what arrives there once a mailbox has moved (spec MIG-03; migration.md 1.5, step 6): each is a pass that
 * copies what is new, deletes nothing and leaves what people changed here.
 */

const HOUR_MS = 3_600_000
/** So long a source that does not answer is asked at one look. */
const GIVE_UP_MS = 24 * HOUR_MS

/** Hours after the flip at which it is looked, unless a project says others. */
export const usualLateHours: readonly number[] = [1, 6, 24, 72]

const lateHours = ({ lateHours = usualLateHours }: Hours): readonly number[] => lateHours

export const noLate: LateLooks = { items: 0, bytes: 0, noted: 0, notedBytes: 0, looks: 0, lookedAt: null }

type Moved = Pick<Member, 'flippedAt' | 'late'>
type Hours = Pick<ProjectSettings, 'lateHours'>

/** When the next look of the schedule is, epoch milliseconds; null: none is to come. */
export function nextLook(
  { flippedAt }: Pick<Member, 'flippedAt'>,
  settings: Hours,
  now: number,
): number | null {
  if (flippedAt === null) return null
  const all = lateHours(settings).map((hours) => flippedAt + hours * HOUR_MS)
  const left = all.filter((at) => at > now)
  return left.length === 0 ? null : Math.min(...left)
}

/**
 * When a mailbox that has moved is looked at next: at once, where somebody asked and it was not looked since, or an hour of the schedule
 * has passed since the last look began.
 */
export function lookAt(member: Moved, settings: Hours, now: number): number | null {
  if (member.late?.askedAt !== undefined) return now
  // A clock that was put back meanwhile skips nothing.
  const next = nextLook(member, settings, Math.min(member.late?.lookedAt ?? now, now))
  return next === null ? null : Math.max(next, now)
}

/** What a look for late mail leaves: its batch counts what came, the trail says it, and the next look is due. */
export async function endLook(
  migration: MigrationWriter,
  { organization, id }: Project,
  member: Member,
  { now, trouble }: { now: number; trouble: string },
): Promise<Pick<Member, 'late' | 'dueAt'>> {
  const { settings } = await migration.getProject(organization, id)
  const { items, noted, bytes, notedBytes } = member.late ?? noLate
  if (items > noted) {
    const batch = await migration.getBatch(organization, id, member.batch)
    const known = batch.late ?? { items: 0, bytes: 0 }
    const late = { items: known.items + items - noted, bytes: known.bytes + bytes - notedBytes }
    await migration.putBatch(organization, { ...batch, late })
    const came = `${counted(items - noted, 'item')} that arrived late`
    await migration.addEvent(organization, id, {
      ...{ at: now, kind: 'late', batch: member.batch, member: member.no, by: null },
      sentence: `${came} ${items - noted === 1 ? 'was' : 'were'} copied to ${member.address}.`,
    })
  }
  return afterLook(member, settings, { beganAt: member.lastPass?.startedAt ?? now, now, trouble })
}

/** Whoever asked while it ran has another one; a mailbox that is there no more is not looked at by itself. */
function afterLook(
  member: Moved,
  settings: Hours,
  { beganAt, now, trouble }: { beganAt: number; now: number; trouble: string },
): Pick<Member, 'late' | 'dueAt'> {
  const { askedAt, ...known } = member.late ?? noLate
  const isAsked = askedAt !== undefined && askedAt > beganAt
  const late: LateLooks = {
    ...known,
    // Were it still to come by a clock that was put back, one look would follow the other until then.
    ...(isAsked && { askedAt: Math.min(askedAt, now) }),
    looks: known.looks + 1,
    lookedAt: beganAt,
    noted: known.items,
    notedBytes: known.bytes,
    trouble: trouble || undefined,
  }
  return { late, dueAt: isAsked || trouble === '' ? lookAt({ ...member, late }, settings, now) : null }
}

/** Whether a source has let this look wait for so long that the next one is waited for. */
export function isGivenUp({ flippedAt, late, state, idle }: Member, settings: Hours, now: number): boolean {
  if (state !== 'verified' || idle === undefined || flippedAt === null) return false
  const due = lateHours(settings).map((hours) => flippedAt + hours * HOUR_MS)
  const since = Math.max(flippedAt, ...due.filter((at) => at <= now), late?.askedAt ?? 0)
  return now - since > GIVE_UP_MS
}

/** The look is over without an answer; the next one goes through all folders anew. */
export function givenUp(member: Member, settings: Hours, now: number): Partial<Member> {
  const { askedAt: _, ...late } = member.late ?? noLate
  return {
    ...{ dueAt: nextLook(member, settings, now), idle: undefined, passFor: null },
    ...{ late: { ...late, trouble: member.cause }, cause: '' },
  }
}

/** Its mailbox here was taken away since it moved: nothing goes there any more. */
export function noneHere({ late = noLate }: Member): Partial<Member> {
  const { askedAt: _, ...known } = late
  const trouble = 'Its mailbox here is no more.'
  return { dueAt: null, idle: undefined, passFor: null, cause: '', late: { ...known, trouble } }
}
