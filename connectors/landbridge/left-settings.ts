import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'
import { isOfPrograms, MOST_CARRIED_BYTES } from '#src/domain/mailbox/user-configuration.ts'
import type { Loss, SourceConfiguration } from '#src/domain/migration/source.ts'

/** Those that come over in words of their own, and what the service notes for itself. */
const comes: ReadonlySet<string> = new Set(
  `OutOfOffice OutOfOffice.Answered InboxRules Delegates AnnotationChanges FailedSignIns Migration.Settings WorkingHours`
    .split(' ')
    .map((name) => `Landbridge.${name}`.toLowerCase()),
)

const words: Readonly<Record<string, string>> = {
  'landbridge.subscriptions': 'subscribed folders',
  'landbridge.specialuses': 'uses of folders',
  'landbridge.scheduling': 'how it answers meetings',
  'landbridge.booking': 'how it is booked',
}

const MOST_NAMED = 50

/** Settings that hang on folders: those of programs, and of the service each kind that does not come over once, by its name. */
export async function configurationsOf(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folders: readonly Pick<Folder, 'no' | 'distinguished'>[],
): Promise<{ configurations: readonly SourceConfiguration[]; losses: readonly Loss[] }> {
  const configurations: SourceConfiguration[] = []
  const left = new Map<string, string>()
  let bytes = 0
  for (const { no, distinguished } of folders) {
    const folder = isRoot(distinguished) ? { role: distinguished } : { key: String(no) }
    for (const { name, content } of await mailboxes.listConfigurations(at, no)) {
      const key = name.toLowerCase()
      const isCarried = isOfPrograms({ name })
      if (isCarried) bytes += JSON.stringify(content).length
      if (isCarried && bytes <= MOST_CARRIED_BYTES) configurations.push({ folder, name, content })
      else if (!comes.has(key)) left.set(key, words[key] ?? `settings "${name}"`)
    }
  }
  const losses = [...left.values()]
    .sort()
    .slice(0, MOST_NAMED)
    .map((property) => ({
      property,
      reason: 'They stay in the mailbox there. Set them here by hand.',
      weight: 'metadata' as const,
    }))
  return { configurations, losses }
}

/** These are no folders whose items are copied. */
const isRoot = (distinguished: string | null): distinguished is string =>
  distinguished === 'root' || distinguished === 'msgfolderroot'
