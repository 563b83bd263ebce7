import type { OrganizationId } from '#src/base/ids.ts'
import type { Notice } from '#src/domain/delivery/service-notice.ts'
import { ownerOf } from '#src/domain/migration/engine/flip/flip.ts'
import type {
  Announced,
  Announcement,
  Member,
  ProjectId,
} from '#src/domain/migration/engine/project/project.ts'
import { event } from '#src/domain/migration/engine/project/steering.ts'
import {
  afterFailure,
  afterLook,
  filledIn,
  isConcerned,
  isTold,
  LONG_QUEUED_MS,
  mailName,
  nextLookAt,
  toldSentence,
  unreachedSentence,
} from '#src/domain/migration/engine/steer/announce.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store, Writer } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

export type AnnounceDeps = {
  store: Store
  /** Resolves once the message and what it writes `also` are durable; false: the address leads to nobody. */
  mail: (organization: OrganizationId, notice: Notice) => Promise<boolean>
  trouble: (message: string, error: unknown) => void
  now: () => number
}

type Of = { organization: OrganizationId; project: ProjectId; batch: number }
type Failure = Parameters<typeof afterFailure>[2]
/** Where a mail of the queue is, and why it has not arrived. */
type Whereabouts = { how: Announced['how']; why?: string }

const PAGE = 100

/** The announcement or the mailbox is not any more what it was when its mail was written: nothing is sent. */
class Outdated extends Error {
  override readonly name = 'Outdated'
}

/**
 * Sends announcements of migrations to the people of their batches, one mail each, and looks what became of those in the queue. That
 * somebody was told is written with their mail in one transaction: whoever ends it in between tells nobody twice.
 */
export function announceMigrationsJob({ store, mail, trouble, now }: AnnounceDeps): Job {
  return {
    name: 'announce-migrations',
    schedule: '* * * * *',
    run: async (signal) => {
      for (const { organization, project } of await store.migration.listMigrating()) {
        signal.throwIfAborted()
        try {
          for (const { no, announcement } of await store.migration.listBatches(organization, project)) {
            const of = { organization, project, batch: no }
            if (announcement?.isDone === false) await tellAll(of, signal)
            if (announcement?.lookAt != null && announcement.lookAt <= now()) await follow(of, signal)
          }
        } catch (error) {
          signal.throwIfAborted()
          // Gone meanwhile, or its key is out of reach.
          if (!(error instanceof Refusal))
            trouble(`Announcements of migration ${project} could not be sent.`, error)
        }
      }
    },
  }

  async function announcementOf({ organization, project, batch }: Of): Promise<Announcement | undefined> {
    return (await store.migration.getBatch(organization, project, batch)).announcement
  }

  function pageOf({ organization, project, batch }: Of, after: number | null) {
    return store.migration.listMembers(organization, project, { batch, after, limit: PAGE })
  }

  async function tellAll(of: Of, signal: AbortSignal): Promise<void> {
    for (;;) {
      const announcement = await announcementOf(of)
      if (announcement === undefined || announcement.isDone) return
      const { rows, next } = await pageOf(of, announcement.after)
      for (const member of rows) {
        signal.throwIfAborted()
        if (!isConcerned(member) || isTold(member, announcement)) continue
        if (!(await tell(of, member, announcement))) return
      }
      await change(of, announcement, async (before, migration) => {
        // Whoever came meanwhile may be in a page before.
        if (before.comers !== announcement.comers) return before
        if (next !== null) return { ...before, after: next }
        await say(of, migration, before, toldSentence(of.batch, before))
        return { ...before, isDone: true }
      })
    }
  }

  /** False where the mail could not be sent: nobody else is told before it is tried again. */
  async function tell(of: Of, member: Member, announcement: Announcement): Promise<boolean> {
    const { organization, project } = of
    const { address } = member
    const { subject, text, sender: from } = announcement
    try {
      const person = await personOf(organization, member)
      if (person === null) {
        await store.transact({ organization }, (writer) =>
          note(of, writer, member.no, announcement, { how: 'nobody-reads-there' }),
        )
        return true
      }
      const isTaken = await mail(organization, {
        to: address,
        from,
        name: mailName(project, member, announcement),
        subject: filledIn(subject, person).replace(/\p{Cc}+/gu, ' '),
        text: filledIn(text, person),
        also: (writer, { messageId, place }) => {
          const how = place === 'queue' ? 'queued' : 'delivered'
          return note(of, writer, member.no, announcement, { how, messageId, sentAt: now() })
        },
      })
      if (isTaken) return true
      return await missed(of, member, announcement, { reason: 'the address leads to nobody', isFinal: true })
    } catch (error) {
      if (error instanceof Outdated) return true
      return missed(of, member, announcement, { reason: (error as Error).message, isFinal: false })
    }
  }

  /** Notes what became of the announcement to a mailbox. Throws `Outdated` where it is not to be told it any more. */
  async function note(
    { organization, project, batch: no }: Of,
    { migration }: Pick<Writer, 'migration'>,
    memberNo: number,
    { at }: Announcement,
    what: Pick<Announced, 'how' | 'messageId' | 'sentAt'>,
  ): Promise<void> {
    const member = await migration.getMember(organization, project, memberNo)
    const batch = await migration.getBatch(organization, project, no)
    const { announcement } = batch
    if (
      announcement?.at !== at ||
      member.batch !== no ||
      !isConcerned(member) ||
      isTold(member, announcement)
    )
      throw new Outdated('The announcement is another one, or the mailbox is not to be told it')
    await migration.putMember(organization, { ...member, announced: { batch: no, at, ...what } })
    if (what.messageId === undefined) return
    const looks = what.how === 'queued' && { looks: 0, lookAt: nextLookAt(0, now()) }
    const after = { ...announcement, told: announcement.told + 1, attempts: 0, ...looks }
    await migration.putBatch(organization, { ...batch, announcement: after })
  }

  /** Whether the next one may be told. */
  async function missed(of: Of, member: Member, announcement: Announcement, failure: Failure) {
    let goesOn = true
    try {
      await change(of, announcement, async (before, migration) => {
        const after = afterFailure(before, member, failure)
        goesOn = after.missing > before.missing
        if (goesOn) await note(of, { migration }, member.no, before, { how: 'missed' })
        return after
      })
    } catch (error) {
      if (!(error instanceof Outdated)) throw error
    }
    return goesOn
  }

  /** Writes what becomes of an announcement, unless another one took its place. */
  function change(
    { organization, project, batch: no }: Of,
    { at }: Announcement,
    become: (before: Announcement, migration: Writer['migration']) => Promise<Announcement>,
  ): Promise<void> {
    return store.transact({ organization }, async ({ migration }) => {
      const batch = await migration.getBatch(organization, project, no)
      if (batch.announcement?.at !== at) return
      const announcement = await become(batch.announcement, migration)
      if (announcement !== batch.announcement)
        await migration.putBatch(organization, { ...batch, announcement })
    })
  }

  async function say(
    { organization, project, batch }: Of,
    migration: Writer['migration'],
    { by }: Announcement,
    sentence: string,
  ): Promise<void> {
    await migration.addEvent(organization, project, { ...event(now(), 'announced', by, sentence), batch })
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

  /** What became of the mails that the queue took. */
  async function follow(of: Of, signal: AbortSignal): Promise<void> {
    const announcement = await announcementOf(of)
    if (announcement === undefined) return
    const unreached: string[] = []
    let waiting = 0
    for (let after: number | null = null; ; ) {
      const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(of, after)
      for (const member of page.rows) {
        signal.throwIfAborted()
        if (!isTold(member, announcement)) continue
        const { how, why } = await becameOf(of, member)
        if (why !== undefined) unreached.push(`${member.address}: ${why}`)
        if (how === 'queued') waiting++
      }
      if (page.next === null) break
      after = page.next
    }
    await change(of, announcement, async (before, migration) => {
      const after = afterLook(before, { unreached, waiting }, now())
      if (after.lookAt === null && unreached.length > 0)
        await say(of, migration, after, unreachedSentence(of.batch, after))
      return after
    })
  }

  /** What became of the mail to a mailbox, which is noted once it is settled. */
  async function becameOf({ organization, project }: Of, { no, announced }: Member): Promise<Whereabouts> {
    const { how, messageId, sentAt = 0 } = announced!
    if (messageId === undefined || (how !== 'queued' && how !== 'bounced')) return { how }
    const end = await endOf(organization, messageId)
    if (end.how === 'queued') return now() - sentAt < LONG_QUEUED_MS ? { how } : end
    if (end.how !== how)
      await store.transact({ organization }, async ({ migration }) => {
        const member = await migration.getMember(organization, project, no)
        if (member.announced?.messageId !== messageId) return
        const after = { ...member.announced, how: end.how }
        await migration.putMember(organization, { ...member, announced: after })
      })
    return end
  }

  async function endOf(organization: OrganizationId, messageId: string): Promise<Whereabouts> {
    const traces = new Set<Parameters<Store['delivery']['findQueued']>[1]>()
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<Store['delivery']['findTrace']>> = await store.delivery.findTrace(
        organization,
        { messageId },
        { after, limit: PAGE },
      )
      for (const { name, fields, traceId } of page.rows) {
        if (name === 'OUTGOING_EMAIL_CANCELLED')
          return { how: 'bounced', why: 'it was taken out of the queue' }
        if (name === 'OUTGOING_EMAIL_BOUNCED' || name === 'INCOMING_EMAIL_BOUNCED') {
          const { reason = 'nobody said why' } = (fields.bouncedRecipient ?? {}) as { reason?: string }
          return { how: 'bounced', why: `it could not be delivered: ${reason}` }
        }
        traces.add(traceId)
      }
      if (page.next === null) break
      after = page.next
    }
    for (const id of traces) {
      const queued = await store.delivery.findQueued(organization, id)
      if (queued === undefined) continue
      const problem = queued.recipients.find((each) => each.problem !== null)?.problem
      return { how: 'queued', why: `it still lies in the queue${problem == null ? '' : `: ${problem}`}` }
    }
    return { how: 'delivered' }
  }
}
