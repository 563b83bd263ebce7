import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'

/** Folders that are known; those that nobody looked at for longest are forgotten. */
const MOST_FOLDERS = 100_000

/**
 * From which UID on no session was told of the messages of a folder (`\Recent`, RFC 3501 §2.3.2), for one process. What is
 * not known here counts as recent, as the RFC has it: after a start, and of folders that nobody opened for long.
 */
export class RecentMessages {
  /** Least recently used first. */
  readonly #folders = new Map<string, { uidValidity: number; from: number }>()

  /** The first UID that is recent for who asks now. */
  from(at: MailboxRef, folder: Pick<Folder, 'no' | 'uidValidity'>): number {
    const known = this.#folders.get(nameOf(at, folder.no))
    return known?.uidValidity === folder.uidValidity ? known.from : 1
  }

  /** As `from`; then those below `before` are recent for nobody else. */
  claim(at: MailboxRef, folder: Pick<Folder, 'no' | 'uidValidity'>, before: number): number {
    const name = nameOf(at, folder.no)
    const from = this.from(at, folder)
    this.#folders.delete(name)
    this.#folders.set(name, { uidValidity: folder.uidValidity, from: Math.max(from, before) })
    if (this.#folders.size > MOST_FOLDERS) this.#folders.delete(this.#folders.keys().next().value!)
    return from
  }
}

const nameOf = ({ organization, mailbox }: MailboxRef, no: number) => `${organization}/${mailbox}/${no}`
