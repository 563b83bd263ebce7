import type { SourceMarks } from '#src/domain/migration/source.ts'

/**
 * Gmail shows a message in the folder of each of its labels and in All Mail. It is copied once: from Drafts, Inbox or Sent where
 * it has such a label, else from All Mail (our archive); trash and spam are not in All Mail. Other labels become categories,
 * and their folders are not copied.
 */
const gmailHomes = ['\\Draft', '\\Inbox', '\\Sent'] as const

/** By role: the label of the folder, which X-GM-LABELS leaves out while it is selected. */
const labelOfRole: Readonly<Record<string, (typeof gmailHomes)[number]>> = {
  drafts: '\\Draft',
  inbox: '\\Inbox',
  sentitems: '\\Sent',
}

/** Whether a message with these labels is copied from the folder of this role. */
export function isCopiedFrom(role: string | null, labels: readonly string[]): boolean {
  if (role !== 'archive' && !(role !== null && Object.hasOwn(labelOfRole, role))) return true
  const own = role === null ? undefined : labelOfRole[role]
  const has = (label: string) => label === own || labels.some((each) => spelt(each) === label.toLowerCase())
  const home = gmailHomes.find(has)
  return role === 'archive' ? home === undefined : home === own
}

/** `\Drafts` is another spelling. */
const spelt = (label: string) => label.toLowerCase().replace(/^\\drafts$/, '\\draft')

/** RFC 8457. */
const IMPORTANT = '$Important'

/** Labels of the user beside the keywords; the others of the system are folders, or flags already. */
export function labelMarks({ flags, keywords }: SourceMarks, labels: readonly string[]): SourceMarks {
  const names = labels.flatMap((label) => {
    if (/^\\important$/i.test(label)) return IMPORTANT
    return label.startsWith('\\') || label === '' ? [] : label
  })
  return { flags, keywords: [...new Set([...keywords, ...names])].sort() }
}
