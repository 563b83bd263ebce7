import type { OrganizationId } from '#src/base/ids.ts'
import type { Spool } from '#src/domain/delivery/spool.ts'
import type { Store } from '#src/domain/store.ts'
import type { MailboxSource } from '../../source.ts'
import type { Clock } from '../pace/clock.ts'
import type { SourceLogin } from '../project/project.ts'

/** What the job that runs migrations works with. */
export type MigrationDeps = {
  store: Store
  spool: Spool
  clock: Clock
  random: () => number
  /** No other process works on this data: what the one before this one held is free. */
  alone: boolean
  /** Opens a configured source. Throws `SourceFailure`, refuses `invalid-configuration`. */
  openSource: (organization: OrganizationId, login: SourceLogin) => Promise<MailboxSource>
  /** Free octets where mailboxes are kept; null: nobody can tell. */
  freeBytes?: () => Promise<number | null>
  /** Told once when somebody has to do something. */
  alert: (message: string, about: { organization?: OrganizationId; project?: string }) => void
  trouble: (message: string, error: unknown) => void
}
