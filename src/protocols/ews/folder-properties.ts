import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import { FOLDER_PROPERTIES } from '#src/domain/mailbox/user-configuration.ts'
import type { Store } from '#src/domain/store.ts'
import type { FolderPlace } from './places.ts'

type Properties = Readonly<Record<string, unknown>>

/** What clients have set, by property key; values as they stand on the wire. */
export async function readFolderProperties(
  mailboxes: MailboxReader,
  { mailbox, folder }: Pick<FolderPlace, 'mailbox' | 'folder'>,
): Promise<Properties> {
  return (await mailboxes.findConfiguration(mailbox.at, folder.no, FOLDER_PROPERTIES))?.content ?? {}
}

/** The same of many folders of one mailbox, in one read; those of which none are set are left out. */
export async function readPropertiesOf(
  mailboxes: MailboxReader,
  places: readonly Pick<FolderPlace, 'mailbox' | 'folder'>[],
): Promise<ReadonlyMap<FolderNo, Properties>> {
  const [first] = places
  if (first === undefined) return new Map()
  const numbers = places.map(({ folder }) => folder.no)
  const kept = await mailboxes.findConfigurations(first.mailbox.at, numbers, FOLDER_PROPERTIES)
  return new Map([...kept].map(([no, { content }]) => [no, content]))
}

/** Sets some; null takes one away. */
export async function changeFolderProperties(
  store: Store,
  { mailbox, folder }: Pick<FolderPlace, 'mailbox' | 'folder'>,
  change: Readonly<Record<string, string | readonly string[] | null>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  const { at } = mailbox
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const before = (await mailboxes.findConfiguration(at, folder.no, FOLDER_PROPERTIES))?.content ?? {}
    const after = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null)
    await mailboxes.putConfiguration(at, folder.no, FOLDER_PROPERTIES, Object.fromEntries(after))
  })
}
