import { counted } from '#src/base/figure-words.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../../refusal.ts'
import type { MigrationReader } from '../../store.ts'
import { noLate } from '../project/late-looks.ts'
import { getMemberOf } from '../project/named.ts'
import type { Member, ProjectId } from '../project/project.ts'
import { batchWords, isFlipped, memberTakes, memberWords } from '../project/state.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { askSourcesAnew } from './ask-anew.ts'

/** A batch that has moved, or one of its mailboxes. */
export type LateTarget = { batch: number; address?: undefined } | { batch?: undefined; address: string }

/** How the look stands that somebody asked for. */
export type LateLook = {
  mailboxes: number
  /** Those that it is done for. */
  looked: number
  /** What came to be copied since, and where to; the first of them. */
  items: number
  bytes: number
  came: readonly { address: string; items: number }[]
  /** How many mailboxes that is. */
  arrived: number
  /** Why nothing could be looked for, or what it waits for; the first of them. */
  troubles: readonly { address: string; cause: string }[]
  /** How many mailboxes that is. */
  troubled: number
}

const MOST_NAMED = 100
const ROWS = 200

/**
 * Looks now what arrived at the source since a mailbox has moved, whatever its schedule, also once its batch is done and goes back no
 * more: what is new there is copied, nothing is deleted. Sources that refused are asked anew. `lateLook` says how far that is.
 * Refuses `wrong-state` before the flip, while the batch is paused and after it went back; `no-such-item`.
 */
export async function askForLate(
  steering: Steering,
  target: LateTarget,
): Promise<{ batch: number; mailboxes: number; at: number }> {
  const { store, organization, project, by, now } = steering
  const one =
    target.address === undefined ? undefined : await getMemberOf(store, organization, project, target.address)
  const no = one?.batch ?? target.batch!
  const batch = await store.migration.getBatch(organization, project, no)
  if (!isFlipped(batch.state))
    throw new Refusal(
      'wrong-state',
      `Batch ${no} is "${batchWords[batch.state]}". What arrives at a source after the flip is looked for in batches that have moved; before it, that comes with the deltas.`,
    )
  if (batch.paused) throw new Refusal('wrong-state', isPaused(no))
  if (one !== undefined && !isLookedAt(one))
    throw new Refusal(
      'wrong-state',
      `${one.address} is "${memberWords[one.state]}", so nothing of it is copied any more.`,
    )
  await askSourcesAnew(steering, no)
  let mailboxes = 0
  for await (const rows of moved(store.migration, { organization, project }, one ?? no))
    await write(steering, async ({ migration }) => {
      for (const row of rows) {
        const member = await migration.getMember(organization, project, row.no)
        if (!isLookedAt(member)) continue
        const late = member.late ?? noLate
        mailboxes++
        await migration.putMember(organization, {
          ...member,
          ...{ dueAt: now, idle: undefined, cause: '' },
          late: {
            ...late,
            askedAt: now,
            before: { items: late.items, bytes: late.bytes },
            trouble: undefined,
          },
        })
      }
    })
  const which = one?.address ?? `batch ${no}`
  const sentence = `What arrived late was asked for: ${which}${one ? '' : ` (${counted(mailboxes, 'mailbox', 'mailboxes')})`}.`
  await write(steering, ({ migration }) =>
    migration.addEvent(organization, project, { ...event(now, 'late', by, sentence), batch: no }),
  )
  return { batch: no, mailboxes, at: now }
}

/** How far the look is that was asked for at that moment. */
export async function lateLook(
  migration: MigrationReader,
  of: { organization: OrganizationId; project: ProjectId },
  target: LateTarget,
  { at }: { at: number },
): Promise<LateLook> {
  const one =
    target.address === undefined
      ? undefined
      : await getMemberOf({ migration }, of.organization, of.project, target.address)
  const look = { mailboxes: 0, looked: 0, items: 0, bytes: 0, arrived: 0, troubled: 0 }
  const came: { address: string; items: number }[] = []
  const troubles: { address: string; cause: string }[] = []
  const no = one?.batch ?? target.batch!
  const { paused } = await migration.getBatch(of.organization, of.project, no)
  for await (const rows of moved(migration, of, one ?? target.batch!))
    for (const member of rows) {
      const { address, late = noLate, idle, cause } = member
      look.mailboxes++
      const { askedAt, before = { items: 0, bytes: 0 } } = late
      const isOut = !isLookedAt(member)
      const isOver = isOut || askedAt === undefined || askedAt > at
      const items = late.items - before.items
      if (isOver) look.looked++
      look.items += items
      look.bytes += late.bytes - before.bytes
      if (items > 0 && ++look.arrived <= MOST_NAMED) came.push({ address, items })
      const waits = isOver ? '' : paused ? isPaused(no) : idle === undefined ? '' : cause
      const why = isOut ? isNoMore(member) : (late.trouble ?? waits)
      if (why !== '' && ++look.troubled <= MOST_NAMED) troubles.push({ address, cause: why })
    }
  return { ...look, came, troubles }
}

const isPaused = (batch: number): string =>
  `Batch ${batch} is paused. Let it go on with "landbridge migrate resume".`

const isNoMore = ({ state }: Member): string =>
  `It is "${memberWords[state]}", so nothing of it is copied any more.`

const isLookedAt = ({ state, mailbox }: Member): boolean => memberTakes(state, 'verify') && mailbox !== null

/** Those that have moved, some at a time. */
async function* moved(
  migration: MigrationReader,
  { organization, project }: { organization: OrganizationId; project: ProjectId },
  of: Member | number,
): AsyncGenerator<readonly Member[]> {
  if (typeof of !== 'number') return yield [of]
  for (let after: number | null = 0; after !== null; ) {
    const page = await migration.listMembers(organization, project, { batch: of, after, limit: ROWS })
    const rows = page.rows.filter(isLookedAt)
    if (rows.length > 0) yield rows
    after = page.next
  }
}
