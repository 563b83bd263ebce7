import type { OrganizationId } from '#src/base/ids.ts'
import { afterMail, filledIn, isConcerned, toldSentence } from '#src/domain/migration/engine/announce.ts'
import { ownerOf } from '#src/domain/migration/engine/flip.ts'
import type { Batch, Member, ProjectId } from '#src/domain/migration/engine/project.ts'
import { event } from '#src/domain/migration/engine/steering.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

export type AnnounceDeps = {
  store: Store
  /** Resolves once the message is durable; false: the address leads to nobody. */
  mail: (
    organization: OrganizationId,
    notice: { to: string; subject: string; text: string },
  ) => Promise<boolean>
  trouble: (message: string, error: unknown) => void
  now: () => number
}

const PAGE = 100

/**
 * Sends announcements of migrations to the people of their batches, one mail each. How far it came is kept after each mail, so
 * that one that is ended in between tells at most one person twice.
 */
export function announceMigrationsJob({ store, mail, trouble, now }: AnnounceDeps): Job {
  return {
    name: 'announce-migrations',
    schedule: '* * * * *',
    run: async (signal) => {
      for (const { organization, project } of await store.migration.listMigrating()) {
        signal.throwIfAborted()
        try {
          for (const batch of await store.migration.listBatches(organization, project))
            if (batch.announcement?.isDone === false) await tellAll(organization, project, batch, signal)
        } catch (error) {
          signal.throwIfAborted()
          // Gone meanwhile, or its key is out of reach.
          if (!(error instanceof Refusal))
            trouble(`Announcements of migration ${project} could not be sent.`, error)
        }
      }
    },
  }

  async function tellAll(
    organization: OrganizationId,
    project: ProjectId,
    { no }: Batch,
    signal: AbortSignal,
  ) {
    for (;;) {
      const { announcement } = await store.migration.getBatch(organization, project, no)
      if (announcement === undefined || announcement.isDone) return
      const page = { batch: no, after: announcement.after, limit: PAGE }
      const { rows, next } = await store.migration.listMembers(organization, project, page)
      for (const member of rows) {
        signal.throwIfAborted()
        if (!(await tell(organization, project, member, announcement))) return
      }
      if (next === null) return settle(organization, project, no)
    }
  }

  /** False where the mail could not be sent: nobody else is told before it is tried again. */
  async function tell(
    organization: OrganizationId,
    project: ProjectId,
    member: Member,
    { subject, text, at }: NonNullable<Batch['announcement']>,
  ): Promise<boolean> {
    const { address, batch: no } = member
    const person = isConcerned(member) ? await personOf(organization, member) : null
    const failure =
      person &&
      (await sent(organization, {
        to: address,
        subject: filledIn(subject, person).replace(/\p{Cc}+/gu, ' '),
        text: filledIn(text, person),
      }))
    return store.transact({ organization }, async ({ migration }) => {
      const batch = await migration.getBatch(organization, project, no)
      // Another one took its place.
      if (batch.announcement?.at !== at) return false
      const before = batch.announcement
      const announcement =
        person === null ? { ...before, after: member.no } : afterMail(before, member, failure)
      await migration.putBatch(organization, { ...batch, announcement })
      return announcement.after === member.no
    })
  }

  /** Null: nobody reads there, as in rooms. */
  async function personOf(organization: OrganizationId, member: Member) {
    const { address } = member
    try {
      const entry = await ownerOf(store.directory, organization, member)
      return entry.kind === 'resource' ? null : { name: entry.displayName ?? entry.name, address }
    } catch (error) {
      if (error instanceof Refusal) return { name: address, address }
      throw error
    }
  }

  async function sent(organization: OrganizationId, notice: { to: string; subject: string; text: string }) {
    try {
      if (await mail(organization, notice)) return null
      return { reason: 'the address leads to nobody', isFinal: true }
    } catch (error) {
      return { reason: (error as Error).message, isFinal: false }
    }
  }

  function settle(organization: OrganizationId, project: ProjectId, no: number): Promise<void> {
    return store.transact({ organization }, async ({ migration }) => {
      const batch = await migration.getBatch(organization, project, no)
      if (batch.announcement === undefined || batch.announcement.isDone) return
      const announcement = { ...batch.announcement, isDone: true }
      await migration.putBatch(organization, { ...batch, announcement })
      const sentence = toldSentence(no, announcement)
      await migration.addEvent(organization, project, {
        ...event(now(), 'announced', announcement.by, sentence),
        batch: no,
      })
    })
  }
}
