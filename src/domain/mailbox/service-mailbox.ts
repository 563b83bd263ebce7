import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { FolderNo } from './item.ts'
import type { DistinguishedFolder, MailboxRef } from './store.ts'

/** What the service keeps in it is never refused for want of room. */
const QUOTA_BYTES = 2 ** 50

/** The one folder of a mailbox that nobody has: what lies in it is sealed, checked, backed up and shredded like mail. */
type ServiceFolder = Pick<DistinguishedFolder, 'distinguished' | 'name'>

/** Undefined until something was kept in it. */
export async function findServiceFolder(
  store: Pick<Store, 'mailboxes' | 'transact'>,
  at: MailboxRef,
  { distinguished }: Pick<ServiceFolder, 'distinguished'>,
): Promise<FolderNo | undefined> {
  try {
    return (await store.mailboxes.findFolder(at, { distinguished }))?.no
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-such-mailbox') return undefined
    throw error
  }
}

/** The same, with its mailbox made where there is none. */
export async function ensureServiceFolder(
  store: Pick<Store, 'mailboxes' | 'transact'>,
  at: MailboxRef,
  folder: ServiceFolder,
): Promise<FolderNo> {
  const known = await findServiceFolder(store, at, folder)
  if (known !== undefined) return known
  const folders: readonly DistinguishedFolder[] = [
    { distinguished: 'root', parent: null, name: 'Root', class: 'other' },
    { ...folder, parent: 'root', class: 'message' },
  ]
  try {
    await store.transact({ organization: at.organization, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
      mailboxes.createMailbox(at, { quotaBytes: QUOTA_BYTES, folders }),
    )
  } catch (error) {
    // Another was first.
    if (!(error instanceof Refusal) || error.reason !== 'name-taken') throw error
  }
  const made = await findServiceFolder(store, at, folder)
  if (made === undefined) throw new Error(`The mailbox ${at.mailbox} has no folder "${folder.name}"`)
  return made
}
