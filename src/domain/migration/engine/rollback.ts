import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../../directory/entry.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import type { MigrationWriter } from '../store.ts'
import { membersOf } from './flip.ts'
import { lookHere } from './look-here.ts'
import type { Batch, Member, MigrationEvent, Project } from './project.ts'
import { batchAfter, isFlipped, memberAfter, memberTakes } from './state.ts'

const DAY_MS = 86_400_000
const ROWS = 200

/** What came into a mailbox here after its flip, and has to be copied back by whoever goes back. */
export type Late = { address: string; items: number }

/**
 * Undoes a batch. Before the flip the copies go: mailboxes that the migration made are destroyed, in others what it wrote and
 * nobody changed is removed. After the flip every entry is as it was before, in one transaction; the mailboxes stay, with what
 * came into them since. Refuses `wrong-state`, also once the time for it is over.
 */
export async function rollBack(
  store: Store,
  project: Project,
  no: number,
  { by, now, signal }: { by: string; now: number; signal: AbortSignal },
): Promise<readonly Late[]> {
  const { organization, id, settings } = project
  const batch = await store.migration.getBatch(organization, id, no)
  batchAfter(batch.state, 'roll-back')
  if (batch.flippedAt !== null && now > batch.flippedAt + settings.rollbackDays * DAY_MS)
    throw new Refusal(
      'wrong-state',
      `Batch ${no} moved more than ${settings.rollbackDays} days ago, and goes back no more.`,
    )
  const flipped = isFlipped(batch.state)
  const members = await membersOf(store.migration, organization, id, no)
  const late: Late[] = []
  if (flipped) {
    for (const member of members)
      late.push({ address: member.address, items: await countLate(store, organization, member) })
    await restoreEntries(store, project, no, { by, now })
    return late.filter(({ items }) => items > 0)
  }
  for (const member of members) {
    signal.throwIfAborted()
    if (memberTakes(member.state, 'roll-back')) await removeCopy(store, organization, member, signal)
  }
  await store.transact({ organization }, async ({ migration }) => {
    const present = await migration.getBatch(organization, id, no)
    const sentence = `The copies of ${members.length} mailboxes were removed.`
    await putRolledBack(migration, organization, present, { at: now, by, sentence })
  })
  return []
}

async function restoreEntries(
  store: Store,
  { organization, id }: Project,
  no: number,
  { by, now }: { by: string; now: number },
): Promise<void> {
  await store.transact({ organization }, async ({ migration, directory }) => {
    const batch = await migration.getBatch(organization, id, no)
    const members = await membersOf(migration, organization, id, no)
    for (const member of members) {
      if (member.before === null || !memberTakes(member.state, 'roll-back')) continue
      const present = await directory.getEntry(organization, member.before.id)
      const { version, createdVersion } = present
      await directory.saveEntry(organization, { ...(member.before as Entry), version, createdVersion })
      await migration.putMember(organization, {
        ...member,
        state: memberAfter(member.state, 'roll-back'),
        dueAt: null,
      })
    }
    const sentence = `${members.length} mailboxes are at home on the other side again.`
    await putRolledBack(migration, organization, batch, { at: now, by, sentence })
  })
}

async function putRolledBack(
  migration: MigrationWriter,
  organization: OrganizationId,
  batch: Batch,
  event: Pick<MigrationEvent, 'at' | 'by' | 'sentence'>,
): Promise<void> {
  await migration.putBatch(organization, {
    ...batch,
    state: batchAfter(batch.state, 'roll-back'),
    cause: '',
  })
  const { project, no } = batch
  await migration.addEvent(organization, project, { ...event, kind: 'rolled-back', batch: no, member: null })
}

/** Items that the migration did not write. */
async function countLate(store: Store, organization: OrganizationId, member: Member): Promise<number> {
  const { mailbox, flippedAt } = member
  if (mailbox === null || flippedAt === null) return 0
  const at: MailboxRef = { organization, mailbox }
  let late = 0
  for (const folder of await store.mailboxes.listFolders(at)) {
    for (let after: number | string | null = 0; after !== null; ) {
      const page = await store.mailboxes.listItems(at, folder.no, { order: 'uid', after, limit: ROWS })
      for (const item of page.rows) {
        if (item.savedAt < flippedAt) continue
        if ((await store.migration.findLedgerItemOf(at, item.no)) === undefined) late++
      }
      after = page.next
    }
  }
  return late
}

async function removeCopy(
  store: Store,
  organization: OrganizationId,
  member: Member,
  signal: AbortSignal,
): Promise<void> {
  const { mailbox, madeHere } = member
  const ended: Member = { ...member, state: memberAfter(member.state, 'roll-back'), dueAt: null }
  const save = (change: Partial<Member>) =>
    store.transact({ organization }, ({ migration }) =>
      migration.putMember(organization, { ...ended, ...change }),
    )
  if (mailbox === null) return save({})
  const at: MailboxRef = { organization, mailbox }
  const scope = { organization, mailboxes: [mailbox] }
  if (madeHere) {
    await store.transact(scope, async ({ mailboxes, migration }) => {
      await mailboxes.destroyMailbox(at)
      await migration.putMember(organization, { ...ended, mailbox: null })
    })
    return
  }
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted()
    const page = await store.migration.listLedgerItems(at, { after, limit: ROWS })
    await store.transact(scope, async (writer) => {
      for (const row of page.rows)
        if ((await lookHere(writer, at, row)) === 'ours') await writer.mailboxes.removeItems(at, [row.item!])
    })
    if (page.next === null) break
    after = page.next
  }
  while (!(await store.transact(scope, ({ migration }) => migration.forgetLedger(at, 1_000))))
    signal.throwIfAborted()
  await save({})
}
