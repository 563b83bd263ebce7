import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Loss } from '#src/domain/migration/source.ts'

/** Those that come over in words of their own, and what the service notes for itself. */
const comes: ReadonlySet<string> = new Set(
  `OutOfOffice OutOfOffice.Answered InboxRules Delegates AnnotationChanges FailedSignIns Migration.Settings`
    .split(' ')
    .map((name) => `Landbridge.${name}`.toLowerCase()),
)

const words: Readonly<Record<string, string>> = {
  'landbridge.workinghours': 'working hours',
  'landbridge.subscriptions': 'subscribed folders',
  'landbridge.specialuses': 'uses of folders',
  'landbridge.folderproperties': 'properties of folders',
  'landbridge.scheduling': 'how it answers meetings',
  'landbridge.booking': 'how it is booked',
  categorylist: 'category colours',
  'owa.useroptions': 'signature',
}

const MOST_NAMED = 50

/** Settings that hang on folders, of the service and of programs: each kind of them once, by its name. */
export async function leftSettings(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folders: readonly Pick<Folder, 'no'>[],
): Promise<readonly Loss[]> {
  const left = new Map<string, string>()
  for (const { no } of folders)
    for (const { name } of await mailboxes.listConfigurations(at, no)) {
      const key = name.toLowerCase()
      if (!comes.has(key)) left.set(key, words[key] ?? `settings "${name}"`)
    }
  return [...left.values()]
    .sort()
    .slice(0, MOST_NAMED)
    .map((property) => ({
      property,
      reason: 'They stay in the mailbox there. Set them here by hand.',
      weight: 'metadata',
    }))
}
