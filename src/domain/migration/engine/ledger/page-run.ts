import type { Spool } from '../../../delivery/spool.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store, Writer } from '../../../store.ts'
import type { SourceMailbox } from '../../source.ts'
import type { LedgerItem, LedgerOrigin } from '../../store.ts'
import type { Lane } from '../pace/lane.ts'
import { heaviest } from '../project/grade.ts'
import { noLate } from '../project/late-looks.ts'
import type { Counts, Member, ProjectSettings } from '../project/project.ts'
import type { ItemLedgerState } from '../project/state.ts'
import type { CarefulReading } from './careful-reading.ts'

/** How long a lease lasts after each write or heartbeat. */
export const LEASE_MS = 60_000

export type Lease = { token: string; fence: number }

/** One pass through one mailbox. */
export type PassRun = {
  store: Store
  spool: Spool
  at: MailboxRef
  member: Pick<Member, 'project' | 'no' | 'source' | 'address'> & Partial<Pick<Member, 'expected'>>
  /** What the name of the member's source stands for. */
  origin: LedgerOrigin
  /** Of the digests that bodies have in the ledger of the mailbox. */
  digestKey: Uint8Array
  lease: Lease
  lane: Lane
  source: SourceMailbox
  settings: ProjectSettings
  pass: number
  /** After the flip what is gone at the source stays here. */
  copiesOnly: boolean
  /** Every folder is asked for its changes, also one whose mark is as it was. */
  asksAll: boolean
  /** What was done so far; `unasked`: folders that may hold something, and were not asked for their changes. */
  done: { items: number; bytes: number; unasked?: number }
  /** Absent: no process ended over it since it got on. */
  careful?: CarefulReading | undefined
  /** Its server said of single items that they are to wait, the last of them until then: the pass is not over before. Epoch milliseconds. */
  held?: { until: number; message: string }
}

/** Changes of counts that a transaction brings. */
export class CountsChange {
  readonly #change = new Map<ItemLedgerState | 'bytes', number>()
  #losses: LedgerItem['losses'] = []
  readonly #came = { items: 0, bytes: 0 }

  put(before: LedgerItem | undefined, after: LedgerItem | undefined): void {
    if ((before?.item ?? null) === null && after?.state === 'copied') {
      this.#came.items++
      this.#came.bytes += after.sizeBytes
    }
    if (before) this.#add(before, -1)
    if (after) this.#add(after, 1)
    if (after && after.losses.length > 0) this.#losses = [...this.#losses, ...after.losses]
  }

  #add({ state, sizeBytes }: LedgerItem, sign: number): void {
    this.#change.set(state, (this.#change.get(state) ?? 0) + sign)
    if (state === 'copied') this.#change.set('bytes', (this.#change.get('bytes') ?? 0) + sign * sizeBytes)
  }

  applied(member: Member): Member {
    const counts: Counts = { ...member.counts }
    for (const [what, by] of this.#change) counts[what] += by
    const worst = heaviest([...this.#losses, ...(member.worst ? [{ weight: member.worst }] : [])])
    const after = { ...member, counts, worst }
    if (member.passFor !== 'late' || this.#came.items === 0) return after
    const late = member.late ?? noLate
    const { items, bytes } = this.#came
    return { ...after, late: { ...late, items: late.items + items, bytes: late.bytes + bytes } }
  }

  get isEmpty(): boolean {
    return this.#change.size === 0 && this.#losses.length === 0
  }
}

/**
 * Writes to mailbox and ledger at once, as long as the lease is ours: who was asleep too long writes nothing. Throws
 * `LeaseLost`.
 */
export function commit<T>(
  run: Pick<PassRun, 'store' | 'at' | 'member' | 'lease' | 'lane' | 'careful'>,
  work: (writer: Writer, counts: CountsChange) => Promise<T>,
): Promise<T> {
  const { store, at, member, lease, lane, careful } = run
  const { organization } = at
  lane.writes++
  return store.transact({ organization, mailboxes: [at.mailbox] }, async (writer) => {
    const until = lane.clock.now() + LEASE_MS
    await writer.migration.holdLease(organization, member.project, member.no, { ...lease, until })
    const counts = new CountsChange()
    const value = await work(writer, counts)
    if (!counts.isEmpty) {
      const now = await writer.migration.getMember(organization, member.project, member.no)
      const after = counts.applied(now)
      // One that is read carefully has got on only once a page is through.
      const isOver = careful !== undefined && !careful.isOn
      await writer.migration.putMember(organization, isOver ? { ...after, uncleanEnds: undefined } : after)
    }
    return value
  })
}
