import { createHash } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { MigrationEvent, Project } from '#src/domain/migration/engine/project/project.ts'
import { addressOf } from '#src/domain/migration/engine/project/responsible.ts'
import { isUnderWay, reportMail } from '#src/domain/migration/report/report-mail.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

export type ReportDeps = {
  store: Store
  /** Resolves once the message is durable. */
  mail: (organization: OrganizationId, to: string, subject: string, text: string) => Promise<void>
  trouble: (message: string, error: unknown) => void
  now: () => number
}

const EVERY_MINUTE = '* * * * *'
const HOUR_MS = 3_600_000
const MOST_EVENTS = 50

/**
 * Mails reports of migrations to those who are told, every so many hours as each project says. One that has come to rest is reported once
 * more and then left alone until something changes.
 */
export function reportMigrationsJob({ store, mail, trouble, now }: ReportDeps): Job {
  return {
    name: 'report-migrations',
    schedule: EVERY_MINUTE,
    run: async (signal) => {
      for (const { organization, project: id } of await store.migration.listMigrating()) {
        signal.throwIfAborted()
        try {
          await report(await store.migration.getProject(organization, id), signal)
        } catch (error) {
          signal.throwIfAborted()
          // Gone meanwhile, or its key is out of reach.
          if (!(error instanceof Refusal))
            trouble(`The report of migration ${id} could not be mailed.`, error)
        }
      }
    },
  }

  async function report(project: Project, signal: AbortSignal): Promise<void> {
    const { organization, id, settings, reported } = project
    if (settings.reportHours === undefined) return
    // The first one is so many hours after somebody asked for reports.
    if (reported === undefined) return note(project, { at: now(), last: null, stands: '' })
    // A clock that was far ahead puts nothing off until it is there again.
    if (Math.abs(now() - reported.at) < settings.reportHours * HOUR_MS) return
    const batches = await store.migration.listBatches(organization, id)
    const members = await store.migration.countMemberStates(organization, id)
    const told = batches.map(({ no, state, paused, cause, late }) => [no, state, paused, cause, late?.items])
    const stands = createHash('sha256')
      .update(JSON.stringify([told, members]))
      .digest('base64url')
    if (!isUnderWay(batches) && stands === reported.stands) return note(project, { ...reported, at: now() })
    const { events, hasMore } = await eventsSince(project, reported.last)
    const of = { project, batches, members, events, hasMore, since: reported.last, now: now() }
    const { subject, text } = reportMail(of)
    const failed: string[] = []
    for (const to of recipients(project))
      try {
        await mail(organization, to, subject, text)
      } catch (error) {
        signal.throwIfAborted()
        failed.push(`${to}: ${(error as Error).message}`)
      }
    await note(project, { at: now(), last: now(), stands }, failed)
  }

  async function eventsSince(
    { organization, id }: Project,
    since: number | null,
  ): Promise<{ events: readonly MigrationEvent[]; hasMore: boolean }> {
    const page = await store.migration.listMigrationEvents(organization, id, { limit: MOST_EVENTS })
    const events = page.rows.filter(({ at }) => since === null || at > since)
    return { events, hasMore: events.length === page.rows.length && page.next !== null }
  }

  async function note(
    { organization, id }: Project,
    reported: NonNullable<Project['reported']>,
    failed: readonly string[] = [],
  ): Promise<void> {
    await store.transact({ organization }, async ({ migration }) => {
      const present = await migration.getProject(organization, id)
      await migration.putProject({ ...present, reported })
      if (failed.length > 0)
        await migration.addEvent(organization, id, {
          ...{ at: now(), kind: 'report-failed', batch: null, member: null, by: null },
          sentence: `A report was not mailed to ${failed.join('; ')}`,
        })
    })
  }
}

/** Those who get alerts, and whoever answers for the project. */
function recipients({ settings: { alerts, responsible } }: Project): readonly string[] {
  const led = responsible === undefined ? undefined : addressOf(responsible)
  return [...new Set([...(alerts?.addresses ?? []), ...(led === undefined ? [] : [led])])]
}
