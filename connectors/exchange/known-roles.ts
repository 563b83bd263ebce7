import { hash } from 'node:crypto'
import { Recent } from '#src/base/recent.ts'
import type { FoundRoles } from './folders.ts'

/** Roles are asked for anew after so long, whatever the list of folders says. */
const GOOD_FOR_MS = 7 * 24 * 3_600_000
/** Each takes about a kilobyte. */
const MOST_MAILBOXES = 5_000

/** When they were asked for, digests of the folders that were listed then, and lines of digest and role. */
type Known = { askedAt: number; folders: string; roles: string; hasArchive: boolean }

/** For what the folders of mailboxes are, as their servers told it last, in memory. */
export class KnownRoles {
  readonly #mailboxes = new Recent<Known>(MOST_MAILBOXES)
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  has(mailbox: string): boolean {
    return this.#recent(mailbox) !== undefined
  }

  /** As they were told while just these folders were there; undefined where others are, or it is too long ago. */
  of(mailbox: string, ids: readonly string[]): FoundRoles | undefined {
    const known = this.#recent(mailbox)
    if (known === undefined || known.folders !== digestOf(ids)) return undefined
    const roleOf = new Map(known.roles.split('\n').map((line) => line.split(' ') as [string, string]))
    const roles = ids.flatMap((id): [string, string][] => {
      const role = roleOf.get(shortened(id))
      return role === undefined ? [] : [[id, role]]
    })
    return { roles: new Map(roles), hasArchive: known.hasArchive }
  }

  /** They were just told with a list of these folders. */
  note(mailbox: string, ids: readonly string[], { roles, hasArchive }: FoundRoles): void {
    this.#mailboxes.set(mailbox, {
      askedAt: this.#now(),
      folders: digestOf(ids),
      roles: Array.from(roles, ([id, role]) => `${shortened(id)} ${role}`).join('\n'),
      hasArchive,
    })
  }

  forget(mailbox: string): void {
    this.#mailboxes.delete(mailbox)
  }

  /** As a clock that was set back would have it, they were asked for in the future: those do not count either. */
  #recent(mailbox: string): Known | undefined {
    const known = this.#mailboxes.get(mailbox)
    const age = known === undefined ? -1 : this.#now() - known.askedAt
    return age >= 0 && age < GOOD_FOR_MS ? known : undefined
  }
}

const shortened = (id: string): string => hash('sha256', id, 'base64url').slice(0, 22)

const digestOf = (ids: readonly string[]): string => hash('sha256', ids.toSorted().join('\n'), 'base64url')
